"""The whole system in a real browser: real services, RabbitMQ, PostgreSQL, Chromium."""
