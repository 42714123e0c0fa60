"""Counted failures."""

from datetime import datetime
from typing import Protocol


class Failures(Protocol):
    def count_failure(self, bucket: bytes, now: datetime, expires_at: datetime) -> tuple[int, datetime]:
        """Adds one; how many stand now, and when they are forgotten."""
        ...

    def forgive(self, bucket: bytes, failures: int | None = None) -> None:
        """Takes so many failures back; all of them for None."""
        ...
