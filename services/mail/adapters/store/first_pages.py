"""Pages of a query's result, from its beginning: enough hits in order, of which the first of each thread counts.

Where words must be found, their index gives the hits in no order. They are read once, for the total and the page alike,
and always through that index: the planner would read the whole table, knowing nothing of what it costs to fetch
vectors that stand apart from it.
"""

# ruff: noqa: S608  put together from what Statement makes

from chassis.db import Transaction
from services.mail.adapters.store.conditions import Statement
from services.mail.application.rows import Page, PageRequest
from services.mail.domain.email_query import EmailQuery

HITS_A_THREAD = 2
"""So many hits are fetched for each thread wanted; where threads have more, it is tried with MORE times as many."""
MORE = 8


def first_page(tx: Transaction, account_id: str, asked: EmailQuery, page: PageRequest) -> Page:
    """`page` has no anchor, and counts from the beginning."""
    statement = Statement(tx, account_id, asked)
    found = statement.select(f"{statement.id} AS id, {statement.thread} AS thread, {statement.keys}")
    counted = "DISTINCT thread" if asked.collapse_threads else "*"
    count = f"(SELECT count(*) FROM (SELECT {counted} FROM hits) AS counted)"
    if page.calculate_total and statement.finds_words:
        ids, total = _page(tx, statement, asked, page, f"hits AS MATERIALIZED ({found})", count)
    else:
        hits = f"hits AS NOT MATERIALIZED ({found})"
        ids, total = _page(tx, statement, asked, page, hits, "NULL")
        if page.calculate_total:
            ((total,),) = tx.tuples(f"WITH {hits} SELECT {count}", statement.params)
    return Page(ids, page.position, total)


def _page(
    tx: Transaction, statement: Statement, asked: EmailQuery, page: PageRequest, hits: str, count: str
) -> tuple[list[int], int | None]:
    by_index = "SET LOCAL enable_seqscan = off; " if statement.finds_words else ""
    sql = (
        f"{by_index}WITH {hits} SELECT id, thread, {count} FROM hits ORDER BY {statement.order_of_keys} LIMIT %(most)s"
    )
    end = page.position + page.limit
    most = max(1, end * HITS_A_THREAD if asked.collapse_threads else end)
    while True:
        rows = tx.tuples(sql, statement.params | {"most": most})
        firsts: dict[int, int] = {}
        for id_, thread, _ in rows:
            firsts.setdefault(thread if asked.collapse_threads else id_, id_)
        if len(firsts) >= end or len(rows) < most:
            total = rows[0][2] if rows else 0
            return list(firsts.values())[page.position : end], total
        most *= MORE
