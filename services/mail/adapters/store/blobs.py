"""Which plain blobs an account may read."""

from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.application.rows import BlobRow

UPLOADS_KEPT_DAYS = 7

_REGISTER = """
INSERT INTO blob_ref AS b (account_id, sha256, size, type, expires_at)
VALUES (%s, %s, %s, %s, now() + make_interval(days => %s))
ON CONFLICT (account_id, sha256) DO UPDATE
SET type = excluded.type, expires_at = greatest(b.expires_at, excluded.expires_at)
"""

_READABLE = """
SELECT sha256, size, type FROM blob_ref WHERE account_id = %(account)s AND sha256 = ANY(%(sha256s)s)
UNION
SELECT m.sha256, m.size - octet_length(m.trace), 'message/rfc822' FROM message m
WHERE m.sha256 = ANY(%(sha256s)s)
  AND EXISTS (SELECT 1 FROM email e WHERE e.account_id = %(account)s AND e.message_id = m.id)
"""


def register(tx: Transaction, account_id: str, blob: BlobRow) -> None:
    tx.execute(_REGISTER, (account_id, blob.sha256, blob.size, blob.type, UPLOADS_KEPT_DAYS))


def readable(tx: Transaction, account_id: str, sha256s: Sequence[str]) -> list[BlobRow]:
    rows = tx.tuples(_READABLE, {"account": account_id, "sha256s": list(sha256s)})
    return [BlobRow(*row) for row in rows]
