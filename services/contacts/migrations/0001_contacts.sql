-- The directory (one row an agent, the same for everybody) and the address books of each account.

CREATE TABLE establishment (
    uai  text PRIMARY KEY,
    name text NOT NULL
);

CREATE SEQUENCE directory_version;

-- `sequence` is that of the account event the row was last written from: events may come in another order.
-- `words` holds lexemes made by domain/search_words.py, never by a text search parser; key_* are what names sort under.
CREATE TABLE agent (
    account_id  text        PRIMARY KEY,
    number      bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    sequence    bigint      NOT NULL,
    address     text        NOT NULL,
    given_name  text        NOT NULL,
    family_name text        NOT NULL,
    category    text        NOT NULL,
    uai         text        NOT NULL,
    departement text        NOT NULL,
    state       text        NOT NULL,
    uid         text        NOT NULL UNIQUE,
    key_full    text        COLLATE "C" NOT NULL,
    key_given   text        COLLATE "C" NOT NULL,
    key_surname text        COLLATE "C" NOT NULL,
    words       tsvector    NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    version     bigint      NOT NULL DEFAULT nextval('directory_version')
);

CREATE INDEX agent_words ON agent USING gin (words) WITH (fastupdate = off);
CREATE INDEX agent_by_surname ON agent (key_surname, key_given, number) WHERE state <> 'departed';
CREATE INDEX agent_by_full_name ON agent (key_full, number) WHERE state <> 'departed';
CREATE INDEX agent_by_uai ON agent (uai);
CREATE INDEX agent_by_version ON agent (version);

-- Every write begins with the row lock here: one account's writes happen one after the other.
CREATE TABLE account_state (
    account_id text   PRIMARY KEY REFERENCES agent ON DELETE CASCADE,
    modseq     bigint NOT NULL DEFAULT 0,
    book_ms    bigint NOT NULL DEFAULT 0,
    card_ms    bigint NOT NULL DEFAULT 0
);

CREATE TABLE address_book (
    account_id    text    NOT NULL REFERENCES agent ON DELETE CASCADE,
    number        bigint  GENERATED ALWAYS AS IDENTITY,
    name          text    NOT NULL,
    description   text,
    sort_order    integer NOT NULL DEFAULT 0,
    is_default    boolean NOT NULL DEFAULT false,
    is_subscribed boolean NOT NULL DEFAULT true,
    PRIMARY KEY (account_id, number)
);

CREATE UNIQUE INDEX address_book_one_default ON address_book (account_id) WHERE is_default;

-- `data` is the JSContact card without id, addressBookIds, uid, created and updated.
CREATE TABLE card (
    account_id  text        NOT NULL,
    number      bigint      GENERATED ALWAYS AS IDENTITY,
    book        bigint      NOT NULL,
    uid         text        NOT NULL,
    kind        text        NOT NULL,
    data        jsonb       NOT NULL,
    key_full    text        COLLATE "C" NOT NULL,
    key_given   text        COLLATE "C" NOT NULL,
    key_surname text        COLLATE "C" NOT NULL,
    words       tsvector    NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, number),
    UNIQUE (account_id, uid),
    FOREIGN KEY (account_id, book) REFERENCES address_book (account_id, number)
);

CREATE INDEX card_by_book ON card (account_id, book);
