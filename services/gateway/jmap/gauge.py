"""How many requests each account has under way (maxConcurrentRequests)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from services.gateway.jmap.errors import limit_error


class Gauge:
    """`limit`: the announced name, for the error; `most`: how many at once."""

    def __init__(self, limit: str, most: int) -> None:
        self._limit = limit
        self._most = most
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one_more(self, account_id: str) -> Iterator[None]:
        """Raises RequestError limit when `account_id` has as many as it may."""
        if self._under_way[account_id] >= self._most:
            raise limit_error(self._limit)
        self._under_way[account_id] += 1
        try:
            yield
        finally:
            self._under_way[account_id] -= 1
            if not self._under_way[account_id]:
                del self._under_way[account_id]
