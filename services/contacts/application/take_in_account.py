"""Keeps the directory, and gives each new agent a personal address book."""

from contracts.auth import AccountEvent
from services.contacts.application.ports import Book, Directory
from services.contacts.domain.directory import index_agent, uid_of

FIRST_BOOK = "Mes contacts"


def take_in_account(directory: Directory, event: AccountEvent) -> None:
    """Events may come in any order and more than once: the latest by sequence stays."""
    agent = event.agent
    index = index_agent(agent, directory.establishment(agent.uai))
    if directory.save(agent, event.state, event.sequence, index, uid_of(agent.account_id)):
        books = directory.address_books(agent.account_id)
        books.add_book(Book(0, FIRST_BOOK, None, 0, is_default=True, is_subscribed=True))
        books.changed("AddressBook", "ContactCard")
