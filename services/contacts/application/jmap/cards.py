"""ContactCard/get and /query (RFC 9610 §3.1, §3.3)."""

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidArguments, MethodError
from chassis.jmap.standard import (
    MAX_OBJECTS_IN_GET,
    GetArguments,
    QueryArguments,
    check_get,
    get_response,
    parse_arguments,
    pick,
    window,
)
from contracts.jmap import JsonObject
from services.contacts.application.jmap.card_filter import read_filter
from services.contacts.application.ports import AddressBooks, CardQuery, ContactsStore, SortColumn, StoredCard
from services.contacts.domain.directory import directory_card, utc_text
from services.contacts.domain.ids import CardId, book_id, parse_card_id
from services.contacts.domain.jscontact import CARD_PROPERTIES

MAX_LIMIT = 1_000
SERVER_SET = ("id", "uid", "created", "updated")
PROPERTIES = frozenset({*CARD_PROPERTIES, *SERVER_SET, "addressBookIds"})
SORT_COLUMNS: dict[str, SortColumn] = {
    "created": "created_at",
    "updated": "updated_at",
    "name/given": "key_given",
    "name/surname": "key_surname",
    "name/full": "key_full",
}


def get_cards(store: ContactsStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(GetArguments, arguments)
    vendors = {name for name in wanted.properties or () if ":" in name}
    ids = check_get(wanted, PROPERTIES | vendors)
    with store.read(call.account_id) as books:
        found = [pick(card, wanted.properties) for card in _cards(books, ids)]
        return get_response(call.account_id, books.state("ContactCard"), found, ids)


def query_cards(store: ContactsStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(QueryArguments, arguments)
    query = CardQuery(read_filter(wanted.filter), _sort(wanted))
    limit = MAX_LIMIT if wanted.limit is None else min(wanted.limit, MAX_LIMIT)
    with store.read(call.account_id) as books:
        if wanted.anchor is not None or wanted.position < 0:
            every = [str(id_) for id_ in books.find(query)]
            part = window(wanted, every, MAX_LIMIT)
            start, ids = part.start, every[part.start : part.start + part.limit]
        else:
            start = wanted.position
            ids = [str(id_) for id_ in books.find(query, start, limit)]
        response: JsonObject = {
            "accountId": call.account_id,
            "queryState": books.state("ContactCard"),
            "canCalculateChanges": False,
            "position": start,
            "ids": ids,
        }
        if wanted.calculateTotal:
            response["total"] = books.count(query)
    if wanted.limit is None or wanted.limit > MAX_LIMIT:
        response["limit"] = MAX_LIMIT
    return response


def describe(card: StoredCard) -> JsonObject:
    """The JMAP object of a personal card."""
    return {
        "id": str(CardId("p", card.number)),
        "addressBookIds": {book_id(card.book): True},
        "uid": card.uid,
        **card.data,
        "created": utc_text(card.created_at),
        "updated": utc_text(card.updated_at),
    }


def _cards(books: AddressBooks, ids: list[str] | None) -> list[JsonObject]:
    if ids is None:
        if books.count_cards() + books.count_colleagues() > MAX_OBJECTS_IN_GET:
            raise MethodError("requestTooLarge", "ask for ids: there are more cards than one answer may hold")
        personal, directory = books.cards(), books.colleagues()
    else:
        parsed = [id_ for id_ in map(parse_card_id, ids) if id_]
        personal = books.cards([id_.number for id_ in parsed if id_.origin == "p"])
        directory = books.colleagues([id_.number for id_ in parsed if id_.origin == "d"])
    return [*map(describe, personal), *map(directory_card, directory)]


def _sort(wanted: QueryArguments) -> list[tuple[SortColumn, bool]]:
    comparators = wanted.sort or []
    if len(comparators) > len(SORT_COLUMNS):
        raise InvalidArguments("too many comparators", arguments=["sort"])
    if any(comparator.property not in SORT_COLUMNS or comparator.collation for comparator in comparators):
        raise MethodError("unsupportedSort")
    return [(SORT_COLUMNS[comparator.property], comparator.isAscending) for comparator in comparators]
