"""Pages of Email/query. The listing of one mailbox, newest first, is one index range, with threads collapsed too."""

from dataclasses import dataclass

from chassis.db import Transaction
from services.mail.adapters.store.changes import known_since
from services.mail.adapters.store.conditions import Statement
from services.mail.application.rows import Page, PageRequest, QueryDelta
from services.mail.application.store import AnchorNotFoundError
from services.mail.domain.email_query import EmailQuery


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A statement whose rows are (id) in order, given an OFFSET and a LIMIT; how to count them; how to place one."""

    page: str
    count: str
    place: str
    params: dict[str, object]


_THREADS = _Ordered(
    page="SELECT last_email FROM mailbox_thread WHERE account_id = %(account)s AND mailbox_id = %(mailbox)s"
    " ORDER BY last_at DESC, last_email DESC",
    count="SELECT total_threads FROM mailbox WHERE account_id = %(account)s AND id = %(mailbox)s",
    place="SELECT (SELECT count(*) FROM mailbox_thread b WHERE b.account_id = a.account_id"
    " AND b.mailbox_id = a.mailbox_id AND (b.last_at, b.last_email) > (a.last_at, a.last_email)) AS place"
    " FROM mailbox_thread a JOIN email e ON e.account_id = a.account_id AND e.thread_id = a.thread_id"
    " WHERE a.account_id = %(account)s AND a.mailbox_id = %(mailbox)s AND e.id = %(anchor)s AND a.last_email = e.id",
    params={},
)
_EMAILS = _Ordered(
    page="SELECT email_id FROM email_mailbox WHERE account_id = %(account)s AND mailbox_id = %(mailbox)s"
    " ORDER BY received_at DESC, email_id DESC",
    count="SELECT total_emails FROM mailbox WHERE account_id = %(account)s AND id = %(mailbox)s",
    place="SELECT (SELECT count(*) FROM email_mailbox b WHERE b.account_id = a.account_id"
    " AND b.mailbox_id = a.mailbox_id AND (b.received_at, b.email_id) > (a.received_at, a.email_id)) AS place"
    " FROM email_mailbox a"
    " WHERE a.account_id = %(account)s AND a.mailbox_id = %(mailbox)s AND a.email_id = %(anchor)s",
    params={},
)


def query(tx: Transaction, account_id: str, asked: EmailQuery, page: PageRequest) -> Page:
    ordered = _ordered(tx, account_id, asked)
    wants_total = page.calculate_total or (page.position < 0 and page.anchor is None)
    total = _number(tx, ordered.count, ordered.params) if wants_total else None
    start = _start(tx, ordered, page, total)
    rows = tx.tuples(
        f"{ordered.page} OFFSET %(start)s LIMIT %(limit)s", ordered.params | {"start": start, "limit": page.limit}
    )
    return Page([id_ for (id_,) in rows], start, total if page.calculate_total else None)


def _ordered(tx: Transaction, account_id: str, asked: EmailQuery) -> _Ordered:
    mailbox = asked.single_mailbox
    if mailbox is not None:
        fast = _THREADS if asked.collapse_threads else _EMAILS
        return _Ordered(fast.page, fast.count, fast.place, {"account": account_id, "mailbox": mailbox})
    statement = Statement(tx, account_id, asked)
    if asked.collapse_threads:
        firsts = statement.select(f"DISTINCT ON ({statement.thread}) {statement.id} AS id, {statement.keys}")
        firsts += f" ORDER BY {statement.thread}, {statement.order}"
        page = f"SELECT id FROM ({firsts}) AS firsts ORDER BY {statement.order_of_keys}"  # noqa: S608 - see Statement
        count = statement.select(f"count(DISTINCT {statement.thread})")
    else:
        page = statement.select(f"{statement.id} AS id") + f" ORDER BY {statement.order}"
        count = statement.select("count(*)")
    place = (
        f"SELECT place FROM (SELECT id, row_number() OVER () - 1 AS place FROM ({page}) AS page) AS placed"  # noqa: S608
        " WHERE id = %(anchor)s"
    )
    return _Ordered(page, count, place, statement.params)


def _start(tx: Transaction, ordered: _Ordered, page: PageRequest, total: int | None) -> int:
    if page.anchor is not None:
        place = _number(tx, ordered.place, ordered.params | {"anchor": page.anchor})
        if place is None:
            raise AnchorNotFoundError
        return max(0, place + page.anchor_offset)
    return page.position if page.position >= 0 else max(0, (total or 0) + page.position)


def _number(tx: Transaction, sql: str, params: dict[str, object]) -> int | None:
    rows = tx.tuples(sql, params)
    return int(rows[0][0]) if rows else None


_CHANGED = """
SELECT id, thread_id FROM email WHERE account_id = %(account)s AND updated_ms > %(since)s
UNION ALL
SELECT object_id, thread_id FROM tombstone
WHERE account_id = %(account)s AND type = 'Email' AND modseq > %(since)s AND created_ms <= %(since)s
LIMIT %(most)s
"""
_THREADS_NOW = """
SELECT place - 1, last_email FROM (
    SELECT last_email, thread_id, row_number() OVER (ORDER BY last_at DESC, last_email DESC) AS place
    FROM mailbox_thread WHERE account_id = %(account)s AND mailbox_id = %(mailbox)s) AS listing
WHERE thread_id = ANY(%(threads)s) ORDER BY place
"""
_EMAILS_NOW = """
SELECT place - 1, email_id FROM (
    SELECT email_id, row_number() OVER (ORDER BY received_at DESC, email_id DESC) AS place
    FROM email_mailbox WHERE account_id = %(account)s AND mailbox_id = %(mailbox)s) AS listing
WHERE email_id = ANY(%(emails)s) ORDER BY place
"""
MAX_CHANGED = 2_000


def query_changes(
    tx: Transaction, account_id: str, asked: EmailQuery, since: int, max_changes: int | None, *, calculate_total: bool
) -> QueryDelta:
    """Whatever changed may have been anywhere in the old result: it is removed, and added where it stands now."""
    known_since(tx, account_id, "Email", since)
    params: dict[str, object] = {
        "account": account_id,
        "mailbox": asked.single_mailbox,
        "since": since,
        "most": MAX_CHANGED + 1,
    }
    changed = tx.tuples(_CHANGED, params)
    if len(changed) > MAX_CHANGED:
        raise OverflowError
    emails, threads = {id_ for id_, _ in changed}, {thread for _, thread in changed}
    if asked.collapse_threads:
        sql = "SELECT id FROM email WHERE account_id = %(account)s AND thread_id = ANY(%(threads)s)"
        emails |= {id_ for (id_,) in tx.tuples(sql, params | {"threads": list(threads)})}
        added = tx.tuples(_THREADS_NOW, params | {"threads": list(threads)})
    else:
        added = tx.tuples(_EMAILS_NOW, params | {"emails": list(emails)})
    if max_changes is not None and len(emails) + len(added) > max_changes:
        raise OverflowError
    count = (_THREADS if asked.collapse_threads else _EMAILS).count
    return QueryDelta(sorted(emails), list(added), _number(tx, count, params) if calculate_total else None)
