"""A JMAP draft made into an RFC 5322 message (RFC 8621 §4.6)."""
