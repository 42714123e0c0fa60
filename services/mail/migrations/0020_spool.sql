-- What was promised by "250" and is not yet in every mailbox. A row goes when its last recipient is served.

CREATE TABLE spool (
    id            text        PRIMARY KEY,
    sha256        text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size          bigint      NOT NULL CHECK (size >= 0),
    trace         bytea       NOT NULL,
    mail_from     text        NOT NULL,          -- '' for the null sender
    source        text        NOT NULL,          -- network address of the client, or 'submission', or 'report'
    received_at   timestamptz NOT NULL,
    -- Whose submission it is, for its deliveryStatus; NULL for mail from outside.
    submitter_id  text,
    submission_id bigint,
    tries         integer     NOT NULL DEFAULT 0,    -- failed ones
    -- Not to be taken before: a pause after a failure. Whoever works on a row holds its lock.
    not_before    timestamptz NOT NULL DEFAULT now(),
    last_error    text        NOT NULL DEFAULT ''
);

CREATE INDEX spool_due ON spool (not_before);
CREATE INDEX spool_blob ON spool (sha256);

CREATE TABLE spool_recipient (
    spool_id   text NOT NULL REFERENCES spool (id) ON DELETE CASCADE,
    address    text NOT NULL,
    -- NULL: a role address (postmaster, abuse), looked up at delivery.
    account_id text,
    delivered  boolean NOT NULL DEFAULT false,
    -- The row of `message` that all recipients share. Here and not in spool, whose row is locked meanwhile.
    message_id bigint,
    PRIMARY KEY (spool_id, address)
);

-- Tables that are nearly empty and all of whose rows die young: vacuum by count, not by share.
ALTER TABLE spool SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER TABLE spool_recipient SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
