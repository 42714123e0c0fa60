"""Notes in the trail what was done."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.auth.application.ports import AuthTransaction
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Entry, Line, TrailHead, month_of


def record(tx: AuthTransaction, keys: KeyRing, now: datetime, *entries: Entry) -> None:
    """Call it last in a transaction, after `announce`: from here until the commit, whoever else adds a line waits."""
    if not entries:
        return
    head = _head(tx, now)
    lines: list[Line] = []
    for number, entry in enumerate(entries, start=head.number + 1):
        line = Line.of(entry, head.month, number, now)
        seal = keys.seal(lines[-1].seal if lines else head.seal, line.sealed_bytes())
        lines.append(replace(line, key_id=seal.key_id, seal=seal.digest))
    tx.add_lines(lines, TrailHead(head.month, lines[-1].number, lines[-1].seal))


def record_unless_noted(tx: AuthTransaction, keys: KeyRing, now: datetime, entry: Entry, within: timedelta) -> None:
    """As `record`; not when the same was noted of the same client within that time."""
    if not tx.is_noted(Line.of(entry, month_of(now), 0, now), now - within):
        record(tx, keys, now, entry)


def _head(tx: AuthTransaction, now: datetime) -> TrailHead:
    """Where the next line goes. A clock that went back never reopens a month."""
    head = tx.lock_trail()
    month = month_of(now)
    if month <= head.month:
        return head
    if head.number:
        tx.close_month(head)
    return TrailHead(month, 0, head.seal)
