-- unreadThreads counts the threads that show an unread email when they are opened from a mailbox, wherever that email is;
-- those in the trash are as a thread of their own (RFC 8621 §2).

LOCK TABLE account_state IN EXCLUSIVE MODE;

ALTER TABLE mailbox_thread ADD COLUMN shows_unread boolean NOT NULL DEFAULT false;

-- A whole thread, in whichever mailboxes, is one range; a thread in a mailbox still is.
CREATE INDEX email_mailbox_of_thread ON email_mailbox (account_id, thread_id, mailbox_id)
    INCLUDE (received_at, email_id, unread);
DROP INDEX email_mailbox_threads;

WITH placed AS (
    SELECT em.account_id, em.mailbox_id, em.thread_id, em.unread, m.role IS NOT DISTINCT FROM 'trash' AS in_trash
    FROM email_mailbox em JOIN mailbox m ON m.account_id = em.account_id AND m.id = em.mailbox_id
), shown AS (
    SELECT DISTINCT account_id, thread_id, in_trash FROM placed WHERE unread
)
UPDATE mailbox_thread mt SET shows_unread = true
FROM shown, mailbox m
WHERE mt.account_id = shown.account_id AND mt.thread_id = shown.thread_id
  AND m.account_id = mt.account_id AND m.id = mt.mailbox_id
  AND shown.in_trash = (m.role IS NOT DISTINCT FROM 'trash');

-- Clients are told: each count that is another now is a change of its mailbox.
WITH counted AS (
    SELECT account_id, mailbox_id, count(*) AS n FROM mailbox_thread WHERE shows_unread GROUP BY account_id, mailbox_id
), wrong AS (
    SELECT m.account_id, m.id, coalesce(counted.n, 0) AS n,
           a.modseq + row_number() OVER (PARTITION BY m.account_id ORDER BY m.id) AS modseq
    FROM mailbox m JOIN account_state a ON a.account_id = m.account_id
         LEFT JOIN counted ON counted.account_id = m.account_id AND counted.mailbox_id = m.id
    WHERE m.unread_threads <> coalesce(counted.n, 0)
), told AS (
    UPDATE mailbox m SET unread_threads = wrong.n, counts_ms = wrong.modseq
    FROM wrong WHERE m.account_id = wrong.account_id AND m.id = wrong.id
)
UPDATE account_state a SET modseq = newest.modseq, mailbox_ms = newest.modseq
FROM (SELECT account_id, max(modseq) AS modseq FROM wrong GROUP BY account_id) AS newest
WHERE a.account_id = newest.account_id;
