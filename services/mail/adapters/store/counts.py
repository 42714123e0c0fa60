"""Keeps mailbox_thread and the four counts of each mailbox equal to what email_mailbox holds."""

from collections.abc import Iterable

from services.mail.adapters.store.unit import Unit

Pair = tuple[int, int]
"""(mailbox, thread)."""

_REFRESH = """
WITH pair AS (
    SELECT mailbox_id, thread_id
    FROM unnest(%(mailboxes)s::bigint[], %(threads)s::bigint[]) AS p (mailbox_id, thread_id)
), present AS (
    SELECT p.mailbox_id, p.thread_id, count(em.email_id)::integer AS n,
           (count(*) FILTER (WHERE em.unread))::integer AS n_unread, max(em.received_at) AS last_at,
           (array_agg(em.email_id ORDER BY em.received_at DESC, em.email_id DESC))[1] AS last_email
    FROM pair p LEFT JOIN email_mailbox em
         ON em.account_id = %(account)s AND em.mailbox_id = p.mailbox_id AND em.thread_id = p.thread_id
    GROUP BY p.mailbox_id, p.thread_id
), past AS (
    SELECT mt.mailbox_id, mt.thread_id, mt.n, mt.n_unread
    FROM mailbox_thread mt JOIN pair p ON mt.mailbox_id = p.mailbox_id AND mt.thread_id = p.thread_id
    WHERE mt.account_id = %(account)s
), gone AS (
    DELETE FROM mailbox_thread mt USING present
    WHERE mt.account_id = %(account)s AND mt.mailbox_id = present.mailbox_id AND mt.thread_id = present.thread_id
      AND present.n = 0
), kept AS (
    INSERT INTO mailbox_thread AS mt (account_id, mailbox_id, thread_id, last_at, last_email, n, n_unread)
    SELECT %(account)s, mailbox_id, thread_id, last_at, last_email, n, n_unread FROM present WHERE n > 0
    ON CONFLICT (account_id, mailbox_id, thread_id) DO UPDATE
    SET last_at = excluded.last_at, last_email = excluded.last_email, n = excluded.n, n_unread = excluded.n_unread
), moved AS (
    SELECT present.mailbox_id, row_number() OVER (ORDER BY present.mailbox_id) AS place,
           sum(present.n - coalesce(past.n, 0)) AS emails,
           sum(present.n_unread - coalesce(past.n_unread, 0)) AS unread,
           sum((present.n > 0)::integer - (coalesce(past.n, 0) > 0)::integer) AS threads,
           sum((present.n_unread > 0)::integer - (coalesce(past.n_unread, 0) > 0)::integer) AS unread_threads
    FROM present LEFT JOIN past USING (mailbox_id, thread_id)
    GROUP BY present.mailbox_id
)
UPDATE mailbox m
SET total_emails = total_emails + moved.emails, unread_emails = unread_emails + moved.unread,
    total_threads = total_threads + moved.threads, unread_threads = m.unread_threads + moved.unread_threads,
    counts_ms = %(first)s + moved.place - 1
FROM moved
WHERE m.account_id = %(account)s AND m.id = moved.mailbox_id
  AND (moved.emails, moved.unread, moved.threads, moved.unread_threads) <> (0, 0, 0, 0)
RETURNING m.counts_ms
"""


def refresh(unit: Unit, pairs: Iterable[Pair]) -> None:
    """To be called once email_mailbox is as it shall be, with every pair that gained, lost or changed a row."""
    distinct = sorted(set(pairs))
    if not distinct:
        return
    modseqs = unit.reserve(len({mailbox for mailbox, _ in distinct}))
    moved = unit.tx.tuples(
        _REFRESH,
        {
            "account": unit.account_id,
            "mailboxes": [mailbox for mailbox, _ in distinct],
            "threads": [thread for _, thread in distinct],
            "first": modseqs[0],
        },
    )
    for (modseq,) in moved:
        unit.touch("Mailbox", modseq)
