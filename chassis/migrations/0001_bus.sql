-- What leaves a service (outbox) and what it has already taken in (inbox_seen). The same in every service's database.
-- No NOTIFY: it makes the commits of a whole database wait for each other (docs/adr/0012-outbox-relay-polls.md).

CREATE TABLE outbox (
    id             uuid        PRIMARY KEY,
    position       bigint      GENERATED ALWAYS AS IDENTITY,
    exchange       text        NOT NULL,
    routing_key    text        NOT NULL,
    mandatory      boolean     NOT NULL,
    payload        text        NOT NULL,
    correlation_id text        NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL DEFAULT now(),
    not_before     timestamptz NOT NULL DEFAULT '-infinity',
    failures       integer     NOT NULL DEFAULT 0
);

CREATE INDEX outbox_in_order ON outbox (position);

-- A table that is always nearly empty: vacuum it by count of dead rows, not by a share of the living.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE inbox_seen (
    consumer text        NOT NULL,
    event_id uuid        NOT NULL,
    seen_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);

CREATE INDEX inbox_seen_by_age ON inbox_seen (seen_at);
