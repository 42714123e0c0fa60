-- What an account's emails take, and how much they may (RFC 9425). Every write that adds or destroys emails holds the
-- lock of this row anyway, and writes the sums with the states: they are exact, and cost no statement.

ALTER TABLE account_state
    ADD COLUMN used_octets bigint NOT NULL DEFAULT 0,  -- message.size of each of its emails, however many share it
    ADD COLUMN used_emails bigint NOT NULL DEFAULT 0,
    ADD COLUMN hard_octets bigint,                     -- its own limits; NULL: the institution's
    ADD COLUMN hard_emails bigint,
    ADD COLUMN quota_ms    bigint NOT NULL DEFAULT 0,  -- newest change of sums or limits: two modseqs, one an object
    ADD COLUMN limits_ms   bigint NOT NULL DEFAULT 0;  -- newest change of its own limits

UPDATE account_state SET used_octets = found.octets, used_emails = found.emails
FROM (
    SELECT e.account_id, sum(m.size) AS octets, count(*) AS emails
    FROM email e JOIN message m ON m.id = e.message_id GROUP BY e.account_id
) AS found
WHERE account_state.account_id = found.account_id;

-- The two Quota objects of an account.
CREATE VIEW quota AS
SELECT account_id, 1::bigint AS id, 'octets' AS resource_type, used_octets AS used, hard_octets AS hard_limit,
       0::bigint AS created_ms, quota_ms - 1 AS updated_ms, limits_ms - 1 AS limits_ms
FROM account_state
UNION ALL
SELECT account_id, 2::bigint, 'count', used_emails, hard_emails, 0::bigint, quota_ms, limits_ms
FROM account_state;
