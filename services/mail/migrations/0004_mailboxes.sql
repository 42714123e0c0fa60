CREATE TABLE mailbox (
    account_id     text    NOT NULL REFERENCES account,
    id             bigint  NOT NULL,
    parent_id      bigint,
    name           text    NOT NULL,
    role           text,
    sort_order     bigint  NOT NULL DEFAULT 0,
    is_subscribed  boolean NOT NULL DEFAULT true,
    uidvalidity    bigint  NOT NULL,
    uidnext        bigint  NOT NULL DEFAULT 1,
    total_emails   bigint  NOT NULL DEFAULT 0 CHECK (total_emails >= 0),
    unread_emails  bigint  NOT NULL DEFAULT 0 CHECK (unread_emails >= 0),
    total_threads  bigint  NOT NULL DEFAULT 0 CHECK (total_threads >= 0),
    unread_threads bigint  NOT NULL DEFAULT 0 CHECK (unread_threads >= 0),
    created_ms     bigint  NOT NULL,
    updated_ms     bigint  NOT NULL,           -- newest change of anything but the four counts
    counts_ms      bigint  NOT NULL,           -- newest change of the counts
    PRIMARY KEY (account_id, id)
) WITH (fillfactor = 60);

CREATE UNIQUE INDEX mailbox_siblings ON mailbox (account_id, coalesce(parent_id, 0), name);
CREATE UNIQUE INDEX mailbox_roles ON mailbox (account_id, role) WHERE role IS NOT NULL;
