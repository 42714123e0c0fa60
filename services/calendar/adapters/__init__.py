"""PostgreSQL behind the application's ports."""
