"""MIME: octets in, structure and text out. Pure, linear-time, bounded."""
