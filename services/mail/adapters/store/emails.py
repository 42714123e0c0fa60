"""Emails come, change and go. Each function leaves threads, counts and the log of changes right."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.db import Params, Sql
from chassis.prepared import Prepared
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
Place = tuple[int, int]
"""(email, mailbox)."""

Changed = tuple[int, list[str]]
"""(email, its keywords from now on)."""

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
    unit.own_emails[email] = thread
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


_CURRENT = Prepared("""
SELECT e.id, e.thread_id, e.keywords,
       ARRAY(SELECT mailbox_id FROM email_mailbox em WHERE em.account_id = e.account_id AND em.email_id = e.id)
FROM email e WHERE e.account_id = %s AND e.id = ANY(%s)
""")


@dataclass(frozen=True, slots=True)
class Current:
    """An email as it is before a change."""

    thread_id: int
    flags: EmailFlags


def current(unit: Unit, ids: Sequence[int]) -> dict[int, Current]:
    """Those that are there. Under the account's lock nobody but this write can change them."""
    rows = unit.tx.tuples(_CURRENT, (unit.account_id, list(ids)))
    return {
        id_: Current(thread, EmailFlags(id_, frozenset(keywords), frozenset(mailboxes)))
        for id_, thread, keywords, mailboxes in rows
    }


def change(unit: Unit, wanted: Sequence[EmailFlags], known: Mapping[int, Current]) -> None:
    """Gives each email these keywords and mailboxes. Emails that are not `known`, or are so already, are left out."""
    joined: list[Place] = []
    left: list[Place] = []
    changed: list[Changed] = []
    pairs: list[Pair] = []
    for goal in {goal.id: goal for goal in wanted}.values():
        if goal.id not in known:
            continue
        before, thread = known[goal.id].flags, known[goal.id].thread_id
        kept = normal(goal.keywords)
        if before.keywords == set(kept) and goal.mailbox_ids == before.mailbox_ids:
            continue
        changed.append((goal.id, kept))
        marked = is_unread(kept) != is_unread(before.keywords)
        touched = before.mailbox_ids | goal.mailbox_ids if marked else before.mailbox_ids ^ goal.mailbox_ids
        pairs += [(mailbox, thread) for mailbox in touched]
        left += [(goal.id, mailbox) for mailbox in before.mailbox_ids - goal.mailbox_ids]
        joined += [(goal.id, mailbox) for mailbox in goal.mailbox_ids - before.mailbox_ids]
    if changed:
        _write(unit, changed, left, joined)
        refresh(unit, pairs)


_LEAVE = Prepared("""
WITH gone AS (
    DELETE FROM email_mailbox em
    USING unnest(%(emails)s::bigint[], %(mailboxes)s::bigint[]) AS gone (email_id, mailbox_id)
    WHERE em.account_id = %(account)s AND em.email_id = gone.email_id AND em.mailbox_id = gone.mailbox_id
    RETURNING em.mailbox_id, em.uid
)
INSERT INTO vanished (account_id, mailbox_id, uid, modseq)
SELECT %(account)s::text, mailbox_id, uid, %(first)s::bigint - 1 + row_number() OVER () FROM gone
""")
_MARK = Prepared("""
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
""")
_JOIN = Prepared("""
WITH wish AS (
    SELECT wish.mailbox_id, e.id, e.thread_id, e.received_at, e.keywords, e.updated_ms,
           row_number() OVER (PARTITION BY wish.mailbox_id ORDER BY e.id) AS place
    FROM unnest(%(emails)s::bigint[], %(mailboxes)s::bigint[]) AS wish (email_id, mailbox_id)
    JOIN email e ON e.account_id = %(account)s AND e.id = wish.email_id
), placed AS (
    UPDATE mailbox m SET uidnext = uidnext + more.n
    FROM (SELECT mailbox_id, count(*) AS n FROM wish GROUP BY mailbox_id) AS more
    WHERE m.account_id = %(account)s AND m.id = more.mailbox_id
    RETURNING m.id, m.uidnext - more.n - 1 AS before
)
INSERT INTO email_mailbox
    (account_id, mailbox_id, email_id, uid, modseq, received_at, thread_id, seen, unread)
SELECT %(account)s::text, placed.id, wish.id, placed.before + wish.place, wish.updated_ms, wish.received_at,
       wish.thread_id, wish.keywords @> '{$seen}', NOT wish.keywords && '{$seen,$draft}'
FROM wish JOIN placed ON placed.id = wish.mailbox_id
""")


def _write(unit: Unit, changed: Sequence[Changed], left: Sequence[Place], joined: Sequence[Place]) -> None:
    """In one round trip: out of mailboxes, then the keywords, then into mailboxes with the keywords of by then. Raises
    LookupError when one of the mailboxes is not there.

    Keywords have no blank in them, so a set of them travels as one text.
    """
    statements: list[tuple[Sql, Params]] = []
    if left:
        statements.append((_LEAVE, _places(unit, left) | {"first": unit.reserve(len(left))[0]}))
    statements.append(
        (
            _MARK,
            {
                "account": unit.account_id,
                "ids": [id_ for id_, _ in changed],
                "keywords": [" ".join(keywords) for _, keywords in changed],
                "modseqs": unit.ticks("Email", len(changed)),
                "seen": [SEEN in keywords for _, keywords in changed],
                "unread": [is_unread(keywords) for _, keywords in changed],
            },
        )
    )
    if joined:
        statements.append((_JOIN, _places(unit, joined)))
    written = unit.tx.together(*statements)
    if joined and written != len(joined):
        raise LookupError("a mailbox that emails shall be in does not exist")


def _places(unit: Unit, places: Sequence[Place]) -> dict[str, object]:
    return {
        "account": unit.account_id,
        "emails": [email for email, _ in places],
        "mailboxes": [mailbox for _, mailbox in places],
    }


def _vanish(unit: Unit, gone: Sequence[tuple[int, int]]) -> None:
    modseqs = unit.reserve(len(gone))
    unit.tx.values(
        "INSERT INTO vanished (account_id, mailbox_id, uid, modseq) VALUES %s",
        [(unit.account_id, mailbox, uid, modseq) for (mailbox, uid), modseq in zip(gone, modseqs, strict=True)],
    )


_DELETE = """
WITH gone AS (DELETE FROM email WHERE account_id = %s AND id = ANY(%s) RETURNING message_id)
INSERT INTO message_left (message_id) SELECT DISTINCT message_id FROM gone ORDER BY message_id
ON CONFLICT DO NOTHING
"""


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
    tx.execute(_DELETE, values)
    bury(unit, "Email", [(id_, created_ms, thread) for id_, created_ms, thread, *_ in rows])
    threads.leave(unit, [thread for _, _, thread, *_ in rows], [key for *_, keys, _ in rows for key in keys])
    unit.use(-sum(size for *_, size in rows), -len(rows))
    refresh(unit, [(mailbox, thread) for mailbox, _, thread in gone])
