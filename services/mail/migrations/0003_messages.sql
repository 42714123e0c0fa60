-- Messages as they came, once each however many agents got them, and who may read which plain blob.

CREATE TABLE message (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256         text        NOT NULL,       -- of the original; the blob's name
    trace          bytea       NOT NULL,       -- our Return-Path and Received, prepended whenever it is read
    size           bigint      NOT NULL,       -- trace + original, octets
    sent_at        text,                       -- RFC 3339 with its own zone
    sent_instant   timestamptz,
    subject        text,
    base_subject   text        NOT NULL,       -- RFC 5256 §2.1, case-folded
    "from"         json,                       -- EmailAddress[] (RFC 8621 §4.1.2.3), as are the next five
    "to"           json,
    cc             json,
    bcc            json,
    reply_to       json,
    sender         json,
    message_id     text[],
    in_reply_to    text[],
    "references"   text[],
    thread_keys    uuid[]      NOT NULL,       -- one per Message-ID it names, with the base subject
    preview        text        NOT NULL,
    has_attachment boolean     NOT NULL,
    rendition      text,                       -- blob: decoded text parts and safe HTML
    detail         text        NOT NULL,       -- JSON of the rest of ParseSummary: headers, structure, ENVELOPE
    search_text    text        NOT NULL,
    vector         tsvector    NOT NULL,       -- A subject, B from, C to cc bcc, D body
    created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX message_by_blob ON message (sha256);

-- Names and addresses of an EmailAddress[], as text to be searched.
CREATE FUNCTION mail_addresses(list json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(concat_ws(' ', one ->> 'name', one ->> 'email'), ' ') FROM json_array_elements(list) AS one
$$;

-- What an EmailAddress[] sorts by (RFC 8621 §4.4.2): the first name, or the first address where it has none.
CREATE FUNCTION mail_first_name(list json) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT lower(unaccent(coalesce(nullif(list -> 0 ->> 'name', ''), list -> 0 ->> 'email', '')))
$$;

CREATE TABLE blob_ref (
    account_id text        NOT NULL REFERENCES account,
    sha256     text        NOT NULL,
    size       bigint      NOT NULL,
    type       text        NOT NULL,
    expires_at timestamptz NOT NULL,           -- uploads that nothing used are forgotten after that
    PRIMARY KEY (account_id, sha256)
);

CREATE INDEX blob_ref_by_age ON blob_ref (expires_at);
