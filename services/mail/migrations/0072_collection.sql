-- What the collector of blobs and messages needs (docs/adr/0051).

CREATE INDEX message_by_rendition ON message (rendition);
CREATE INDEX blob_ref_by_blob ON blob_ref (sha256);

-- Messages of which an email was destroyed: the collector looks whether it was the last one, and notes since when.
CREATE TABLE message_left (
    message_id   bigint      PRIMARY KEY,
    unused_since timestamptz
);

CREATE INDEX message_left_unused ON message_left (unused_since);

-- How far a job of the clock has come that walks through everything. Its row is locked for a turn: one process at a time.
CREATE TABLE walk (
    job   text PRIMARY KEY,
    place text NOT NULL DEFAULT ''
);

INSERT INTO walk (job) VALUES ('blobs'), ('messages'), ('retention');
