-- Push subscriptions (RFC 8620 §7.2). Each belongs to the credentials that made it, and goes with them: to a session, or
-- (session_hash NULL) to the account's password. public_key and auth_secret are the client's (RFC 8291), NULL for plain
-- pushes. types NULL: all. pending: the newest state of each type that is still to be sent; due_at NULL: nothing is.

CREATE TABLE push_subscription (
    subscription_id   text        PRIMARY KEY,
    account_id        text        NOT NULL REFERENCES account ON DELETE CASCADE,
    session_hash      bytea       REFERENCES session ON DELETE CASCADE,
    device_client_id  text        NOT NULL,
    url               text        NOT NULL,
    host              text        NOT NULL,
    public_key        bytea,
    auth_secret       bytea,
    types             text[],
    verification_code text        NOT NULL,
    verified          boolean     NOT NULL DEFAULT false,
    expires_at        timestamptz NOT NULL,
    pending           jsonb       NOT NULL DEFAULT '{}',
    due_at            timestamptz,
    sent_at           timestamptz,
    tries             integer     NOT NULL DEFAULT 0,
    CHECK ((public_key IS NULL) = (auth_secret IS NULL))
);
CREATE INDEX push_subscription_of_account ON push_subscription (account_id);
CREATE INDEX push_subscription_of_session ON push_subscription (session_hash);
CREATE INDEX push_subscription_by_due ON push_subscription (due_at);
CREATE INDEX push_subscription_by_end ON push_subscription (expires_at);
