"""What the application needs of the outside. The adapters implement these; the tests may too."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from contracts.auth import AccountState, Agent
from contracts.jmap import JsonObject
from services.contacts.domain.card_filter import Filter
from services.contacts.domain.directory import Colleague, Indexed
from services.contacts.domain.ids import CardId

Kind = Literal["AddressBook", "ContactCard"]
SortColumn = Literal["created_at", "updated_at", "key_full", "key_given", "key_surname"]


@dataclass(frozen=True, slots=True)
class Book:
    """A personal address book."""

    number: int
    name: str
    description: str | None
    sort_order: int
    is_default: bool
    is_subscribed: bool


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A personal card. `data`: JSContact without id, addressBookIds, uid, created and updated."""

    number: int
    book: int
    uid: str
    data: JsonObject
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CardQuery:
    """Over both the directory and the personal cards. `sort`: column and whether it ascends; ties go by surname, given
    name, personal cards first, and id."""

    filter: Filter
    sort: Sequence[tuple[SortColumn, bool]] = ()


class AddressBooks(Protocol):
    """What one account sees, inside one transaction: the directory and its own books."""

    def state(self, kind: Kind) -> str:
        """The JMAP state string of a type. That of ContactCard moves with the directory too."""
        ...

    def changed(self, *kinds: Kind) -> None:
        """Moves the states of `kinds` and has ContactsStateChanged published when the transaction commits."""
        ...

    def books(self, numbers: Sequence[int] | None = None) -> list[Book]: ...

    def add_book(self, book: Book) -> Book:
        """`book.number` is not looked at."""
        ...

    def save_book(self, book: Book) -> None: ...

    def remove_book(self, number: int) -> None:
        """Its cards must be gone."""
        ...

    def make_default(self, number: int) -> None: ...

    def count_cards(self, book: int | None = None) -> int:
        """Personal cards: of a book, or all."""
        ...

    def remove_cards_of(self, book: int) -> int: ...

    def cards(self, numbers: Sequence[int] | None = None) -> list[StoredCard]: ...

    def card_with_uid(self, uid: str) -> int | None: ...

    def add_card(self, card: StoredCard, index: Indexed) -> StoredCard:
        """`card.number` is not looked at."""
        ...

    def save_card(self, card: StoredCard, index: Indexed) -> None: ...

    def remove_card(self, number: int) -> None: ...

    def colleagues(self, numbers: Sequence[int] | None = None) -> list[Colleague]:
        """Without those who left."""
        ...

    def count_colleagues(self) -> int: ...

    def find(self, query: CardQuery, start: int = 0, limit: int | None = None) -> list[CardId]: ...

    def count(self, query: CardQuery) -> int: ...


class Directory(Protocol):
    """The directory as events write it, inside one transaction."""

    def establishment(self, uai: str) -> str | None: ...

    def save(self, agent: Agent, state: AccountState, sequence: int, index: Indexed, uid: str) -> bool:
        """Writes the agent's row unless something later is known; whether the agent is new here."""
        ...

    def save_establishment(self, uai: str, name: str | None) -> bool:
        """None forgets the name. Whether that changed anything."""
        ...

    def known_establishments(self) -> dict[str, str]: ...

    def agents_of(self, uai: str) -> list[Agent]: ...

    def index_again(self, account_id: str, index: Indexed) -> None: ...

    def address_books(self, account_id: str) -> AddressBooks:
        """Those of an account that was saved before, locked."""
        ...


class UnknownAccountError(Exception):
    """This service has not heard of the account (yet)."""


class ContactsStore(Protocol):
    """Opens transactions. `read` and `write` raise UnknownAccountError."""

    def read(self, account_id: str) -> AbstractContextManager[AddressBooks]: ...

    def write(self, account_id: str) -> AbstractContextManager[AddressBooks]:
        """Holds the account's lock until the end: writes of one account happen one after the other."""
        ...

    def directory(self) -> AbstractContextManager[Directory]: ...
