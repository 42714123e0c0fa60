"""The use cases of auth, one a file, and the ports (protocols) that the adapters implement."""
