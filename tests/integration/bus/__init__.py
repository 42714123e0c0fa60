"""Small services that exercise the bus, each run as a process of its own, as real services are."""
