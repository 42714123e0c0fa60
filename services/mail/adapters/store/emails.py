"""Emails come, change and go. Each function leaves threads, counts and the log of changes right."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from services.mail.adapters.store import threads
from services.mail.adapters.store.counts import Pair, refresh
from services.mail.adapters.store.tombstones import bury
from services.mail.adapters.store.unit import Unit
from services.mail.application.ports import AppendResult, StoredMessage
from services.mail.application.rows import EmailFlags
from services.mail.domain.keywords import SEEN, is_unread, normal

_KNOWN = """
SELECT thread_keys::text[],
       (SELECT count(*) FROM mailbox WHERE account_id = %(account)s AND id = ANY(%(mailboxes)s)) AS mailboxes
FROM message WHERE id = %(message)s
"""
_INSERT = """
WITH new AS (
    INSERT INTO email (account_id, id, message_id, thread_id, received_at, keywords, created_ms, updated_ms)
    VALUES (%(account)s, %(id)s, %(message)s, %(thread)s, %(received_at)s, %(keywords)s, %(modseq)s, %(modseq)s)
), words AS (
    INSERT INTO email_fts (account_id, email_id, received_at, thread_id, head, vector)
    SELECT %(account)s, %(id)s, %(received_at)s, %(thread)s, ts_filter(vector, '{a,b,c}'), vector
    FROM message WHERE id = %(message)s
), place AS (
    UPDATE mailbox SET uidnext = uidnext + 1 WHERE account_id = %(account)s AND id = ANY(%(mailboxes)s)
    RETURNING id, uidnext - 1 AS uid
)
INSERT INTO email_mailbox (account_id, mailbox_id, email_id, uid, modseq, received_at, thread_id, seen, unread)
SELECT %(account)s, id, %(id)s, uid, %(modseq)s, %(received_at)s, %(thread)s, %(seen)s, %(unread)s FROM place
"""


def append(
    unit: Unit,
    message: StoredMessage,
    mailbox_ids: Sequence[int],
    keywords: Iterable[str],
    received_at: datetime,
) -> AppendResult:
    """Raises LookupError, having written nothing, when one of the mailboxes is not there."""
    kept = normal(list(keywords))
    mailboxes = sorted(set(mailbox_ids))
    known = unit.tx.only(_KNOWN, {"account": unit.account_id, "message": message.id, "mailboxes": mailboxes})
    if known["mailboxes"] != len(mailboxes) or not mailboxes:
        raise LookupError("a mailbox of the new email does not exist")
    thread, pairs = threads.join(unit, known["thread_keys"])
    email = unit.new_id()
    unit.tx.execute(
        _INSERT,
        {
            "account": unit.account_id,
            "id": email,
            "message": message.id,
            "thread": thread,
            "received_at": received_at.replace(microsecond=0),
            "keywords": kept,
            "modseq": unit.tick("Email"),
            "mailboxes": mailboxes,
            "seen": SEEN in kept,
            "unread": is_unread(kept),
        },
    )
    refresh(unit, [*pairs, *((mailbox, thread) for mailbox in mailboxes)])
    unit.use(message.size, 1)
    return AppendResult(email, thread, created=True)


_CURRENT = """
SELECT e.id, e.thread_id, e.received_at, e.keywords,
       ARRAY(SELECT mailbox_id FROM email_mailbox em WHERE em.account_id = e.account_id AND em.email_id = e.id)
