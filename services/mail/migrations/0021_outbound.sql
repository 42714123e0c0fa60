-- What agents send to other domains, until each recipient has a final state.

CREATE TABLE outbound (
    id            text        PRIMARY KEY,
    sha256        text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size          bigint      NOT NULL CHECK (size >= 0),
    trace         bytea       NOT NULL,          -- our Received field, sent before the blob's bytes
    mail_from     text        NOT NULL,          -- '' for the null sender: nobody is told of a failure
    submitter_id  text,                          -- who gets the report of a failure
    submission_id bigint,
    created_at    timestamptz NOT NULL DEFAULT now(),
    tries         integer     NOT NULL DEFAULT 0,
    -- Not to be taken before: a lease, renewed while a process sends it, or the pause after a try.
    not_before    timestamptz NOT NULL DEFAULT now(),
    lease         text        NOT NULL DEFAULT ''
);

CREATE INDEX outbound_due ON outbound (not_before);
CREATE INDEX outbound_blob ON outbound (sha256);

CREATE TABLE outbound_recipient (
    outbound_id text        NOT NULL REFERENCES outbound (id) ON DELETE CASCADE,
    address     text        NOT NULL,
    state       text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    reply       text        NOT NULL DEFAULT '', -- the last one, on one line
    replied_at  timestamptz,
    PRIMARY KEY (outbound_id, address)
);

ALTER TABLE outbound SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER TABLE outbound_recipient SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
