"""The directory and the address books in PostgreSQL (migrations/ documents the tables)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import orjson

from chassis.db import Database, Row, Transaction
from chassis.outbox import enqueue
from contracts.contacts import ContactsStateChanged
from contracts.jmap import JsonObject
from services.contacts.adapters.card_search import count_sql, estimate_sql, find_sql, has_words
from services.contacts.adapters.directory import COLLEAGUE_COLUMNS, PostgresDirectory, colleague
from services.contacts.application.ports import (
    AddressBooks,
    Book,
    CardQuery,
    Directory,
    Kind,
    StoredCard,
    UnknownAccountError,
)
from services.contacts.domain.directory import Colleague, Indexed
from services.contacts.domain.ids import CardId

FEW = 4_000
"""So many rows are found and sorted in 10 ms; an ordered walk to the first of them takes 100 ms when they stand late in
the alphabet together, as all who have one given name do. When there are more (of 60,000), the walk soon meets them."""

STATE_COLUMNS: dict[Kind, str] = {"AddressBook": "book_ms", "ContactCard": "card_ms"}
BOOK_COLUMNS = "number, name, description, sort_order, is_default, is_subscribed"
CARD_COLUMNS = "number, book, uid, data, created_at, updated_at"


class PostgresContactsStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def read(self, account_id: str) -> Iterator[AddressBooks]:
        with self._database.transaction(read_only=True) as tx:
            yield PostgresAddressBooks.open(tx, account_id, lock=False)

    @contextmanager
    def write(self, account_id: str) -> Iterator[AddressBooks]:
        with self._database.transaction() as tx:
            yield PostgresAddressBooks.open(tx, account_id, lock=True)

    @contextmanager
    def directory(self) -> Iterator[Directory]:
        with self._database.transaction() as tx:
            yield directory_in(tx)


def directory_in(tx: Transaction) -> PostgresDirectory:
    """The directory inside a transaction that is open already: an event's."""
    return PostgresDirectory(tx, lambda account_id: PostgresAddressBooks.open(tx, account_id, lock=True))


