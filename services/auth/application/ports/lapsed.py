"""What has lapsed."""

from datetime import datetime
from typing import Protocol


class Lapsed(Protocol):
    def sweep(self, now: datetime, limit: int) -> int:
        """Deletes at most `limit` rows of each kind that have lapsed; how many."""
        ...
