"""ContactCard/set (RFC 9610 §3.5)."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, SetError
from chassis.jmap.patch import apply_patch
from chassis.jmap.standard import (
    SetArguments,
    SetOutcome,
    check_if_in_state,
    check_set_size,
    parse_arguments,
    resolve_id,
)
from contracts.jmap import JsonObject
from services.contacts.application.jmap.cards import SERVER_SET, describe
from services.contacts.application.ports import AddressBooks, ContactsStore, StoredCard
from services.contacts.domain.card_index import index_card
from services.contacts.domain.ids import is_directory, parse_book_id, parse_card_id
from services.contacts.domain.jscontact import invalid_properties

MAX_CARDS = 10_000
MAX_CARD_BYTES = 65_536

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of NUL in JSON, and no backslash that somebody wrote before "u0000"."""
MAX_UID = 255

Clock = Callable[[], datetime]


def set_cards(store: ContactsStore, clock: Clock, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(SetArguments, arguments)
    check_set_size(wanted)
    outcome = SetOutcome()
    now = clock().replace(microsecond=0)
    with store.write(call.account_id) as books:
        old_state = books.state("ContactCard")
        check_if_in_state(wanted.ifInState, old_state)
        for creation_id, card in (wanted.create or {}).items():
            outcome.try_create(creation_id, _creation(books, call, creation_id, card, now))
        for id_, patch in (wanted.update or {}).items():
            outcome.try_update(id_, _update(books, call, id_, patch, now))
        for id_ in wanted.destroy or ():
            outcome.try_destroy(id_, _removal(books, call, id_))
        if outcome.created or outcome.updated or outcome.destroyed:
            books.changed("ContactCard")
        return outcome.response(call.account_id, old_state, books.state("ContactCard"))


def _creation(
    books: AddressBooks, call: Call, creation_id: str, given: JsonObject, now: datetime
) -> Callable[[], JsonObject]:
    def create() -> JsonObject:
        if "id" in given:
            raise InvalidProperties("id")
        book = _book(books, call, given.get("addressBookIds"))
        data = _checked({"@type": "Card", "version": "1.0"} | _without(given))
        if books.count_cards() >= MAX_CARDS:
            raise SetError("overQuota", f"at most {MAX_CARDS} cards")
        uid = _fresh_uid(books, given)
        card = books.add_card(StoredCard(0, book, uid, data, now, now), index_card(data))
        described = describe(card)
        call.created_ids[creation_id] = described["id"]
        return {name: value for name, value in described.items() if given.get(name) != value}

    return create


def _update(
    books: AddressBooks, call: Call, id_: str, patch: JsonObject, now: datetime
) -> Callable[[], JsonObject | None]:
    def update() -> JsonObject | None:
        card = _find(books, call, id_)
        current = describe(card)
        wanted = apply_patch(current, patch)
        if fixed := [name for name in SERVER_SET if wanted.get(name) != current[name]]:
            raise InvalidProperties(*fixed)
        book = _book(books, call, wanted.get("addressBookIds"))
        data = _checked(_without(wanted))
        if book == card.book and _same(data, card.data):
            return None
        saved = replace(card, book=book, data=data, updated_at=max(now, card.updated_at))
        books.save_card(saved, index_card(data))
        return {"updated": describe(saved)["updated"]}

    return update


def _removal(books: AddressBooks, call: Call, id_: str) -> Callable[[], None]:
    return lambda: books.remove_card(_find(books, call, id_).number)


def _find(books: AddressBooks, call: Call, id_: str) -> StoredCard:
    parsed = parse_card_id(resolve_id(id_, call.created_ids))
    if parsed is None:
        raise SetError("notFound")
    if parsed.origin == "d":
        if not books.colleagues([parsed.number]):
            raise SetError("notFound")
        raise SetError("forbidden", "the directory is kept by the administration")
    found = books.cards([parsed.number])
    if not found:
        raise SetError("notFound")
    return found[0]


def _book(books: AddressBooks, call: Call, given: Any) -> int:
    """The one address book that the card is to be in (maxAddressBooksPerCard is 1)."""
    if not isinstance(given, dict) or len(given) != 1 or list(given.values()) != [True]:
        raise InvalidProperties("addressBookIds", description="a card is in exactly one address book")
    (reference,) = given
    try:
        resolved = resolve_id(reference, call.created_ids)
    except SetError:
        raise InvalidProperties("addressBookIds") from None
    if is_directory(resolved):
        raise SetError("forbidden", "the directory is kept by the administration")
    number = parse_book_id(resolved)
    if number is None or not books.books([number]):
        raise InvalidProperties("addressBookIds")
    return number


def _without(card: JsonObject) -> JsonObject:
    """The part that is kept as it is given."""
    return {name: value for name, value in card.items() if name not in (*SERVER_SET, "addressBookIds")}


def _checked(data: JsonObject) -> JsonObject:
    """A property that is null is not there (RFC 8620 §5.3)."""
    present = {name: value for name, value in data.items() if value is not None}
    if invalid := invalid_properties(present):
        raise InvalidProperties(*invalid)
    if missing := [name for name in ("@type", "version") if name not in present]:
        raise InvalidProperties(*missing)
    if _size(present) > MAX_CARD_BYTES:
        raise SetError("tooLarge", f"at most {MAX_CARD_BYTES} bytes", maxSize=MAX_CARD_BYTES)
    return present


def _size(data: JsonObject) -> int:
    """Raises InvalidProperties for what can't be kept: nested too deep, or with the character NUL."""
    try:
        encoded = orjson.dumps(data)
    except orjson.JSONEncodeError:
        raise InvalidProperties(description="nested too deep, or no JSON") from None
    if _NUL.search(encoded):
        raise InvalidProperties(description="the character NUL can't be kept")
    return len(encoded)


def _same(one: JsonObject, other: JsonObject) -> bool:
    """As JSON: Python takes true for 1."""
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)


def _fresh_uid(books: AddressBooks, given: JsonObject) -> str:
    """RFC 9610 §3: the uid is unique in the account."""
    uid = given.get("uid") or uuid.uuid4().urn
    if not isinstance(uid, str) or len(uid) > MAX_UID or not uid.isprintable():
        raise InvalidProperties("uid")
    if books.card_with_uid(uid) is not None:
        raise InvalidProperties("uid", description="another card has this uid")
    return uid
