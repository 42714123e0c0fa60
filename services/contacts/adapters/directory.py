"""The directory's rows in PostgreSQL."""

from collections.abc import Callable

from chassis.db import Row, Transaction
from contracts.auth import AccountState, Agent
from services.contacts.application.ports import AddressBooks
from services.contacts.domain.directory import Colleague, Indexed

AGENT_COLUMNS = "account_id, address, given_name, family_name, category, uai, departement"
COLLEAGUE_COLUMNS = f"{AGENT_COLUMNS}, number, uid, state, establishment.name AS establishment, created_at, updated_at"


class PostgresDirectory:
    def __init__(self, tx: Transaction, address_books: Callable[[str], AddressBooks]) -> None:
        self._tx = tx
        self._address_books = address_books

    def establishment(self, uai: str) -> str | None:
        row = self._tx.one("SELECT name FROM establishment WHERE uai = %s", (uai,))
        return str(row["name"]) if row else None

    def save(self, agent: Agent, state: AccountState, sequence: int, index: Indexed, uid: str) -> bool:
        self._tx.execute(
            f"INSERT INTO agent ({AGENT_COLUMNS}, state, sequence, uid, key_full, key_given, key_surname, words)"  # noqa: S608
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, array_to_tsvector(%s::text[]))"
            " ON CONFLICT (account_id) DO UPDATE SET address = EXCLUDED.address, given_name = EXCLUDED.given_name,"
            " family_name = EXCLUDED.family_name, category = EXCLUDED.category, uai = EXCLUDED.uai,"
            " departement = EXCLUDED.departement, state = EXCLUDED.state, sequence = EXCLUDED.sequence,"
            " key_full = EXCLUDED.key_full, key_given = EXCLUDED.key_given, key_surname = EXCLUDED.key_surname,"
            " words = EXCLUDED.words, updated_at = now(), version = EXCLUDED.version"
            " WHERE agent.sequence < EXCLUDED.sequence",
            (
                agent.account_id,
                agent.address,
                agent.given_name,
                agent.family_name,
                agent.category,
                agent.uai,
                agent.departement,
                state,
                sequence,
                uid,
                index.key_full,
                index.key_given,
                index.key_surname,
                index.lexemes,
            ),
        )
        fresh = "INSERT INTO account_state (account_id) VALUES (%s) ON CONFLICT DO NOTHING"
        return self._tx.execute(fresh, (agent.account_id,)) == 1

    def save_establishment(self, uai: str, name: str | None) -> bool:
        if name is None:
            return self._tx.execute("DELETE FROM establishment WHERE uai = %s", (uai,)) == 1
        return (
            self._tx.execute(
                "INSERT INTO establishment (uai, name) VALUES (%s, %s) ON CONFLICT (uai)"
                " DO UPDATE SET name = EXCLUDED.name WHERE establishment.name <> EXCLUDED.name",
                (uai, name),
            )
            == 1
        )

    def known_establishments(self) -> dict[str, str]:
        return {row["uai"]: row["name"] for row in self._tx.all("SELECT uai, name FROM establishment")}

    def agents_of(self, uai: str) -> list[Agent]:
        sql = f"SELECT {AGENT_COLUMNS} FROM agent WHERE uai = %s ORDER BY account_id FOR UPDATE"  # noqa: S608  columns
        return [Agent(**row) for row in self._tx.all(sql, (uai,))]

    def index_again(self, account_id: str, index: Indexed) -> None:
        self._tx.execute(
            "UPDATE agent SET words = array_to_tsvector(%s::text[]), updated_at = now(),"
            " version = nextval('directory_version') WHERE account_id = %s",
            (index.lexemes, account_id),
        )

    def address_books(self, account_id: str) -> AddressBooks:
        return self._address_books(account_id)


def colleague(row: Row) -> Colleague:
    """From COLLEAGUE_COLUMNS."""
    agent = Agent(**{name: row[name] for name in AGENT_COLUMNS.split(", ")})
    return Colleague(
        row["number"], row["uid"], agent, row["state"], row["establishment"], row["created_at"], row["updated_at"]
    )
