"""Cards, searching and ids. Pure: no framework, no I/O."""
