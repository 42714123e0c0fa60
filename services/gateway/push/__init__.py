"""State changes pushed to whoever is connected (RFC 8620 §7)."""
