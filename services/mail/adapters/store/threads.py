"""Threads: joined by their keys, merged when a message shows that two are one (RFC 8621 §3).

threadId is immutable for clients: an email that changes threads is destroyed and comes back under a new id. So the
fewest move; those that nobody has seen yet, as their own write is still under way, keep their ids; and a thread stays
where it is while an email in it is awaited by its id (a draft, what is snoozed or held to be sent). See docs/adr/0040.
"""

from collections import Counter
from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.adapters.store.counts import Pair
from services.mail.adapters.store.tombstones import bury
from services.mail.adapters.store.unit import Unit
from services.mail.application.rows import ThreadRow
from services.mail.domain.threading import MAX_EMAILS_IN_THREAD

# Materialised: to the planner an account newer than its statistics is empty, and it would look at every key of the
# account once for each of its threads.
CANDIDATES = """
WITH found AS MATERIALIZED (
    SELECT DISTINCT thread_id FROM thread_key WHERE account_id = %(account)s AND key = ANY(%(keys)s::uuid[])
)
SELECT thread.id, thread.emails FROM thread JOIN found ON found.thread_id = thread.id
WHERE thread.account_id = %(account)s AND thread.emails < %(full)s
ORDER BY thread.emails DESC, thread.id
"""

_AWAITED = """
SELECT thread_id FROM email WHERE account_id = %(account)s AND thread_id = ANY(%(threads)s)
   AND keywords @> ARRAY['$draft'] AND NOT id = ANY(%(own)s)
UNION
SELECT thread_id FROM submission WHERE account_id = %(account)s AND thread_id = ANY(%(threads)s)
   AND undo_status = 'pending'
UNION
SELECT e.thread_id FROM snooze s JOIN email e ON e.account_id = s.account_id AND e.id = s.email_id
WHERE s.account_id = %(account)s AND e.thread_id = ANY(%(threads)s)
"""
_KEYS = """
INSERT INTO thread_key AS k (account_id, key, thread_id, n)
SELECT %(account)s, key, %(thread)s, 1 FROM unnest(%(keys)s::uuid[]) AS key
ON CONFLICT (account_id, key) DO UPDATE
SET n = k.n + 1, thread_id = CASE WHEN k.thread_id = ANY(%(apart)s) THEN k.thread_id ELSE excluded.thread_id END
"""


def join(unit: Unit, keys: Sequence[str]) -> tuple[int, list[Pair]]:
    """The thread of a new email, which is counted in it; and the pairs whose counts moved because threads merged."""
    account, tx = unit.account_id, unit.tx
    values: dict[str, object] = {"account": account, "keys": list(keys), "full": MAX_EMAILS_IN_THREAD}
    candidates = tx.tuples(CANDIDATES, values) if keys else []
    awaited = _awaited(unit, [thread for thread, _ in candidates]) if len(candidates) > 1 else set()
    candidates.sort(key=lambda one: one[0] not in awaited)
    pairs: list[Pair] = []
    apart: list[int] = []
    if candidates:
        thread, emails = candidates[0]
        for other, more in candidates[1:]:
            if other in awaited:
                apart.append(other)
            elif emails + more < MAX_EMAILS_IN_THREAD:
                pairs += _absorb(unit, other, thread)
                emails += more
        tx.execute(
            "UPDATE thread SET emails = %s, updated_ms = %s WHERE account_id = %s AND id = %s",
            (emails + 1, unit.tick("Thread"), account, thread),
        )
    else:
        thread, modseq = unit.new_id(), unit.tick("Thread")
        tx.execute("INSERT INTO thread VALUES (%s, %s, 1, %s, %s)", (account, thread, modseq, modseq))
    if keys:
        tx.execute(_KEYS, values | {"thread": thread, "apart": apart})
    return thread, pairs


def _awaited(unit: Unit, threads: Sequence[int]) -> set[int]:
    values = {"account": unit.account_id, "threads": list(threads), "own": list(unit.own_emails)}
    return {thread for (thread,) in unit.tx.tuples(_AWAITED, values)}


