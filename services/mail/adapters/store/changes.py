"""States and what changed since one (RFC 8620 §5.2).

An object counts at the moment it was made when that is newer than the state asked from, else at its newest change:
stopping anywhere in that order leaves a state from which the rest follows. Where counts have a change of their own, the
object's other properties come first, and its counts again where they moved later: who stops between the two must not be
told that nothing but counts moved. What lives is never forgotten; what is gone is, after a while, and then states from
before it was gone are too old.
"""

from chassis.db import Transaction
from services.mail.application.ports import UnknownAccountError
from services.mail.application.rows import Changes
from services.mail.application.store import DataType, StateTooOldError

MAX_CHANGES = 5_000
"""So many ids fit in one message of the bus."""

_STATES: dict[DataType, str] = {
    "Email": "email_ms",
    "Mailbox": "mailbox_ms",
    "Thread": "thread_ms",
    "EmailSubmission": "submission_ms",
    "Identity": "identity_ms",
    "Quota": "quota_ms",
}
_LIVING: dict[DataType, tuple[str, str, str]] = {
    "Email": ("email", "updated_ms", "updated_ms"),
    "Mailbox": ("mailbox", "greatest(updated_ms, counts_ms)", "updated_ms"),
    "Thread": ("thread", "updated_ms", "updated_ms"),
    "EmailSubmission": ("submission", "updated_ms", "updated_ms"),
    "Identity": ("identity", "updated_ms", "updated_ms"),
    "Quota": ("quota", "updated_ms", "limits_ms"),
}
"""Table or view, newest change, and newest change of anything but counts."""

_CHANGES = """
SELECT id, CASE WHEN created_ms > %(since)s THEN 'created' ELSE 'updated' END AS kind,
       CASE WHEN created_ms > %(since)s THEN created_ms WHEN {own} > %(since)s THEN {own} ELSE {newest} END AS place,
       {own} <= %(since)s AS only_counts
FROM {table} WHERE account_id = %(account)s AND {newest} > %(since)s
UNION ALL
SELECT object_id, 'destroyed', modseq, false
FROM tombstone
WHERE account_id = %(account)s AND type = %(type)s AND modseq > %(since)s AND created_ms <= %(since)s
ORDER BY place LIMIT %(limit)s
"""


def states(tx: Transaction, account_id: str) -> dict[str, int]:
    """By type."""
    columns = ", ".join(f'{column} AS "{data_type}"' for data_type, column in _STATES.items())
    row = tx.one(f"SELECT {columns} FROM account_state WHERE account_id = %s", (account_id,))  # noqa: S608 - columns above
    if row is None:
        raise UnknownAccountError
    return row


def state(tx: Transaction, account_id: str, data_type: DataType) -> int:
    return states(tx, account_id)[data_type]


def check_known(tx: Transaction, account_id: str, data_type: DataType, since: int, current: int) -> None:
    """Raises StateTooOldError when `since` was forgotten or never was."""
    if since == current:
        return
    floor = tx.tuples("SELECT modseq FROM forgotten WHERE account_id = %s AND type = %s", (account_id, data_type))
    if since > current or (floor and since < floor[0][0]):
        raise StateTooOldError


def changes(
    tx: Transaction, account_id: str, data_type: DataType, since: int, max_changes: int | None, current: int
) -> Changes:
    """`current`: the state as it is now."""
    check_known(tx, account_id, data_type, since, current)
    limit = min(max_changes or MAX_CHANGES, MAX_CHANGES)
    table, newest, own = _LIVING[data_type]
    rows = tx.tuples(
        _CHANGES.format(table=table, newest=newest, own=own),
        {"account": account_id, "type": data_type, "since": since, "limit": limit + 1},
    )
    has_more, rows = len(rows) > limit, rows[:limit]
    kinds: dict[str, list[int]] = {"created": [], "updated": [], "destroyed": []}
    for id_, kind, _, _ in rows:
        kinds[kind].append(id_)
    return Changes(
        rows[-1][2] if has_more else current,
        has_more,
        kinds["created"],
        kinds["updated"],
        kinds["destroyed"],
        frozenset(id_ for id_, kind, _, only_counts in rows if kind == "updated" and only_counts),
    )
