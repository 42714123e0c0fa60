"""One process each."""
