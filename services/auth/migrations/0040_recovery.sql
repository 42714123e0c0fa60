-- Recovery of a lost password. Codes, tokens and tickets are here as digests only. Rows that may be nobody's hold NULL and
-- have no foreign key: checking one would cost only where the account exists, and somebody could measure it.

-- Where links are sent: one address that was confirmed, and one that waits for it. The token's hash stays a while after
-- the confirmation, so that opening the link twice is the same as once.
CREATE TABLE recovery_email (
    account_id       text        NOT NULL REFERENCES account ON DELETE CASCADE,
    confirmed        boolean     NOT NULL,
    address          text        NOT NULL,
    set_at           timestamptz NOT NULL,
    token_hash       bytea       UNIQUE,
    token_expires_at timestamptz,
    PRIMARY KEY (account_id, confirmed),
    CHECK ((token_hash IS NULL) = (token_expires_at IS NULL))
);

-- Printed codes that were not used yet.
CREATE TABLE recovery_code (
    account_id  text  NOT NULL REFERENCES account ON DELETE CASCADE,
    code_key_id text  NOT NULL,
    code_hmac   bytea NOT NULL,
    PRIMARY KEY (account_id, code_hmac)
);

-- Whom somebody said they are: lets a printed code be redeemed. account_id NULL: nobody.
CREATE TABLE recovery_attempt (
    token_hash bytea       PRIMARY KEY,
    account_id text,
    expires_at timestamptz NOT NULL
);
CREATE INDEX recovery_attempt_of_account ON recovery_attempt (account_id);
CREATE INDEX recovery_attempt_by_end ON recovery_attempt (expires_at);

-- Lets one new password be chosen; the newest of each account. No foreign key here either: the process that sends mails
-- makes tickets while it holds a notice, which whoever holds the account's row may be waiting for.
CREATE TABLE reset_ticket (
    account_id  text        PRIMARY KEY,
    ticket_hash bytea       NOT NULL UNIQUE,
    expires_at  timestamptz NOT NULL
);

-- Mails owed to agents. account_id NULL: nobody's, which the sender throws away. address: where it goes when the account
-- no longer knows (NULL: to the account's). What was sent stays an hour, to be counted.
CREATE TABLE notice (
    notice_id  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text        NOT NULL,
    account_id text,
    address    text,
    tries      integer     NOT NULL DEFAULT 0,
    owed_at    timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    sent_at    timestamptz
);
CREATE INDEX notice_by_due ON notice (due_at) WHERE sent_at IS NULL;
CREATE INDEX notice_of_account ON notice (account_id, kind);
