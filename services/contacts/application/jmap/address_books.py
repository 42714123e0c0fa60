"""AddressBook/get, /changes, /query and /set (RFC 9610 §2)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, MethodError, SetError
from chassis.jmap.patch import apply_patch
from chassis.jmap.standard import (
    Bool,
    GetArguments,
    Id,
    QueryArguments,
    SetArguments,
    SetOutcome,
    check_get,
    check_if_in_state,
    check_set_size,
    get_response,
    parse_arguments,
    pick,
    query_response,
    resolve_id,
)
from contracts.contacts import DIRECTORY_ID
from contracts.jmap import JsonObject
from services.contacts.application.ports import AddressBooks, Book, ContactsStore
from services.contacts.domain.ids import book_id, is_directory, parse_book_id

DIRECTORY_NAME = "Annuaire académique"
MAX_BOOKS = 100
MAX_NAME_BYTES = 255
MAX_DESCRIPTION = 2_000
MAX_SORT_ORDER = 2**31 - 1


class SetBookArguments(SetArguments):
    """§2.3."""

    onDestroyRemoveContents: Bool = False
    onSuccessSetIsDefault: Id | None = None


def get_books(store: ContactsStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(GetArguments, arguments)
    ids = check_get(wanted, PROPERTIES)
    numbers = None if ids is None else [number for id_ in ids if (number := parse_book_id(id_))]
    with store.read(call.account_id) as books:
        found = [pick(describe(book), wanted.properties) for book in books.books(numbers)]
        if ids is None or DIRECTORY_ID in ids:
            found.append(pick(DIRECTORY, wanted.properties))
        return get_response(call.account_id, books.state("AddressBook"), found, ids)


def query_books(store: ContactsStore, call: Call, arguments: JsonObject) -> JsonObject:
    """All of them, the directory last: not in RFC 9610, and of use to clients that page through every type alike."""
    wanted = parse_arguments(QueryArguments, arguments)
    if wanted.filter:
        raise MethodError("unsupportedFilter")
    if wanted.sort:
        raise MethodError("unsupportedSort")
    with store.read(call.account_id) as books:
        ids = [*(book_id(book.number) for book in books.books()), DIRECTORY_ID]
        state = books.state("AddressBook")
    return query_response(call.account_id, state, wanted, ids, MAX_BOOKS + 1)


def set_books(store: ContactsStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(SetBookArguments, arguments)
    check_set_size(wanted)
    outcome = SetOutcome()
    with store.write(call.account_id) as books:
        old_state = books.state("AddressBook")
        check_if_in_state(wanted.ifInState, old_state)
        cards_before = books.count_cards()
        for creation_id, properties in (wanted.create or {}).items():
            outcome.try_create(creation_id, _creation(books, call, creation_id, properties))
        for id_, patch in (wanted.update or {}).items():
            outcome.try_update(id_, _update(books, call, id_, patch))
        for id_ in wanted.destroy or ():
            outcome.try_destroy(id_, _removal(books, call, id_, with_cards=wanted.onDestroyRemoveContents))
        moved_default = _set_default(books, call, wanted, outcome)
        if outcome.created or outcome.updated or outcome.destroyed or moved_default:
            books.changed("AddressBook", *(("ContactCard",) if books.count_cards() != cards_before else ()))
        return outcome.response(call.account_id, old_state, books.state("AddressBook"))


def describe(book: Book) -> JsonObject:
    """The JMAP object of a personal book."""
    return {
        "id": book_id(book.number),
        "name": book.name,
        "description": book.description,
        "sortOrder": book.sort_order,
        "isDefault": book.is_default,
        "isSubscribed": book.is_subscribed,
        "shareWith": None,
        "myRights": {"mayRead": True, "mayWrite": True, "mayShare": False, "mayDelete": not book.is_default},
    }


DIRECTORY: JsonObject = {
    "id": DIRECTORY_ID,
    "name": DIRECTORY_NAME,
    "description": None,
    "sortOrder": MAX_SORT_ORDER,
    "isDefault": False,
    "isSubscribed": True,
    "shareWith": None,
    "myRights": {"mayRead": True, "mayWrite": False, "mayShare": False, "mayDelete": False},
}
PROPERTIES = frozenset(DIRECTORY)


def _is_name(value: Any) -> bool:
    return (
        isinstance(value, str) and 0 < len(value.encode("utf-8", "replace")) <= MAX_NAME_BYTES and value.isprintable()
    )


def _is_description(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= MAX_DESCRIPTION and "\x00" not in value)


def _is_sort_order(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_SORT_ORDER


SETTABLE: dict[str, Callable[[Any], bool]] = {
    "name": _is_name,
    "description": _is_description,
    "sortOrder": _is_sort_order,
    "isSubscribed": lambda value: isinstance(value, bool),
}


def _creation(books: AddressBooks, call: Call, creation_id: str, properties: JsonObject) -> Callable[[], JsonObject]:
    def create() -> JsonObject:
        _check(properties)
        if "name" not in properties:
            raise InvalidProperties("name")
        if len(books.books()) >= MAX_BOOKS:
            raise SetError("overQuota", f"at most {MAX_BOOKS} address books")
        book = books.add_book(_with(Book(0, "", None, 0, is_default=False, is_subscribed=True), properties))
        call.created_ids[creation_id] = book_id(book.number)
        return {name: value for name, value in describe(book).items() if name not in properties}

    return create


def _update(books: AddressBooks, call: Call, id_: str, patch: JsonObject) -> Callable[[], JsonObject | None]:
    def update() -> None:
        book = _find(books, call, id_)
        current = describe(book)
        wanted = {"description": None} | apply_patch(current, patch)
        if missing := [name for name in current if name not in wanted]:
            raise InvalidProperties(*missing)
        changed = {name: value for name, value in wanted.items() if name not in current or current[name] != value}
        _check(changed)
        books.save_book(_with(book, changed))

    return update


def _removal(books: AddressBooks, call: Call, id_: str, *, with_cards: bool) -> Callable[[], None]:
    def destroy() -> None:
        book = _find(books, call, id_)
        if book.is_default:
            raise SetError("forbidden", "the default address book stays")
        if books.count_cards(book.number):
            if not with_cards:
                raise SetError("addressBookHasContents")
            books.remove_cards_of(book.number)
        books.remove_book(book.number)

    return destroy


def _set_default(books: AddressBooks, call: Call, wanted: SetBookArguments, outcome: SetOutcome) -> bool:
    """§2.3: only when everything else succeeded; an id that isn't there is no error."""
    id_ = wanted.onSuccessSetIsDefault
    if id_ is None or outcome.not_created or outcome.not_updated or outcome.not_destroyed:
        return False
    try:
        book = _find(books, call, id_)
    except SetError:
        return False
    if book.is_default:
        return False
    former = next((other for other in books.books() if other.is_default), None)
    books.make_default(book.number)
    for changed in filter(None, (former, book)):
        _report_default(outcome, call, book_id(changed.number), is_default=changed is book)
    return True


