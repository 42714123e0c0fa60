"""What a personal card is found and sorted by."""

from collections.abc import Iterator

from contracts.jmap import JsonObject
from services.contacts.domain.directory import Indexed
from services.contacts.domain.search_words import Lexemes, SearchField, sort_key

_FIELD_OF_COMPONENT = {
    "given": SearchField.GIVEN,
    "given2": SearchField.GIVEN,
    "surname": SearchField.SURNAME,
    "surname2": SearchField.SURNAME,
}


def index_card(card: JsonObject) -> Indexed:
    """`card` has passed `invalid_properties`."""
    lexemes = Lexemes()
    name = card.get("name", {})
    components: list[JsonObject] = name.get("components", [])
    for component in components:
        field = _FIELD_OF_COMPONENT.get(component["kind"])
        lexemes.add(component["value"], SearchField.NAME, *([field] if field else []))
    lexemes.add(name.get("full", ""), SearchField.NAME)
    _add_entries(lexemes, card)
    return _sorted_by(card, components, lexemes.all())


def _add_entries(lexemes: Lexemes, card: JsonObject) -> None:
    for email in _entries(card, "emails"):
        lexemes.add_address(email["address"], with_domain=True)
    for phone in _entries(card, "phones"):
        lexemes.add_phone(phone["number"])
    for nickname in _entries(card, "nicknames"):
        lexemes.add(nickname["name"], SearchField.NICKNAME)
    for organization in _entries(card, "organizations"):
        units = " ".join(unit["name"] for unit in organization.get("units", []))
        lexemes.add(f"{organization.get('name', '')} {units}", SearchField.ORGANIZATION)
    for title in _entries(card, "titles"):
        lexemes.add(title["name"])
    for service in _entries(card, "onlineServices"):
        found = " ".join(service.get(key, "") for key in ("service", "user", "uri"))
        lexemes.add(found, SearchField.ONLINE_SERVICE)
    for address in _entries(card, "addresses"):
        parts = " ".join(component["value"] for component in address.get("components", []))
        lexemes.add(f"{parts} {address.get('full', '')}", SearchField.ADDRESS)
    for note in _entries(card, "notes"):
        lexemes.add(note["note"], SearchField.NOTE)
    for keyword in card.get("keywords", {}):
        lexemes.add(keyword)


def _sorted_by(card: JsonObject, components: list[JsonObject], lexemes: list[str]) -> Indexed:
    """A card without a surname sorts under the name that it shows, and without a name under its address."""
    given = " ".join(part["value"] for part in components if part["kind"] == "given")
    surname = " ".join(part["value"] for part in components if part["kind"] == "surname")
    joined = " ".join(part["value"] for part in components if part["kind"] != "separator")
    organization = next((entry.get("name", "") for entry in _entries(card, "organizations")), "")
    email = next((entry["address"] for entry in _entries(card, "emails")), "")
    full = card.get("name", {}).get("full") or joined or organization or email
    return Indexed(sort_key(full), sort_key(given or full), sort_key(surname or full), lexemes)


def _entries(card: JsonObject, name: str) -> Iterator[JsonObject]:
    yield from card.get(name, {}).values()
