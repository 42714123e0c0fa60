-- An email that joins another thread goes on under another id, and its places in mailboxes go with it. What hangs on
-- email or email_mailbox by a foreign key follows in the same way, or keeps the email where it is (see threads.py).

ALTER TABLE email_mailbox
    DROP CONSTRAINT email_mailbox_account_id_email_id_fkey,
    ADD CONSTRAINT email_mailbox_account_id_email_id_fkey
        FOREIGN KEY (account_id, email_id) REFERENCES email ON UPDATE CASCADE;
