-- Who agents write as (RFC 8621 §6). Identity 1 of each account is its own address; agents add others, with their own
-- signatures, and may change all but the address.

CREATE TABLE identity (
    account_id     text   NOT NULL REFERENCES account,
    id             bigint NOT NULL,
    name           text,                       -- NULL: the agent's, as the directory has it
    email          text   NOT NULL,
    reply_to       json,                       -- EmailAddress[], as is bcc
    bcc            json,
    text_signature text   NOT NULL DEFAULT '',
    html_signature text   NOT NULL DEFAULT '', -- as it was given: it is made safe where it is shown
    created_ms     bigint NOT NULL,
    updated_ms     bigint NOT NULL,
    PRIMARY KEY (account_id, id)
);

INSERT INTO identity (account_id, id, email, created_ms, updated_ms)
SELECT account_id, 1, address, least(1, identity_ms), identity_ms FROM account JOIN account_state USING (account_id);

ALTER TABLE submission ADD COLUMN identity_id bigint NOT NULL DEFAULT 1;
