"""What implements the application's ports: PostgreSQL, blob files, the network."""
