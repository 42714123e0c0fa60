-- What slows guesses down: the counted failures remember that a refusal was noted in the trail; what an account signed in
-- from before has counters of its own; a displayed code serves once.

ALTER TABLE sign_in_failures ADD COLUMN refusal_noted boolean NOT NULL DEFAULT false;

-- cookie: a browser that holds a device cookie. place: a mail client, by its network and its name. Digests only.
CREATE TABLE known_device (
    account_id text        NOT NULL REFERENCES account ON DELETE CASCADE,
    digest     bytea       NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('cookie', 'place')),
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, digest)
);
CREATE INDEX known_device_by_age ON known_device (seen_at);

CREATE TABLE used_challenge (
    digest     bytea       PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_challenge_by_end ON used_challenge (expires_at);
