"""Which rows refer to which blobs. Whoever keeps a blob's name in a column says so in USES."""

# ruff: noqa: S608  only names of this page are put together

from collections.abc import Sequence

from chassis.db import Transaction

USES = (
    ("message", "sha256"),
    ("message", "rendition"),
    ("blob_ref", "sha256"),
    ("spool", "sha256"),
    ("outbound", "sha256"),
    ("held", "sha256"),
)
"""(table, column), each with an index that begins with the column. A column that is nobody's use stands in
tests/store/test_blob_uses.py."""

_USED = "SELECT name FROM unnest(%s::text[]) AS name WHERE " + " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} WHERE {table}.{column} = name)" for table, column in USES
)
_FORGET_UPLOADS = """
DELETE FROM blob_ref b USING (
    SELECT account_id, sha256 FROM blob_ref WHERE expires_at < now() - make_interval(secs => %s)
    ORDER BY expires_at LIMIT %s FOR UPDATE SKIP LOCKED
) AS old
WHERE b.account_id = old.account_id AND b.sha256 = old.sha256
"""


class BlobUses:
    """Implements application.collect_blobs.BlobUses."""

    def used(self, tx: Transaction, sha256s: Sequence[str]) -> set[str]:
        """One statement, one moment: a name that moves from one table to another in a commit is seen in one of them."""
        return {name for (name,) in tx.tuples(_USED, (list(sha256s),))}

    def forget_uploads(self, tx: Transaction, seconds: float, most: int) -> int:
        return tx.execute(_FORGET_UPLOADS, (seconds, most))
