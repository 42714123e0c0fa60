-- Emails that come back at a time (urn:webmail-montpellier:snooze). The row hangs on the email's place in the mailbox
-- "snoozed": whoever takes the email out of there, or destroys it, has ended the snooze.

CREATE TABLE snooze (
    account_id  text        NOT NULL,
    email_id    bigint      NOT NULL,
    mailbox_id  bigint      NOT NULL,          -- where it waits
    until       timestamptz NOT NULL,
    mailbox_ids bigint[]    NOT NULL,          -- where it was, and comes back to
    -- Not to be tried before: until, or the end of a pause after a failure.
    not_before  timestamptz NOT NULL,
    tries       integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, email_id),
    FOREIGN KEY (account_id, email_id, mailbox_id) REFERENCES email_mailbox ON DELETE CASCADE
);

CREATE INDEX snooze_due ON snooze (not_before);
