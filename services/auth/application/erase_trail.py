"""Erases the months of the trail whose time is over. Only whole ones; their last seals stay, and a line of the trail
says what went, so that what remains verifies."""

from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry, month_of, months_before
from services.auth.domain.trail_check import erasing_of

EVERY_SECONDS = 3_600
_LINES = 5_000
_BATCHES = 100


class EraseTrail:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock, months: int) -> None:
        """A line is kept for `months` whole months after its own."""
        self._store = store
        self._keys = keys
        self._clock = clock
        self._months = months

    def __call__(self) -> int:
        """How many lines went: a bounded number each time, in small transactions. 0 while somebody else does it."""
        with self._store.begin() as tx:
            if tx.try_to_erase():
                self._release(tx)
        erased = 0
        for _ in range(_BATCHES):
            with self._store.begin() as tx:
                went = self._erase(tx)
            erased += went
            if went < _LINES:
                break
        return erased

    def _release(self, tx: AuthTransaction) -> None:
        """Notes the months that may go. From here on nothing needs their lines."""
        now = self._clock()
        kept_since = months_before(month_of(now), self._months)
        due = [month for month in tx.closed_months() if month.month < kept_since and not month.erased_at]
        for month in due:
            tx.mark_erased(month.month, now)
        record(
            tx,
            self._keys,
            now,
            *(Entry(Action.TRAIL_ERASED, None, By.ADMINISTRATION, details=erasing_of(month)) for month in due),
        )

    def _erase(self, tx: AuthTransaction) -> int:
        released = [month.month for month in tx.closed_months() if month.erased_at]
        if not released or not tx.try_to_erase():
            return 0
        return tx.erase_lines(max(released), _LINES)
