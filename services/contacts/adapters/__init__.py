"""What contacts stands on: its tables."""
