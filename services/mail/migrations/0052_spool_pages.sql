-- A message to everybody: recipients are read page by page, those that still wait alone, and the row of `message` that
-- they share stands in `spool` once a share of them was served.

ALTER TABLE spool ADD COLUMN message_id bigint;

CREATE INDEX spool_recipient_waiting ON spool_recipient (spool_id, address) WHERE NOT delivered;
