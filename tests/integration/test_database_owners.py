"""The databases of a system on one machine: made with an owner, and handed to one where there was none."""

import secrets
from collections.abc import Iterator

import psycopg2
import psycopg2.errors
import pytest

from deploy.local.databases import Passwords, make, owner, url

PASSWORDS = Passwords("d" * 32, "e" * 32)


def run(address: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(address, connect_timeout=5)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


@pytest.fixture
def service(postgres_url: str) -> Iterator[str]:
    name = f"owned_{secrets.token_hex(4)}"
    yield name
    run(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")
    for role in (name, owner(name)):
        run(postgres_url, f"DROP ROLE {role}")


def test_the_owner_makes_tables_and_the_service_does_not(postgres_url: str, service: str) -> None:
    make(postgres_url, {service: PASSWORDS})
    make(postgres_url, {service: PASSWORDS})
    run(url(postgres_url, service, PASSWORDS.owner, owner(service)), "CREATE TABLE kept (n int)")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(url(postgres_url, service, PASSWORDS.service), "CREATE TABLE mine (n int)")


def test_tables_of_a_service_that_owned_them_go_over_to_the_owner(postgres_url: str, service: str) -> None:
    run(postgres_url, f"CREATE ROLE {service} LOGIN PASSWORD '{PASSWORDS.service}'")
    run(postgres_url, f"CREATE DATABASE {service} OWNER {service}")
    as_service = url(postgres_url, service, PASSWORDS.service)
    run(as_service, "CREATE EXTENSION unaccent; CREATE TABLE old (n int); INSERT INTO old VALUES (7)")
    make(postgres_url, {service: PASSWORDS})
    as_owner = url(postgres_url, service, PASSWORDS.owner, owner(service))
    assert run(as_owner, "ALTER TABLE old ADD COLUMN m int; SELECT n FROM old") == [(7,)]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        run(as_service, "DROP TABLE old")
