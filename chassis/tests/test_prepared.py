"""Prepared statements take the parameters of psycopg2, once each."""

from chassis.db import Database
from chassis.prepared import Prepared
from tests.infra.databases import Databases


def test_a_named_parameter_is_one_however_often_it_stands() -> None:
    sql = Prepared("SELECT %(a)s::int + %(b)s::int * %(a)s::int, 7 %% 2")
    assert sql.prepare == f"PREPARE {sql.name} AS SELECT $1::int + $2::int * $1::int, 7 % 2"
    assert sql.execute == f"EXECUTE {sql.name} (%(a)s, %(b)s)"


def test_each_nameless_parameter_is_its_own() -> None:
    sql = Prepared("SELECT %s::int, %s::text")
    assert sql.prepare.endswith("SELECT $1::int, $2::text")
    assert sql.execute == f"EXECUTE {sql.name} (%s, %s)"


def test_without_parameters_there_are_no_parentheses() -> None:
    assert Prepared("SELECT 1").execute.endswith(Prepared("SELECT 1").name)


def test_every_connection_learns_it_and_keeps_it(databases: Databases) -> None:
    total = Prepared("SELECT sum(n)::int AS total, min(%(text)s::text) AS text FROM unnest(%(numbers)s::int[]) AS n")
    database = Database(databases.empty(), size=2)
    for _ in range(8):
        with database.transaction() as one, database.transaction(read_only=True) as other:
            for tx in (one, other):
                assert tx.one(total, {"numbers": [1, 2, 3], "text": "l'été"}) == {"total": 6, "text": "l'été"}
                assert tx.tuples(total, {"numbers": [], "text": None}) == [(None, None)]
    database.close()
