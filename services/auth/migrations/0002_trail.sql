-- The trail: who did what to an account. Lines are only ever added; each is sealed (a keyed digest) together with the one
-- before, so that a changed, missing or moved one shows. Months can be erased whole, once their time is over.

CREATE TABLE trail_line (
    month      date        NOT NULL,
    number     bigint      NOT NULL,
    at         timestamptz NOT NULL,
    account_id text,
    action     text        NOT NULL,
    made_by    text        NOT NULL,
    source     text        NOT NULL,
    user_agent text        NOT NULL,
    details    jsonb       NOT NULL,
    key_id     text        NOT NULL,
    seal       bytea       NOT NULL,
    PRIMARY KEY (month, number)
);
CREATE INDEX trail_of_account ON trail_line (account_id, month DESC, number DESC);

-- The newest line; locked until the transaction that adds the next one commits.
CREATE TABLE trail_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    month    date   NOT NULL,
    number   bigint NOT NULL,
    seal     bytea  NOT NULL
);
INSERT INTO trail_head (month, number, seal) VALUES ('2000-01-01', 0, decode(repeat('00', 32), 'hex'));

-- With which line each ended month ended, kept when its lines are erased.
CREATE TABLE trail_month (
    month     date   PRIMARY KEY,
    lines     bigint NOT NULL,
    seal      bytea  NOT NULL,
    erased_at timestamptz
);

CREATE FUNCTION trail_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('auth.trail_retention', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the trail only grows';
END
$$;

CREATE TRIGGER trail_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_line
    FOR EACH STATEMENT EXECUTE FUNCTION trail_is_kept();
