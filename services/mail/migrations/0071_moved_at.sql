-- Since when an email is in a mailbox: trash and junk are emptied of what was put there long ago. What is there now
-- counts from this migration on.

ALTER TABLE email_mailbox ADD COLUMN entered_at timestamptz NOT NULL DEFAULT now();
