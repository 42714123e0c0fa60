"""Mail without I/O or framework."""
