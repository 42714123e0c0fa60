"""What the contacts service can be asked to do, and the ports that the adapters implement."""
