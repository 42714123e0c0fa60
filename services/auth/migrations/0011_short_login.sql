-- Short identifiers (cbrindac, cbrindac2), made of the address: first letter of the given name, seven of the family name.

-- Every one ever given out, never taken back: nobody may be taken for whoever left.
CREATE TABLE short_login_ledger (
    short_login text        PRIMARY KEY,
    account_id  text        NOT NULL,
    given_at    timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION short_login_ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of short identifiers only grows';
END
$$;

-- The last number given to people who share the letters.
CREATE TABLE short_login_series (
    base        text    PRIMARY KEY,
    last_number integer NOT NULL
);

ALTER TABLE account ADD COLUMN short_login text;

-- As short_login_base in services/auth/domain/short_login.py. Numbered in the order in which the accounts came.
WITH local_part AS (
    SELECT account_id, created_at, address,
           regexp_replace(split_part(split_part(address, '@', 1), '.', 1), '[^a-z]', '', 'g') AS given,
           split_part(address, '@', 1) AS whole
    FROM account
), letters AS (
    SELECT account_id, created_at, address, given,
           CASE WHEN position('.' IN whole) IN (0, length(whole)) THEN given
                ELSE regexp_replace(substr(whole, position('.' IN whole) + 1), '[^a-z]', '', 'g') END AS family
    FROM local_part
), bases AS (
    SELECT account_id, created_at, address,
           coalesce(nullif(left(given, 1) || left(family, 7), ''), 'agent') AS base
    FROM letters
), numbered AS (
    SELECT account_id, base, row_number() OVER (PARTITION BY base ORDER BY created_at, address) AS number
    FROM bases
), series AS (
    INSERT INTO short_login_series (base, last_number) SELECT base, max(number) FROM numbered GROUP BY base
)
UPDATE account a SET short_login = n.base || CASE WHEN n.number = 1 THEN '' ELSE n.number::text END
FROM numbered n WHERE n.account_id = a.account_id;

INSERT INTO short_login_ledger (short_login, account_id) SELECT short_login, account_id FROM account;

CREATE TRIGGER short_login_ledger_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON short_login_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION short_login_ledger_is_kept();

ALTER TABLE account
    ALTER COLUMN short_login SET NOT NULL,
    ADD CONSTRAINT account_short_login_key UNIQUE (short_login),
    ADD CONSTRAINT account_short_login_fkey FOREIGN KEY (short_login) REFERENCES short_login_ledger;
