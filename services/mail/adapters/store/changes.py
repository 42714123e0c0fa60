"""States and what changed since one (RFC 8620 §5.2).

An object counts at the moment it was made when that is newer than the state asked from, else at its newest change:
stopping anywhere in that order leaves a state from which the rest follows.
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
}
_LIVING: dict[DataType, tuple[str, str, str]] = {
    "Email": ("email", "updated_ms", "false"),
    "Mailbox": ("mailbox", "greatest(updated_ms, counts_ms)", "updated_ms <= %(since)s"),
    "Thread": ("thread", "updated_ms", "false"),
    "EmailSubmission": ("submission", "updated_ms", "false"),
    "Identity": ("identity", "updated_ms", "false"),
}
"""Table, newest change, and whether nothing but counts moved."""

_CHANGES = """
SELECT id, CASE WHEN created_ms > %(since)s THEN 'created' ELSE 'updated' END AS kind,
       CASE WHEN created_ms > %(since)s THEN created_ms ELSE {newest} END AS place, {only_counts} AS only_counts
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


def changes(tx: Transaction, account_id: str, data_type: DataType, since: int, max_changes: int | None) -> Changes:
    current = known_since(tx, account_id, data_type, since)
    limit = min(max_changes or MAX_CHANGES, MAX_CHANGES)
    table, newest, only_counts = _LIVING[data_type]
    rows = tx.tuples(
        _CHANGES.format(table=table, newest=newest, only_counts=only_counts),
        {"account": account_id, "type": data_type, "since": since, "limit": limit + 1},
    )
    has_more, rows = len(rows) > limit, rows[:limit]
    kinds: dict[str, list[int]] = {"created": [], "updated": [], "destroyed": []}
    for id_, kind, _, _ in rows:
        kinds[kind].append(id_)
    counted = [only for _, kind, _, only in rows if kind == "updated"]
    return Changes(
        rows[-1][2] if has_more else current,
        has_more,
        kinds["created"],
        kinds["updated"],
        kinds["destroyed"],
        only_counts=bool(counted) and all(counted),
    )


def known_since(tx: Transaction, account_id: str, data_type: DataType, since: int) -> int:
    """The current state. Raises StateTooOldError when `since` was forgotten or never was."""
    current = state(tx, account_id, data_type)
    floor = tx.only("SELECT log_floor FROM account_state WHERE account_id = %s", (account_id,))["log_floor"]
    if not floor <= since <= current:
        raise StateTooOldError
    return current
