-- What is gone is forgotten some day: when it went, and up to which modseq it was forgotten. Changes since a state below
-- that can't be told any more. type is that of tombstone; 'Vanished' for the UIDs of vanished.

ALTER TABLE tombstone ADD COLUMN buried_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE vanished ADD COLUMN vanished_at timestamptz NOT NULL DEFAULT now();

CREATE INDEX tombstone_by_age ON tombstone (buried_at);
CREATE INDEX vanished_by_age ON vanished (vanished_at);

CREATE TABLE forgotten (
    account_id text   NOT NULL,
    type       text   NOT NULL,
    modseq     bigint NOT NULL,
    PRIMARY KEY (account_id, type)
);

-- One floor for all types would have told a client whose folders nobody touched for a year to fetch them again.
COMMENT ON COLUMN account_state.log_floor IS 'not read any more: see forgotten';
