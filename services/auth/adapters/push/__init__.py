"""What speaks to push servers."""
