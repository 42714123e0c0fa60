-- Agendas of accounts. Every key begins with the account, so tables can be partitioned or moved by account.

-- `sequence` is that of the account event the row was last written from: events may come in another order.
CREATE TABLE account (
    account_id text   PRIMARY KEY,
    sequence   bigint NOT NULL,
    address    text   NOT NULL,
    name       text   NOT NULL,
    state      text   NOT NULL
);

-- Every write begins by raising modseq: the row lock makes its order the order of commits.
CREATE TABLE account_state (
    account_id  text   PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    modseq      bigint NOT NULL DEFAULT 0,
    calendar_ms bigint NOT NULL DEFAULT 0,
    event_ms    bigint NOT NULL DEFAULT 0
);

CREATE TABLE calendar (
    account_id text    NOT NULL REFERENCES account ON DELETE CASCADE,
    id         bigint  GENERATED ALWAYS AS IDENTITY,
    name       text    NOT NULL,
    color      text,
    sort_order integer NOT NULL DEFAULT 0,
    is_default boolean NOT NULL DEFAULT false,
    is_visible boolean NOT NULL DEFAULT true,
    PRIMARY KEY (account_id, id)
);

CREATE UNIQUE INDEX calendar_one_default ON calendar (account_id) WHERE is_default;

-- `data` is the JSCalendar object without what has a column. `ends_at` is null for a series without end;
-- `indexed_until` is how far the occurrences of a series have been computed, null when they all have.
CREATE TABLE event (
    account_id    text        NOT NULL REFERENCES account ON DELETE CASCADE,
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    calendar_id   bigint      NOT NULL,
    uid           text        NOT NULL,
    data          jsonb       NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    indexed_until timestamptz,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, uid),
    FOREIGN KEY (account_id, calendar_id) REFERENCES calendar (account_id, id)
);

CREATE INDEX event_by_calendar ON event (account_id, calendar_id);
CREATE INDEX event_to_index ON event (account_id, indexed_until) WHERE indexed_until IS NOT NULL;

-- One row an instance. `recurrence_id` is the local time that names it, '' for an event that does not recur.
CREATE TABLE occurrence (
    account_id    text        NOT NULL,
    event_id      bigint      NOT NULL,
    recurrence_id text        NOT NULL,
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz NOT NULL,
    PRIMARY KEY (account_id, event_id, recurrence_id),
    FOREIGN KEY (account_id, event_id) REFERENCES event ON DELETE CASCADE
);

-- A month is a range over both bounds: GiST answers "overlaps" without reading the years before.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE INDEX occurrence_in_time ON occurrence USING gist (account_id, tstzrange(starts_at, ends_at, '[]'));
