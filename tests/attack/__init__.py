"""Passwords are guessed from many places while the owners sign in; none may be found, and every owner must get in."""
