"""Pages of Email/query. The listing of one mailbox, newest first, is one index range, with threads collapsed too."""

from collections.abc import Collection
from dataclasses import dataclass

from chassis.db import Transaction
from services.mail.adapters.store.conditions import Statement
from services.mail.adapters.store.first_pages import first_page
from services.mail.application.rows import Page, PageRequest
from services.mail.application.store import AnchorNotFoundError
from services.mail.domain.email_query import EmailQuery


@dataclass(frozen=True, slots=True)
class Ordered:
    """A statement whose rows are (id) in order, given an OFFSET and a LIMIT; how to count them; how to place a few, by
    rows of (index, id)."""

    page: str
    count: str
    few: str
    params: dict[str, object]


FEW = 16
_WALK = """
SELECT place, id FROM (SELECT id, row_number() OVER () - 1 AS place FROM ({page}) AS page) AS placed
WHERE id = ANY(%(ids)s)
"""


_THREADS = Ordered(
    page="SELECT last_email AS id FROM mailbox_thread WHERE account_id = %(account)s AND mailbox_id = %(mailbox)s"
    " ORDER BY last_at DESC, last_email DESC",
    count="SELECT total_threads FROM mailbox WHERE account_id = %(account)s AND id = %(mailbox)s",
    few="SELECT (SELECT count(*) FROM mailbox_thread b WHERE b.account_id = a.account_id"
    " AND b.mailbox_id = a.mailbox_id AND (b.last_at, b.last_email) > (a.last_at, a.last_email)), e.id"
    " FROM mailbox_thread a JOIN email e ON e.account_id = a.account_id AND e.thread_id = a.thread_id"
    " WHERE a.account_id = %(account)s AND a.mailbox_id = %(mailbox)s AND e.id = ANY(%(ids)s) AND a.last_email = e.id",
    params={},
)
_EMAILS = Ordered(
    page="SELECT email_id AS id FROM email_mailbox WHERE account_id = %(account)s AND mailbox_id = %(mailbox)s"
    " ORDER BY received_at DESC, email_id DESC",
    count="SELECT total_emails FROM mailbox WHERE account_id = %(account)s AND id = %(mailbox)s",
    few="SELECT (SELECT count(*) FROM email_mailbox b WHERE b.account_id = a.account_id"
    " AND b.mailbox_id = a.mailbox_id AND (b.received_at, b.email_id) > (a.received_at, a.email_id)), a.email_id"
    " FROM email_mailbox a"
    " WHERE a.account_id = %(account)s AND a.mailbox_id = %(mailbox)s AND a.email_id = ANY(%(ids)s)",
    params={},
)


def query(tx: Transaction, account_id: str, asked: EmailQuery, page: PageRequest) -> Page:
    if asked.single_mailbox is None and page.anchor is None and page.position >= 0:
        return first_page(tx, account_id, asked, page)
    ordered = ordered_by(tx, account_id, asked)
    wants_total = page.calculate_total or (page.position < 0 and page.anchor is None)
    total = number(tx, ordered.count, ordered.params) if wants_total else None
    start = _start(tx, ordered, page, total)
    rows = tx.tuples(
        f"{ordered.page} OFFSET %(start)s LIMIT %(limit)s", ordered.params | {"start": start, "limit": page.limit}
    )
    return Page([id_ for (id_,) in rows], start, total if page.calculate_total else None)


def ordered_by(tx: Transaction, account_id: str, asked: EmailQuery) -> Ordered:
    """The whole result of a query, without any page of it."""
    mailbox = asked.single_mailbox
    if mailbox is not None:
        fast = _THREADS if asked.collapse_threads else _EMAILS
        return Ordered(fast.page, fast.count, fast.few, {"account": account_id, "mailbox": mailbox})
    statement = Statement(tx, account_id, asked)
    if asked.collapse_threads:
        firsts = statement.select(f"DISTINCT ON ({statement.thread}) {statement.id} AS id, {statement.keys}")
        firsts += f" ORDER BY {statement.thread}, {statement.order}"
        page = f"SELECT id FROM ({firsts}) AS firsts ORDER BY {statement.order_of_keys}"  # noqa: S608 - see Statement
        count = statement.select(f"count(DISTINCT {statement.thread})")
    else:
        page = statement.select(f"{statement.id} AS id") + f" ORDER BY {statement.order}"
        count = statement.select("count(*)")
    return Ordered(page, count, _WALK.format(page=page), statement.params)


def _start(tx: Transaction, ordered: Ordered, page: PageRequest, total: int | None) -> int:
    if page.anchor is not None:
        found = places(tx, ordered, [page.anchor])
        if not found:
            raise AnchorNotFoundError
        return max(0, found[0][0] + page.anchor_offset)
    return page.position if page.position >= 0 else max(0, (total or 0) + page.position)


def places(tx: Transaction, ordered: Ordered, ids: Collection[int]) -> list[tuple[int, int]]:
    """(index, id) of those that are in the result, in its order. In the listing of a mailbox a few are placed by
    counting what stands before each, which is little where something new came; for many the listing is walked once."""
    sql = ordered.few if len(ids) <= FEW else _WALK.format(page=ordered.page)
    return sorted(tx.tuples(sql, ordered.params | {"ids": list(ids)}))


def number(tx: Transaction, sql: str, params: dict[str, object]) -> int | None:
    """The one number that is asked for, if there is one."""
    rows = tx.tuples(sql, params)
    return int(rows[0][0]) if rows else None
