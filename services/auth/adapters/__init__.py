"""What auth stands on: its tables, Argon2id, keyed digests, the clock."""
