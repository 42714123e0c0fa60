"""Names of blobs."""

import re

_SHA256 = re.compile(r"[0-9a-f]{64}")


def checked(sha256: str) -> str:
    """Raises ValueError when it is not one."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hex")
    return sha256
