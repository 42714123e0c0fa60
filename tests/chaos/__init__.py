"""Mail is sent while processes are killed; then every message answered 250 must be there, exactly once."""
