"""What leads from an old result of Email/query to the present one (RFC 8620 §5.6), for any filter and sort that is
decided by emails alone.

Old results are not kept. Whatever changed may have been anywhere in one: it is removed, and added where it stands now.
"""

from chassis.db import Transaction
from services.mail.adapters.store.listing import number, ordered_by, places
from services.mail.application.rows import QueryDelta
from services.mail.application.store import StateTooOldError
from services.mail.domain.email_query import EmailQuery

MAX_CHANGED = 2_000
MAX_TOUCHED = 20_000
"""With the other emails of their threads, where those matter."""

_CHANGED = """
SELECT id, thread_id, created_ms > %(since)s FROM email
WHERE account_id = %(account)s AND updated_ms > %(since)s AND (created_ms > %(since)s OR NOT %(settled)s)
UNION ALL
SELECT object_id, thread_id, false FROM tombstone
WHERE account_id = %(account)s AND type = 'Email' AND modseq > %(since)s AND created_ms <= %(since)s
LIMIT %(most)s
"""
_OF_THREADS = """
SELECT id, thread_id, created_ms > %(since)s FROM email
WHERE account_id = %(account)s AND thread_id = ANY(%(threads)s) LIMIT %(most)s
"""


def query_changes(
    tx: Transaction,
    account_id: str,
    asked: EmailQuery,
    since: int,
    current: int,
    up_to: int | None,
    *,
    calculate_total: bool,
) -> QueryDelta:
    """`since`: a state that is known; `current`: the one of now."""
    touched = _touched(tx, account_id, asked, since)
    ordered = ordered_by(tx, account_id, asked)
    added: list[tuple[int, int]] = []
    if touched:
        placed = places(tx, ordered, {*touched, *([up_to] if up_to else [])})
        if asked.is_settled:
            end = next((place for place, id_ in placed if id_ == up_to), None)
            placed = [(place, id_) for place, id_ in placed if end is None or place <= end]
        added = [(place, id_) for place, id_ in placed if id_ in touched]
    removed = sorted(id_ for id_, is_new in touched.items() if not is_new)
    return QueryDelta(current, removed, added, number(tx, ordered.count, ordered.params) if calculate_total else None)


def _touched(tx: Transaction, account_id: str, asked: EmailQuery, since: int) -> dict[int, bool]:
    """Emails that may have come, gone or moved in the result; whether each is newer than `since`."""
    values: dict[str, object] = {
        "account": account_id,
        "since": since,
        "settled": asked.is_settled,
        "most": MAX_CHANGED + 1,
    }
    changed = tx.tuples(_CHANGED, values)
    if len(changed) > MAX_CHANGED:
        raise StateTooOldError
    if asked.looks_at_threads and changed:
        threads = list({thread for _, thread, _ in changed})
        changed += tx.tuples(_OF_THREADS, values | {"threads": threads, "most": MAX_TOUCHED + 1})
        if len(changed) > MAX_TOUCHED:
            raise StateTooOldError
    return {id_: is_new for id_, _, is_new in changed}
