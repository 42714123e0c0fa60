"""The processes of the gateway."""