def _report_default(outcome: SetOutcome, call: Call, id_: str, *, is_default: bool) -> None:
    creation_id = next((key for key, created in call.created_ids.items() if created == id_), None)
    if creation_id is not None and creation_id in outcome.created:
        outcome.created[creation_id]["isDefault"] = is_default
    else:
        outcome.updated[id_] = (outcome.updated.get(id_) or {}) | {"isDefault": is_default}


def _find(books: AddressBooks, call: Call, id_: str) -> Book:
    resolved = resolve_id(id_, call.created_ids)
    if is_directory(resolved):
        raise SetError("forbidden", "the directory is kept by the administration")
    number = parse_book_id(resolved)
    found = books.books([number]) if number else []
    if not found:
        raise SetError("notFound")
    return found[0]


def _with(book: Book, properties: JsonObject) -> Book:
    return replace(
        book,
        name=properties.get("name", book.name),
        description=properties.get("description", book.description),
        sort_order=properties.get("sortOrder", book.sort_order),
        is_subscribed=properties.get("isSubscribed", book.is_subscribed),
    )


def _check(properties: JsonObject) -> None:
    wrong = [name for name, value in properties.items() if name not in SETTABLE or not SETTABLE[name](value)]
    if wrong:
        raise InvalidProperties(*sorted(wrong))
