"""The displayed codes that were used."""

from datetime import datetime
from typing import Protocol


class Challenges(Protocol):
    def use_challenge(self, digest: bytes, expires_at: datetime) -> bool:
        """Whether it had not been used."""
        ...
