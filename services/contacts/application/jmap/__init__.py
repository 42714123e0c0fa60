"""JMAP methods of contacts (RFC 9610)."""
