CREATE TABLE thread (
    account_id text    NOT NULL REFERENCES account,
    id         bigint  NOT NULL,
    emails     integer NOT NULL,
    created_ms bigint  NOT NULL,
    updated_ms bigint  NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE INDEX thread_changes ON thread (account_id, updated_ms);

-- Which thread a new message joins: see message.thread_keys. n counts the emails that have the key.
CREATE TABLE thread_key (
    account_id text    NOT NULL,
    key        uuid    NOT NULL,
    thread_id  bigint  NOT NULL,
    n          integer NOT NULL,
    PRIMARY KEY (account_id, key)
);

CREATE TABLE email (
    account_id  text        NOT NULL REFERENCES account,
    id          bigint      NOT NULL,
    message_id  bigint      NOT NULL REFERENCES message,
    thread_id   bigint      NOT NULL,
    received_at timestamptz NOT NULL,
    keywords    text[]      NOT NULL,          -- lower case, sorted
    created_ms  bigint      NOT NULL,
    updated_ms  bigint      NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE INDEX email_changes ON email (account_id, updated_ms);
CREATE INDEX email_in_thread ON email (account_id, thread_id, received_at, id);
CREATE INDEX email_received ON email (account_id, received_at DESC, id DESC) INCLUDE (thread_id);
CREATE INDEX email_of_message ON email (message_id);
CREATE INDEX email_flagged ON email (account_id, received_at DESC, id DESC) WHERE keywords @> ARRAY['$flagged'];

-- One row for each mailbox an email is in. received_at and thread_id are the email's, here so that a listing is one
-- index range. seen: has $seen. unread: has neither $seen nor $draft (RFC 8621 §2, unreadEmails).
CREATE TABLE email_mailbox (
    account_id  text        NOT NULL,
    mailbox_id  bigint      NOT NULL,
    email_id    bigint      NOT NULL,
    uid         bigint      NOT NULL,
    modseq      bigint      NOT NULL,
    received_at timestamptz NOT NULL,
    thread_id   bigint      NOT NULL,
    seen        boolean     NOT NULL,
    unread      boolean     NOT NULL,
    PRIMARY KEY (account_id, email_id, mailbox_id),
    FOREIGN KEY (account_id, mailbox_id) REFERENCES mailbox,
    FOREIGN KEY (account_id, email_id) REFERENCES email
);

CREATE UNIQUE INDEX email_mailbox_uids ON email_mailbox (account_id, mailbox_id, uid);
CREATE INDEX email_mailbox_listing ON email_mailbox (account_id, mailbox_id, received_at DESC, email_id DESC)
    INCLUDE (thread_id, unread);
CREATE INDEX email_mailbox_unseen ON email_mailbox (account_id, mailbox_id, received_at DESC, email_id DESC)
    INCLUDE (thread_id) WHERE NOT seen;
CREATE INDEX email_mailbox_threads ON email_mailbox (account_id, mailbox_id, thread_id)
    INCLUDE (received_at, email_id, unread);
CREATE INDEX email_mailbox_modseq ON email_mailbox (account_id, mailbox_id, modseq);

-- The listing of a mailbox with threads collapsed: the newest email of each, as one index range.
CREATE TABLE mailbox_thread (
    account_id text        NOT NULL,
    mailbox_id bigint      NOT NULL,
    thread_id  bigint      NOT NULL,
    last_at    timestamptz NOT NULL,
    last_email bigint      NOT NULL,
    n          integer     NOT NULL,
    n_unread   integer     NOT NULL,
    PRIMARY KEY (account_id, mailbox_id, thread_id)
);

CREATE INDEX mailbox_thread_listing ON mailbox_thread (account_id, mailbox_id, last_at DESC, last_email DESC)
    INCLUDE (thread_id, n_unread);

-- received_at and thread_id are the email's. The vectors stand apart (TOAST), so that sorting ten thousand hits by time
-- reads a hundred pages. head is the part of the vector that is in header fields: a word asked for in a subject or a
-- sender is then not first found in all the bodies that have it.
CREATE TABLE email_fts (
    account_id  text        NOT NULL,
    email_id    bigint      NOT NULL,
    received_at timestamptz NOT NULL,
    thread_id   bigint      NOT NULL,
    head        tsvector    NOT NULL,
    vector      tsvector    NOT NULL,
    PRIMARY KEY (account_id, email_id)
) WITH (toast_tuple_target = 128);

ALTER TABLE email_fts ALTER COLUMN vector SET STORAGE EXTERNAL, ALTER COLUMN head SET STORAGE MAIN;

CREATE INDEX email_fts_vector ON email_fts USING gin (account_id, vector, head) WITH (gin_pending_list_limit = 256);

-- A message is taken into an account once for each key, also when the email was destroyed since.
CREATE TABLE delivery_key (
    account_id   text        NOT NULL REFERENCES account,
    key          text        NOT NULL,
    email_id     bigint      NOT NULL,
    thread_id    bigint      NOT NULL,
    delivered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, key)
);

CREATE INDEX delivery_key_by_age ON delivery_key (delivered_at);

-- What is gone, for /changes; type is the JMAP type's name. thread_id: of an Email.
CREATE TABLE tombstone (
    account_id text   NOT NULL,
    type       text   NOT NULL,
    modseq     bigint NOT NULL,
    object_id  bigint NOT NULL,
    thread_id  bigint,
    created_ms bigint NOT NULL,
    PRIMARY KEY (account_id, type, modseq)
);

-- Which UIDs left a mailbox (RFC 7162 VANISHED).
CREATE TABLE vanished (
    account_id text   NOT NULL,
    mailbox_id bigint NOT NULL,
    uid        bigint NOT NULL,
    modseq     bigint NOT NULL,
    PRIMARY KEY (account_id, mailbox_id, modseq, uid)
);
