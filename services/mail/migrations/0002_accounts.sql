-- Who has mail here. Filled from the events of the auth service; nothing else writes these three tables.

CREATE TABLE account (
    account_id  text        PRIMARY KEY,
    address     text        NOT NULL UNIQUE,   -- as auth wrote it; the identity's address
    given_name  text        NOT NULL,
    family_name text        NOT NULL,
    state       text        NOT NULL,          -- contracts.auth.AccountState
    sequence    bigint      NOT NULL,          -- of the newest account event applied to this row
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- Where mail for an address goes. The SMTP listener reads this: no row, or state 'departed', is an unknown user once
-- the directory below is known to be current.
CREATE TABLE address (
    address    text PRIMARY KEY,               -- lower case
    account_id text NOT NULL REFERENCES account,
    state      text NOT NULL                   -- the account's
);

CREATE INDEX address_of_account ON address (account_id);

-- One row. "No such address" may be said only while applied_count >= position and position_at is younger than a minute.
CREATE TABLE directory (
    only_row      boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    applied_count bigint      NOT NULL DEFAULT 0,    -- account events applied, each counted once
    position      bigint      NOT NULL DEFAULT 0,    -- account events that auth has published
    position_at   timestamptz NOT NULL DEFAULT '-infinity'  -- when auth read it
);

INSERT INTO directory DEFAULT VALUES;

-- JMAP states and id counter of an account. Every write locks this row first and keeps it to its end: that makes the
-- order of modseq the order of commits, and all counts exact.
CREATE TABLE account_state (
    account_id    text   PRIMARY KEY REFERENCES account,
    modseq        bigint NOT NULL DEFAULT 0,
    next_id       bigint NOT NULL DEFAULT 1,   -- emails, threads, mailboxes and submissions share one counter
    email_ms      bigint NOT NULL DEFAULT 0,   -- modseq of the newest change of each type
    delivery_ms   bigint NOT NULL DEFAULT 0,
    mailbox_ms    bigint NOT NULL DEFAULT 0,
    thread_ms     bigint NOT NULL DEFAULT 0,
    submission_ms bigint NOT NULL DEFAULT 0,
    identity_ms   bigint NOT NULL DEFAULT 0,
    log_floor     bigint NOT NULL DEFAULT 0    -- changes at or below it were forgotten
) WITH (fillfactor = 40);
