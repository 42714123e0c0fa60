-- What was submitted and waits for its time (undo send, RFC 4865). What travels then is what was submitted: the blob and
-- the recipients are here, whatever becomes of the email and of the submission's record meanwhile. A row goes when the
-- submission is released, called back or given up; who deletes it, under the lock of the account, has decided.

CREATE TABLE held (
    account_id    text        NOT NULL REFERENCES account,
    submission_id bigint      NOT NULL,
    email_id      bigint      NOT NULL,
    sha256        text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size          bigint      NOT NULL CHECK (size >= 0),
    mail_from     text        NOT NULL,
    recipients    text[]      NOT NULL,
    submitted_at  timestamptz NOT NULL DEFAULT now(),
    due_at        timestamptz NOT NULL,
    -- Not to be tried before: due_at, or the end of a pause.
    not_before    timestamptz NOT NULL,
    tries         integer     NOT NULL DEFAULT 0,    -- how often it was put off
    PRIMARY KEY (account_id, submission_id)
);

CREATE INDEX held_due ON held (not_before);
CREATE INDEX held_blob ON held (sha256);

ALTER TABLE held SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
