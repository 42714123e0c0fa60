"""Identities (RFC 8621 §6): how large they may be."""

OWN = 1
"""The identity of the account itself: its own address. It cannot be destroyed."""

MAX_IDENTITIES = 100
MAX_NAME = 255
MAX_ADDRESSES = 100
MAX_SIGNATURE = 100_000
"""Characters of a signature; pictures are not in it."""
