-- What agents handed over to be sent (RFC 8621 §7). The transport of each recipient is the outbound queue's.

CREATE TABLE submission (
    account_id  text        NOT NULL REFERENCES account,
    id          bigint      NOT NULL,
    email_id    bigint      NOT NULL,
    thread_id   bigint      NOT NULL,
    mail_from   json        NOT NULL,          -- Address: {email, parameters}
    rcpt_to     json        NOT NULL,          -- Address[]
    send_at     timestamptz NOT NULL,
    undo_status text        NOT NULL,
    delivery    json        NOT NULL,          -- DeliveryStatus by address
    created_ms  bigint      NOT NULL,
    updated_ms  bigint      NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE INDEX submission_changes ON submission (account_id, updated_ms);
CREATE INDEX submission_by_time ON submission (account_id, send_at DESC, id DESC);
