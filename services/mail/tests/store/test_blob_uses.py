"""Every column that names a blob is known to the collector."""

from services.mail.adapters.store.blob_uses import USES, BlobUses
from services.mail.tests.store.world import World, summary

NOT_OURS = {("schema_migration", "sha256")}
"""Digests of something else."""

_COLUMNS = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
  AND (c.column_name LIKE '%%sha256%%' OR c.column_name LIKE '%%blob%%' OR c.column_name LIKE '%%rendition%%'
       OR c.column_name LIKE '%%digest%%')
"""
_FIRST_OF_AN_INDEX = """
SELECT c.relname, a.attname FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
"""


def test_every_column_that_holds_the_name_of_a_blob_is_a_use(world: World) -> None:
    with world.database.transaction() as tx:
        assert set(tx.tuples(_COLUMNS)) - NOT_OURS == set(USES)


def test_every_use_is_found_by_an_index(world: World) -> None:
    with world.database.transaction() as tx:
        assert set(USES) <= set(tx.tuples(_FIRST_OF_AN_INDEX))


def test_a_message_uses_its_original_and_its_rendition(world: World) -> None:
    made = summary()
    made.rendition = "f" * 64
    world.deliver(made)
    with world.database.transaction() as tx:
        assert BlobUses().used(tx, [made.sha256, "f" * 64, "0" * 64]) == {made.sha256, "f" * 64}
