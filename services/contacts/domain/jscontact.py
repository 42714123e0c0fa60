"""JSContact (RFC 9553): what a card may hold. Anything else is refused by the name of its top-level property, except
vendor-specific properties, whose names hold a colon (§1.8.1) and whose values are kept as they are."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from contracts.jmap import JsonObject

Check = Callable[[Any], bool]

MAX_ENTRIES = 500
MAX_TEXT = 20_000

_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_UTC = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d*[1-9])?Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT and "\x00" not in value


def flag(value: object) -> bool:
    return isinstance(value, bool)


def moment(value: object) -> bool:
    return isinstance(value, str) and _UTC.fullmatch(value) is not None


def whole(low: int, high: int) -> Check:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def one_of(*words: str) -> Check:
    """An enumerated value, or a vendor-specific one (§1.7.4)."""
    return lambda value: text(value) and (value in words or ":" in value)


def matching(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= MAX_ENTRIES and all(check(item) for item in value)


def map_of(check: Check, key: Check = text) -> Check:
    def checked(value: object) -> bool:
        if not isinstance(value, dict) or len(value) > MAX_ENTRIES:
            return False
        return all(key(name) and check(item) for name, item in value.items())

    return checked


def by_id(check: Check) -> Check:
    return map_of(check, matching(_ID))


def either(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def anything(value: object) -> bool:
    return isinstance(value, dict)


def record(name: str, properties: Mapping[str, Check], *required: str) -> Check:
    """An object of type `name`; its @type may be left out (§1.3.4)."""

    def checked(value: object) -> bool:
        if not isinstance(value, dict) or any(property_ not in value for property_ in required):
            return False
        return all(
            item == name if key == "@type" else ":" in key or (key in properties and properties[key](item))
            for key, item in value.items()
        )

    return checked


set_of_words = map_of(lambda value: value is True)
pref = whole(1, 100)
_reachable: dict[str, Check] = {"contexts": set_of_words, "pref": pref}
_labelled: dict[str, Check] = {**_reachable, "label": text}
_resource: dict[str, Check] = {**_labelled, "kind": text, "uri": text, "mediaType": text}
_phonetic: dict[str, Check] = {"phoneticScript": text, "phoneticSystem": text}

_component = record("NameComponent", {"value": text, "kind": text, "phonetic": text}, "value", "kind")
_name = record(
    "Name",
    {
        "components": list_of(_component),
        "isOrdered": flag,
        "defaultSeparator": text,
        "full": text,
        "sortAs": map_of(text),
        **_phonetic,
    },
)
_unit = record("OrgUnit", {"name": text, "sortAs": text}, "name")
_organization = record(
    "Organization", {"name": text, "units": list_of(_unit), "sortAs": text, "contexts": set_of_words}
)
_address = record(
    "Address",
    {
        **_reachable,
        **_phonetic,
        "components": list_of(
            record("AddressComponent", {"value": text, "kind": text, "phonetic": text}, "value", "kind")
        ),
        "isOrdered": flag,
        "countryCode": matching(_COUNTRY),
        "coordinates": text,
        "timeZone": text,
        "full": text,
        "defaultSeparator": text,
    },
)
_date = either(
    record(
        "PartialDate",
        {"year": whole(0, 9999), "month": whole(1, 12), "day": whole(1, 31), "calendarScale": text},
    ),
    record("Timestamp", {"utc": moment}, "utc"),
)
_speak_to = record(
    "SpeakToAs",
    {
        "grammaticalGender": one_of("animate", "common", "feminine", "inanimate", "masculine", "neuter"),
        "pronouns": by_id(record("Pronouns", {**_reachable, "pronouns": text}, "pronouns")),
    },
)
_online = record("OnlineService", {**_labelled, "service": text, "uri": text, "user": text})
_personal = {
    "kind": one_of("expertise", "hobby", "interest"),
    "value": text,
    "level": one_of("high", "medium", "low"),
    "listAs": whole(1, 2**31),
    "label": text,
}

CARD_PROPERTIES: dict[str, Check] = {
    "@type": lambda value: value == "Card",
    "version": lambda value: value == "1.0",
    "kind": one_of("individual", "group", "org", "location", "device", "application"),
    "language": text,
    "members": set_of_words,
    "prodId": text,
    "relatedTo": map_of(record("Relation", {"relation": set_of_words})),
    "name": _name,
    "nicknames": by_id(record("Nickname", {**_reachable, "name": text}, "name")),
    "organizations": by_id(_organization),
    "speakToAs": _speak_to,
    "titles": by_id(record("Title", {"name": text, "kind": one_of("title", "role"), "organizationId": text}, "name")),
    "emails": by_id(record("EmailAddress", {**_labelled, "address": text}, "address")),
    "onlineServices": by_id(_online),
    "phones": by_id(record("Phone", {**_labelled, "number": text, "features": set_of_words}, "number")),
    "preferredLanguages": by_id(record("LanguagePref", {**_reachable, "language": text}, "language")),
    "calendars": by_id(record("Calendar", _resource, "uri")),
    "schedulingAddresses": by_id(record("SchedulingAddress", {**_labelled, "uri": text}, "uri")),
    "addresses": by_id(_address),
    "cryptoKeys": by_id(record("CryptoKey", _resource, "uri")),
    "directories": by_id(record("Directory", {**_resource, "listAs": whole(1, 2**31)}, "uri")),
    "links": by_id(record("Link", _resource, "uri")),
    "media": by_id(record("Media", _resource, "uri")),
    "localizations": map_of(anything),
    "anniversaries": by_id(
        record(
            "Anniversary",
            {"kind": one_of("birth", "death", "wedding"), "date": _date, "place": _address, "label": text},
            "kind",
            "date",
        )
    ),
    "keywords": set_of_words,
    "notes": by_id(
        record(
            "Note",
            {"note": text, "created": moment, "author": record("Author", {"name": text, "uri": text})},
            "note",
        )
    ),
    "personalInfo": by_id(record("PersonalInfo", _personal, "kind", "value")),
}


def invalid_properties(card: JsonObject) -> list[str]:
    """Names of the properties that no card may hold, or not with that value, in order."""
    return sorted(
        name
        for name, value in card.items()
        if not (name in CARD_PROPERTIES and CARD_PROPERTIES[name](value)) and not _is_vendors(name)
    )


def _is_vendors(name: str) -> bool:
    domain, colon, rest = name.partition(":")
    return bool(colon and domain and rest) and len(name) <= 255
