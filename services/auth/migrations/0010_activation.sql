-- When the NUMEN of an account opens a ticket: from opens_at until closes_at. "first": while it was never activated.
-- "reopened": the administration called an active account's holder back. The row goes when the password is set.
-- The code is a one-time one that the administration hands out, kept as a keyed digest; code_failures are wrong tries.

CREATE TABLE activation (
    account_id    text        PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    kind          text        NOT NULL CHECK (kind IN ('first', 'reopened')),
    asked_at      timestamptz NOT NULL,
    opens_at      timestamptz NOT NULL,
    closes_at     timestamptz NOT NULL,
    code_key_id   text,
    code_hmac     bytea,
    code_failures integer     NOT NULL DEFAULT 0,
    CHECK ((code_hmac IS NULL) = (code_key_id IS NULL)),
    CHECK (opens_at < closes_at)
);
CREATE INDEX activation_reopened ON activation (closes_at) WHERE kind = 'reopened';

-- Accounts from before get the usual time from today on.
INSERT INTO activation (account_id, kind, asked_at, opens_at, closes_at)
SELECT account_id, 'first', now(), now(), now() + interval '30 days' FROM account WHERE state = 'never_activated';

-- Batches of letters go out by establishment.
CREATE INDEX account_never_activated ON account (uai, address) WHERE state = 'never_activated';
