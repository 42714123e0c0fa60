"""Verifies the trail from its oldest kept line to its head."""

from collections.abc import Sequence

from services.auth.application.ports import Store
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import TrailHead
from services.auth.domain.trail_check import Report, TrailCheck

PAGE = 2_000
_LAST_NUMBER = 2**63 - 1


class VerifyTrail:
    def __init__(self, store: Store, keys: KeyRing) -> None:
        self._store = store
        self._keys = keys

    def __call__(self, expected: Sequence[TrailHead] = ()) -> Report:
        """`expected`: heads noted outside earlier, that must still be part of it. All of one moment, a page in memory
        at a time."""
        with self._store.begin(read_only=True) as tx:
            check = TrailCheck(self._keys, tx.closed_months(), tx.trail_head(), expected)
            month, number = check.start, _LAST_NUMBER
            while lines := tx.lines_after(month, number, PAGE):
                for line in lines:
                    check.see(line)
                month, number = lines[-1].month, lines[-1].number
        return check.end()
