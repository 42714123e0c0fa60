-- Accounts, sign-in and sessions. NUMEN, birth date, tokens, tickets and client addresses are here as digests only.

-- Every address ever given out, never taken back: a colleague's mail must not reach whoever bears the same name later.
CREATE TABLE address_ledger (
    address    text        PRIMARY KEY,
    account_id text        NOT NULL,
    given_at   timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION address_ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the address ledger only grows';
END
$$;

CREATE TRIGGER address_ledger_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON address_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION address_ledger_is_kept();

-- The last number given to people of one name, so that the thousandth Jean Martin costs no more than the second.
CREATE TABLE address_series (
    base        text    PRIMARY KEY,
    last_number integer NOT NULL
);

CREATE TABLE account (
    account_id        text        PRIMARY KEY,
    address           text        NOT NULL UNIQUE REFERENCES address_ledger,
    given_name        text        NOT NULL,
    family_name       text        NOT NULL,
    category          text        NOT NULL,
    uai               text        NOT NULL,
    departement       text        NOT NULL,
    state             text        NOT NULL CHECK (state IN ('never_activated', 'active', 'suspended', 'departed')),
    numen_key_id      text,
    numen_hmac        bytea       UNIQUE,
    birth_date_key_id text,
    birth_date_hmac   bytea,
    password_hash     text,
    created_at        timestamptz NOT NULL DEFAULT now(),
    changed_at        timestamptz NOT NULL DEFAULT now(),
    CHECK ((numen_hmac IS NULL) = (numen_key_id IS NULL)),
    CHECK ((birth_date_hmac IS NULL) = (birth_date_key_id IS NULL)),
    CHECK (state <> 'active' OR password_hash IS NOT NULL)
);

-- Gapless numbers for account events: the row stays locked until the transaction that took a number commits.
CREATE TABLE account_sequence (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    sequence bigint  NOT NULL
);
INSERT INTO account_sequence (sequence) VALUES (0);

CREATE TABLE activation_ticket (
    account_id  text        PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    ticket_hash bytea       NOT NULL UNIQUE,
    expires_at  timestamptz NOT NULL
);

CREATE TABLE session (
    session_hash bytea       PRIMARY KEY,
    account_id   text        NOT NULL REFERENCES account ON DELETE CASCADE,
    opened_at    timestamptz NOT NULL,
    used_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX session_of_account ON session (account_id, opened_at);
CREATE INDEX session_by_end ON session (expires_at);

-- Failed sign-ins of a while, by a digest of what is counted: an account from one source, or a source.
CREATE TABLE sign_in_failures (
    bucket     bytea       PRIMARY KEY,
    failures   integer     NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_by_end ON sign_in_failures (expires_at);

-- Which line of a running import brought which NUMEN: finds a NUMEN given twice in one file, however long.
CREATE UNLOGGED TABLE import_line (
    import_id   uuid        NOT NULL,
    numen_hmac  bytea       NOT NULL,
    line_number integer     NOT NULL,
    started_at  timestamptz NOT NULL,
    PRIMARY KEY (import_id, numen_hmac)
);
