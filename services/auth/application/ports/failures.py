"""Counted failures, by a digest of what is counted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Failures(Protocol):
    def count_failures(
        self, buckets: Sequence[bytes], now: datetime, expires_at: datetime
    ) -> list[tuple[int, datetime]]:
        """Adds one to each; how many stand now, and when they are forgotten."""
        ...

    def failures(self, buckets: Sequence[bytes], now: datetime) -> list[int]:
        """How many stand in each."""
        ...

    def take_back_failures(self, buckets: Sequence[bytes]) -> None:
        """Takes one from each."""
        ...

    def forget_failures(self, buckets: Sequence[bytes]) -> None: ...

    def note_refusal(self, bucket: bytes) -> bool:
        """Whether this is the first one since the bucket's failures began."""
        ...
