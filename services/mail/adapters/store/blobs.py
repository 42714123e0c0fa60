"""Which plain blobs an account may read: its uploads for a while, and what its emails are made of.

RFC 8620 §6: uploads have a quota of their own. Where a new one passes it, the oldest expire early. A row outlives its
time, since a write that read it a moment ago may still be on its way: the collector takes it later.
"""

from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.application.rows import BlobRow

UPLOADS_KEPT_DAYS = 7
UPLOADS_OCTETS = 1_000_000_000

_REGISTER = """
INSERT INTO blob_ref AS b (account_id, sha256, size, type, expires_at)
VALUES (%s, %s, %s, %s, now() + make_interval(days => %s))
ON CONFLICT (account_id, sha256) DO UPDATE
SET type = excluded.type, expires_at = greatest(b.expires_at, excluded.expires_at)
"""

_EXPIRE_OLDEST = """
UPDATE blob_ref b SET expires_at = now()
FROM (
    SELECT sha256, sum(size) OVER (ORDER BY sha256 = %(newest)s DESC, expires_at DESC, sha256) AS octets
    FROM blob_ref WHERE account_id = %(account)s AND expires_at > now()
) AS kept
WHERE b.account_id = %(account)s AND b.sha256 = kept.sha256 AND kept.octets > %(most)s AND b.sha256 <> %(newest)s
"""

_READABLE = """
SELECT sha256, size, type FROM blob_ref
WHERE account_id = %(account)s AND sha256 = ANY(%(sha256s)s) AND expires_at > now()
UNION
SELECT m.sha256, m.size - octet_length(m.trace), 'message/rfc822' FROM message m
WHERE m.sha256 = ANY(%(sha256s)s)
  AND EXISTS (SELECT 1 FROM email e WHERE e.account_id = %(account)s AND e.message_id = m.id)
"""


def register(tx: Transaction, account_id: str, blob: BlobRow) -> None:
    tx.execute(_REGISTER, (account_id, blob.sha256, blob.size, blob.type, UPLOADS_KEPT_DAYS))
    tx.execute(_EXPIRE_OLDEST, {"account": account_id, "newest": blob.sha256, "most": UPLOADS_OCTETS})


def readable(tx: Transaction, account_id: str, sha256s: Sequence[str]) -> list[BlobRow]:
    rows = tx.tuples(_READABLE, {"account": account_id, "sha256s": list(sha256s)})
    return [BlobRow(*row) for row in rows]