FROM email e WHERE e.account_id = %s AND e.id = ANY(%s)
"""


def change(unit: Unit, wanted: Sequence[EmailFlags]) -> None:
    """Gives each email these keywords and mailboxes. Emails that are not there, or are so already, are left out."""
    goals = {goal.id: goal for goal in wanted}
    if not goals:
        return
    joined: dict[int, list[tuple[int, int, datetime]]] = defaultdict(list)
    left: list[tuple[int, int]] = []
    changed: list[tuple[int, list[str]]] = []
    pairs: list[Pair] = []
    for id_, thread, received_at, keywords, mailboxes in unit.tx.tuples(_CURRENT, (unit.account_id, list(goals))):
        goal, before = goals[id_], frozenset(mailboxes)
        kept = normal(goal.keywords)
        if kept == keywords and goal.mailbox_ids == before:
            continue
        changed.append((id_, kept))
        touched = before | goal.mailbox_ids if is_unread(kept) != is_unread(keywords) else before ^ goal.mailbox_ids
        pairs += [(mailbox, thread) for mailbox in touched]
        left += [(id_, mailbox) for mailbox in before - goal.mailbox_ids]
        for mailbox in goal.mailbox_ids - before:
            joined[mailbox].append((id_, thread, received_at))
    if changed:
        modseqs = unit.ticks("Email", len(changed))
        _leave_mailboxes(unit, left)
        _join_mailboxes(unit, joined)
        _write(unit, changed, modseqs)
        refresh(unit, pairs)


_WRITE = """
WITH goal AS (
    SELECT id, string_to_array(keywords, ' ') AS keywords, modseq, seen, unread
    FROM unnest(%(ids)s::bigint[], %(keywords)s::text[], %(modseqs)s::bigint[], %(seen)s::boolean[],
                %(unread)s::boolean[]) AS goal (id, keywords, modseq, seen, unread)
), written AS (
    UPDATE email e SET keywords = goal.keywords, updated_ms = goal.modseq
    FROM goal WHERE e.account_id = %(account)s AND e.id = goal.id
)
UPDATE email_mailbox em SET seen = goal.seen, unread = goal.unread, modseq = goal.modseq
FROM goal WHERE em.account_id = %(account)s AND em.email_id = goal.id
"""


def _write(unit: Unit, changed: Sequence[tuple[int, list[str]]], modseqs: Sequence[int]) -> None:
    """Keywords have no blank in them, so a set of them travels as one text."""
    unit.tx.execute(
        _WRITE,
        {
            "account": unit.account_id,
            "ids": [id_ for id_, _ in changed],
            "keywords": [" ".join(keywords) for _, keywords in changed],
            "modseqs": list(modseqs),
            "seen": [SEEN in keywords for _, keywords in changed],
            "unread": [is_unread(keywords) for _, keywords in changed],
        },
    )


def _leave_mailboxes(unit: Unit, left: Sequence[tuple[int, int]]) -> None:
    if not left:
        return
    gone = unit.tx.tuples(
        "DELETE FROM email_mailbox em USING unnest(%s::bigint[], %s::bigint[]) AS gone (email_id, mailbox_id)"
        " WHERE em.account_id = %s AND em.email_id = gone.email_id AND em.mailbox_id = gone.mailbox_id"
        " RETURNING em.mailbox_id, em.uid",
        ([email for email, _ in left], [mailbox for _, mailbox in left], unit.account_id),
    )
    _vanish(unit, gone)


def _vanish(unit: Unit, gone: Sequence[tuple[int, int]]) -> None:
    modseqs = unit.reserve(len(gone))
    unit.tx.values(
        "INSERT INTO vanished (account_id, mailbox_id, uid, modseq) VALUES %s",
        [(unit.account_id, mailbox, uid, modseq) for (mailbox, uid), modseq in zip(gone, modseqs, strict=True)],
    )


def _join_mailboxes(unit: Unit, joined: dict[int, list[tuple[int, int, datetime]]]) -> None:
    """Raises LookupError when one of the mailboxes is not there."""
    rows: list[tuple[object, ...]] = []
    for mailbox, emails in sorted(joined.items()):
        first = unit.tx.only(
            "UPDATE mailbox SET uidnext = uidnext + %s WHERE account_id = %s AND id = %s RETURNING uidnext - %s AS uid",
            (len(emails), unit.account_id, mailbox, len(emails)),
        )["uid"]
        rows += [
            (unit.account_id, mailbox, id_, first + place, 0, received_at, thread, False, False)
            for place, (id_, thread, received_at) in enumerate(emails)
        ]
    unit.tx.values(
        "INSERT INTO email_mailbox"
        " (account_id, mailbox_id, email_id, uid, modseq, received_at, thread_id, seen, unread) VALUES %s",
        rows,
    )


def destroy(unit: Unit, ids: Sequence[int]) -> None:
    """Emails that are not there are left out."""
    if not ids:
        return
    tx, values = unit.tx, (unit.account_id, list(ids))
    rows = tx.tuples(
        "SELECT e.id, e.created_ms, e.thread_id, m.thread_keys::text[], m.size"
        " FROM email e JOIN message m ON m.id = e.message_id"
        " WHERE e.account_id = %s AND e.id = ANY(%s) ORDER BY e.id",
        values,
    )
    if not rows:
        return
    gone = tx.tuples(
        "DELETE FROM email_mailbox WHERE account_id = %s AND email_id = ANY(%s) RETURNING mailbox_id, uid, thread_id",
        values,
    )
    _vanish(unit, [(mailbox, uid) for mailbox, uid, _ in gone])
    tx.execute("DELETE FROM email_fts WHERE account_id = %s AND email_id = ANY(%s)", values)
    tx.execute("DELETE FROM email WHERE account_id = %s AND id = ANY(%s)", values)
    bury(unit, "Email", [(id_, created_ms, thread) for id_, created_ms, thread, *_ in rows])
    threads.leave(unit, [thread for _, _, thread, *_ in rows], [key for *_, keys, _ in rows for key in keys])
    unit.use(-sum(size for *_, size in rows), -len(rows))
    refresh(unit, [(mailbox, thread) for mailbox, _, thread in gone])