class PostgresAddressBooks:
    def __init__(self, tx: Transaction, account_id: str, state: Row) -> None:
        self._tx = tx
        self._account_id = account_id
        self._state = state

    @classmethod
    def open(cls, tx: Transaction, account_id: str, *, lock: bool) -> "PostgresAddressBooks":
        """Raises UnknownAccountError."""
        sql = "SELECT book_ms, card_ms FROM account_state WHERE account_id = %s"
        state = tx.one(sql + (" FOR UPDATE" if lock else ""), (account_id,))
        if state is None:
            raise UnknownAccountError
        return cls(tx, account_id, state)

    def state(self, kind: Kind) -> str:
        own = self._state[STATE_COLUMNS[kind]]
        if kind == "AddressBook":
            return str(own)
        directory = self._tx.only("SELECT coalesce(max(version), 0) AS version FROM agent")
        return f"{own}.{directory['version']}"

    def changed(self, *kinds: Kind) -> None:
        assignments = ", ".join(f"{STATE_COLUMNS[kind]} = modseq + 1" for kind in kinds)
        self._state = self._tx.only(
            f"UPDATE account_state SET modseq = modseq + 1, {assignments} WHERE account_id = %s"  # noqa: S608  columns
            " RETURNING book_ms, card_ms",
            (self._account_id,),
        )
        changed: dict[str, str] = {kind: self.state(kind) for kind in kinds}
        enqueue(self._tx, ContactsStateChanged(account_id=self._account_id, changed=changed))

    def books(self, numbers: Sequence[int] | None = None) -> list[Book]:
        rows = self._tx.all(
            f"SELECT {BOOK_COLUMNS} FROM address_book WHERE account_id = %(account)s"  # noqa: S608  columns
            " AND (%(numbers)s::bigint[] IS NULL OR number = ANY(%(numbers)s)) ORDER BY sort_order, number",
            {"account": self._account_id, "numbers": None if numbers is None else list(numbers)},
        )
        return [Book(**row) for row in rows]

    def add_book(self, book: Book) -> Book:
        row = self._tx.only(
            "INSERT INTO address_book (account_id, name, description, sort_order, is_default, is_subscribed)"  # noqa: S608
            " VALUES (%s, %s, %s, %s, %s, %s) RETURNING " + BOOK_COLUMNS,
            (
                self._account_id,
                book.name,
                book.description,
                book.sort_order,
                book.is_default,
                book.is_subscribed,
            ),
        )
        return Book(**row)

    def save_book(self, book: Book) -> None:
        self._tx.execute(
            "UPDATE address_book SET name = %s, description = %s, sort_order = %s, is_subscribed = %s"
            " WHERE account_id = %s AND number = %s",
            (book.name, book.description, book.sort_order, book.is_subscribed, self._account_id, book.number),
        )

    def remove_book(self, number: int) -> None:
        self._tx.execute("DELETE FROM address_book WHERE account_id = %s AND number = %s", (self._account_id, number))

    def make_default(self, number: int) -> None:
        """In two steps: at no moment may two be the default."""
        sql = "UPDATE address_book SET is_default = false WHERE account_id = %s AND is_default"
        self._tx.execute(sql, (self._account_id,))
        sql = "UPDATE address_book SET is_default = true WHERE account_id = %s AND number = %s"
        self._tx.execute(sql, (self._account_id, number))

    def count_cards(self, book: int | None = None) -> int:
        row = self._tx.only(
            "SELECT count(*) AS n FROM card WHERE account_id = %(account)s"
            " AND (%(book)s::bigint IS NULL OR book = %(book)s)",
            {"account": self._account_id, "book": book},
        )
        return int(row["n"])

    def remove_cards_of(self, book: int) -> int:
        return self._tx.execute("DELETE FROM card WHERE account_id = %s AND book = %s", (self._account_id, book))

    def cards(self, numbers: Sequence[int] | None = None) -> list[StoredCard]:
        rows = self._tx.all(
            f"SELECT {CARD_COLUMNS} FROM card WHERE account_id = %(account)s"  # noqa: S608  columns
            " AND (%(numbers)s::bigint[] IS NULL OR number = ANY(%(numbers)s)) ORDER BY number",
            {"account": self._account_id, "numbers": None if numbers is None else list(numbers)},
        )
        return [StoredCard(**row) for row in rows]

    def card_with_uid(self, uid: str) -> int | None:
        sql = "SELECT number FROM card WHERE account_id = %s AND uid = %s"
        row = self._tx.one(sql, (self._account_id, uid))
        return int(row["number"]) if row else None

    def add_card(self, card: StoredCard, index: Indexed) -> StoredCard:
        row = self._tx.only(
            "INSERT INTO card (account_id, book, uid, kind, data, key_full, key_given, key_surname, words,"  # noqa: S608
            " created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s, %s, array_to_tsvector(%s::text[]), %s, %s)"
            " RETURNING " + CARD_COLUMNS,
            (
                self._account_id,
                card.book,
                card.uid,
                _kind(card.data),
                _json(card.data),
                index.key_full,
                index.key_given,
                index.key_surname,
                index.lexemes,
                card.created_at,
                card.updated_at,
            ),
        )
        return StoredCard(**row)

    def save_card(self, card: StoredCard, index: Indexed) -> None:
        self._tx.execute(
            "UPDATE card SET book = %s, kind = %s, data = %s::jsonb, key_full = %s, key_given = %s, key_surname = %s,"
            " words = array_to_tsvector(%s::text[]), updated_at = %s WHERE account_id = %s AND number = %s",
            (
                card.book,
                _kind(card.data),
                _json(card.data),
                index.key_full,
                index.key_given,
                index.key_surname,
                index.lexemes,
                card.updated_at,
                self._account_id,
                card.number,
            ),
        )

    def remove_card(self, number: int) -> None:
        self._tx.execute("DELETE FROM card WHERE account_id = %s AND number = %s", (self._account_id, number))

    def colleagues(self, numbers: Sequence[int] | None = None) -> list[Colleague]:
        rows = self._tx.all(
            f"SELECT {COLLEAGUE_COLUMNS} FROM agent LEFT JOIN establishment USING (uai)"  # noqa: S608  columns
            " WHERE state <> 'departed' AND (%(numbers)s::bigint[] IS NULL OR number = ANY(%(numbers)s))"
            " ORDER BY number",
            {"numbers": None if numbers is None else list(numbers)},
        )
        return [colleague(row) for row in rows]

    def count_colleagues(self) -> int:
        return int(self._tx.only("SELECT count(*) AS n FROM agent WHERE state <> 'departed'")["n"])

    def find(self, query: CardQuery, start: int = 0, limit: int | None = None) -> list[CardId]:
        few = limit is not None and self._matches_few(query)
        rows = self._tx.tuples(*find_sql(self._account_id, query, start, limit, sort_all=few))
        return [CardId("d" if rank else "p", number) for rank, number in rows]

    def _matches_few(self, query: CardQuery) -> bool:
        if not has_words(query.filter):
            return False
        ((plan,),) = self._tx.tuples(*estimate_sql(self._account_id, query))
        return int(plan[0]["Plan"]["Plan Rows"]) <= FEW

    def count(self, query: CardQuery) -> int:
        return int(self._tx.only(*count_sql(self._account_id, query))["n"])


def _kind(data: JsonObject) -> str:
    """RFC 9553 §2.1.4: individual where none is given."""
    return str(data.get("kind", "individual"))


def _json(data: JsonObject) -> str:
    return orjson.dumps(data).decode()
