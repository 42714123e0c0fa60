"""The processes of auth, one a file."""
