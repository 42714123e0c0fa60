"""How much may be fetched for one message: nobody makes the gateway download without end."""

import time
from collections import OrderedDict
from collections.abc import Callable

KEPT = 5_000


class Allowance:
    """So many bytes for each account and message within `seconds`; the least recently used are forgotten first."""

    def __init__(self, most_bytes: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most_bytes
        self._seconds = seconds
        self._clock = clock
        self._used: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def left(self, account_id: str, email_id: str) -> int:
        """Bytes that may still come."""
        return self._most - self._since(account_id, email_id)[1]

    def use(self, account_id: str, email_id: str, size: int) -> None:
        began, used = self._since(account_id, email_id)
        self._used[account_id, email_id] = (began, used + size)
        self._used.move_to_end((account_id, email_id))
        if len(self._used) > KEPT:
            self._used.popitem(last=False)

    def _since(self, account_id: str, email_id: str) -> tuple[float, int]:
        began, used = self._used.get((account_id, email_id), (self._clock(), 0))
        return (began, used) if self._clock() < began + self._seconds else (self._clock(), 0)
