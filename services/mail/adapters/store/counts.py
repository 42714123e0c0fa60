"""Keeps mailbox_thread and the four counts of each mailbox equal to what email_mailbox holds.

A thread is unread in a mailbox where it shows an unread email when it is opened from there, wherever that email is. In
the trash emails are as a thread of their own (RFC 8621 §2, unreadThreads). So one email moves counts of every mailbox
that its thread has a part in.
"""

from collections.abc import Iterable

from chassis.prepared import Prepared
from services.mail.adapters.store.unit import Unit

Pair = tuple[int, int]
"""(mailbox, thread)."""

_REFRESH = Prepared("""
WITH given AS (
    SELECT mailbox_id, thread_id
    FROM unnest(%(mailboxes)s::bigint[], %(threads)s::bigint[]) AS p (mailbox_id, thread_id)
), here AS MATERIALIZED (
    SELECT mailbox_id, thread_id, email_id, received_at, unread,
           mailbox_id IN (SELECT id FROM mailbox WHERE account_id = %(account)s AND role = 'trash') AS in_trash
    FROM email_mailbox
    WHERE account_id = %(account)s AND thread_id = ANY(%(threads)s::bigint[])
), shown AS (
    SELECT thread_id, in_trash, bool_or(unread) AS shows_unread FROM here GROUP BY thread_id, in_trash
), present AS (
    SELECT mailbox_id, thread_id, shows_unread, count(*)::integer AS n,
           (count(*) FILTER (WHERE unread))::integer AS n_unread, max(received_at) AS last_at,
           (array_agg(email_id ORDER BY received_at DESC, email_id DESC))[1] AS last_email
    FROM here JOIN shown USING (thread_id, in_trash)
    GROUP BY mailbox_id, thread_id, shows_unread
), past AS (
    SELECT mt.mailbox_id, mt.thread_id, mt.n, mt.n_unread, mt.shows_unread
    FROM mailbox_thread mt
         JOIN (SELECT mailbox_id, thread_id FROM given UNION SELECT mailbox_id, thread_id FROM present) AS pair
         ON mt.mailbox_id = pair.mailbox_id AND mt.thread_id = pair.thread_id
    WHERE mt.account_id = %(account)s
), compared AS (
    SELECT mailbox_id, thread_id, coalesce(present.n, 0) AS n, coalesce(past.n, 0) AS n_before,
           coalesce(present.n_unread, 0) - coalesce(past.n_unread, 0) AS unread,
           coalesce(present.shows_unread::integer, 0) - coalesce(past.shows_unread::integer, 0) AS unread_threads
    FROM past FULL JOIN present USING (mailbox_id, thread_id)
), gone AS (
    DELETE FROM mailbox_thread mt USING compared
    WHERE mt.account_id = %(account)s AND mt.mailbox_id = compared.mailbox_id AND mt.thread_id = compared.thread_id
      AND compared.n = 0
), kept AS (
    INSERT INTO mailbox_thread AS mt
        (account_id, mailbox_id, thread_id, last_at, last_email, n, n_unread, shows_unread)
    SELECT %(account)s::text, mailbox_id, thread_id, last_at, last_email, n, n_unread, shows_unread FROM present
    ON CONFLICT (account_id, mailbox_id, thread_id) DO UPDATE
    SET last_at = excluded.last_at, last_email = excluded.last_email, n = excluded.n, n_unread = excluded.n_unread,
        shows_unread = excluded.shows_unread
    WHERE (mt.last_at, mt.last_email, mt.n, mt.n_unread, mt.shows_unread)
       <> (excluded.last_at, excluded.last_email, excluded.n, excluded.n_unread, excluded.shows_unread)
), summed AS (
    SELECT mailbox_id, sum(n - n_before) AS emails, sum(unread) AS unread,
           sum((n > 0)::integer - (n_before > 0)::integer) AS threads, sum(unread_threads) AS unread_threads
    FROM compared GROUP BY mailbox_id
), moved AS (
    SELECT *, row_number() OVER (ORDER BY mailbox_id) AS place
    FROM summed WHERE (emails, unread, threads, unread_threads) <> (0, 0, 0, 0)
)
UPDATE mailbox m
SET total_emails = total_emails + moved.emails, unread_emails = unread_emails + moved.unread,
    total_threads = total_threads + moved.threads, unread_threads = m.unread_threads + moved.unread_threads,
    counts_ms = %(last)s::bigint + moved.place
FROM moved
WHERE m.account_id = %(account)s AND m.id = moved.mailbox_id
""")


def refresh(unit: Unit, pairs: Iterable[Pair]) -> None:
    """To be called once email_mailbox is as it shall be, with every pair that gained, lost or changed a row."""
    distinct = sorted(set(pairs))
    if not distinct:
        return
    moved = unit.tx.execute(
        _REFRESH,
        {
            "account": unit.account_id,
            "mailboxes": [mailbox for mailbox, _ in distinct],
            "threads": [thread for _, thread in distinct],
            "last": unit.modseq,
        },
    )
    unit.ticks("Mailbox", moved)
