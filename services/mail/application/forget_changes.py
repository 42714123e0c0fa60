"""What is gone from accounts is forgotten some day, so that the log that /changes reads does not grow for ever."""

from dataclasses import dataclass
from typing import Protocol

AT_ONCE = 1_000
REST_SECONDS = 3_600.0


class ChangeLog(Protocol):
    def forget(self, *, older_than_days: int, most: int) -> int:
        """Forgets what went more than `older_than_days` ago, at most `most` entries of each kind; returns how many.
        Clients whose states are older ask again from the start (RFC 8620 §5.2, cannotCalculateChanges)."""
        ...


@dataclass(frozen=True, slots=True)
class ForgetChanges:
    """A job of the clock."""

    log: ChangeLog
    kept_days: int

    def turn(self) -> float:
        forgotten = self.log.forget(older_than_days=self.kept_days, most=AT_ONCE)
        return 0.0 if forgotten else REST_SECONDS