_MOVE = """
UPDATE email e SET id = moved.id, thread_id = %(target)s, created_ms = moved.modseq, updated_ms = moved.modseq
FROM unnest(%(old)s::bigint[], %(new)s::bigint[], %(modseqs)s::bigint[]) AS moved (old, id, modseq)
WHERE e.account_id = %(account)s AND e.id = moved.old
"""
"""Its rows of email_mailbox go with it: ON UPDATE CASCADE."""
_MOVE_ROWS = """
UPDATE email_mailbox em SET thread_id = %(target)s, modseq = moved.modseq
FROM unnest(%(new)s::bigint[], %(modseqs)s::bigint[]) AS moved (id, modseq)
WHERE em.account_id = %(account)s AND em.email_id = moved.id
RETURNING em.mailbox_id
"""
_MOVE_WORDS = """
UPDATE email_fts f SET email_id = moved.id, thread_id = %(target)s
FROM unnest(%(old)s::bigint[], %(new)s::bigint[]) AS moved (old, id)
WHERE f.account_id = %(account)s AND f.email_id = moved.old
"""
_MOVE_KEYS = """
UPDATE thread_key k SET thread_id = %(target)s
FROM email e JOIN message m ON m.id = e.message_id
WHERE e.account_id = %(account)s AND e.id = ANY(%(new)s) AND k.account_id = %(account)s
  AND k.key = ANY(m.thread_keys) AND k.thread_id = %(thread)s
"""


def _absorb(unit: Unit, thread: int, target: int) -> list[Pair]:
    tx, account = unit.tx, unit.account_id
    rows = tx.tuples(
        "SELECT id, created_ms FROM email WHERE account_id = %s AND thread_id = %s ORDER BY received_at, id",
        (account, thread),
    )
    known = [(id_, created_ms, thread) for id_, created_ms in rows if id_ not in unit.own_emails]
    own = [id_ for id_, _ in rows if id_ in unit.own_emails]
    values = {
        "account": account,
        "thread": thread,
        "target": target,
        "old": [*(id_ for id_, _, _ in known), *own],
        "new": [*unit.new_ids(len(known)), *own],
        "modseqs": unit.ticks("Email", len(rows)),
    }
    tx.execute(_MOVE, values)
    mailboxes = {mailbox for (mailbox,) in tx.tuples(_MOVE_ROWS, values)}
    tx.execute(_MOVE_WORDS, values)
    tx.execute(_MOVE_KEYS, values)
    unit.own_emails.update(dict.fromkeys(own, target))
    bury(unit, "Email", known)
    row = tx.only("DELETE FROM thread WHERE account_id = %s AND id = %s RETURNING created_ms", (account, thread))
    bury(unit, "Thread", [(thread, row["created_ms"], None)])
    return [(mailbox, one) for mailbox in mailboxes for one in (thread, target)]


def leave(unit: Unit, threads: Sequence[int], keys: Sequence[str]) -> None:
    """Emails were destroyed: one entry of `threads` for each, and all their keys. Empty threads go."""
    tx, account = unit.tx, unit.account_id
    fewer = Counter(threads)
    values = {
        "account": account,
        "threads": list(fewer),
        "less": list(fewer.values()),
        "modseqs": unit.ticks("Thread", len(fewer)),
    }
    tx.execute(
        "UPDATE thread t SET emails = t.emails - fewer.less, updated_ms = fewer.modseq"
        " FROM unnest(%(threads)s::bigint[], %(less)s::integer[], %(modseqs)s::bigint[]) AS fewer (id, less, modseq)"
        " WHERE t.account_id = %(account)s AND t.id = fewer.id",
        values,
    )
    empty = tx.tuples(
        "DELETE FROM thread WHERE account_id = %(account)s AND id = ANY(%(threads)s) AND emails = 0"
        " RETURNING id, created_ms",
        values,
    )
    bury(unit, "Thread", [(id_, created_ms, None) for id_, created_ms in empty])
    _drop_keys(unit, keys)


def _drop_keys(unit: Unit, keys: Sequence[str]) -> None:
    fewer = Counter(keys)
    values = {"account": unit.account_id, "keys": list(fewer), "less": list(fewer.values())}
    if not fewer:
        return
    unit.tx.execute(
        "UPDATE thread_key k SET n = k.n - fewer.less"
        " FROM unnest(%(keys)s::uuid[], %(less)s::integer[]) AS fewer (key, less)"
        " WHERE k.account_id = %(account)s AND k.key = fewer.key",
        values,
    )
    unit.tx.execute(
        "DELETE FROM thread_key WHERE account_id = %(account)s AND key = ANY(%(keys)s::uuid[]) AND n <= 0", values
    )


def threads(tx: Transaction, account_id: str, ids: Sequence[int] | None, limit: int) -> list[ThreadRow]:
    """Oldest email first in each; None: the account's newest `limit` threads."""
    if ids is None:
        sql = "SELECT id FROM thread WHERE account_id = %s ORDER BY id DESC LIMIT %s"
        ids = [id_ for (id_,) in tx.tuples(sql, (account_id, limit))]
    rows = tx.tuples(
        "SELECT thread_id, array_agg(id ORDER BY received_at, id) FROM email"
        " WHERE account_id = %s AND thread_id = ANY(%s) GROUP BY thread_id",
        (account_id, list(ids)),
    )
    return [ThreadRow(id_, email_ids) for id_, email_ids in rows]
