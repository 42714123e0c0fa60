"""What the calendar service can be asked to do, one use case a file."""
