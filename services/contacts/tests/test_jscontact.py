"""RFC 9553: what a card may hold."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contacts.domain.card_index import index_card
from services.contacts.domain.jscontact import invalid_properties

FULL: dict[str, Any] = {
    "@type": "Card",
    "version": "1.0",
    "kind": "individual",
    "language": "fr",
    "name": {
        "@type": "Name",
        "components": [{"kind": "given", "value": "Léonie"}, {"kind": "surname", "value": "Bergamote"}],
        "isOrdered": True,
        "sortAs": {"surname": "Bergamote"},
    },
    "nicknames": {"n1": {"name": "Léo"}},
    "organizations": {"o1": {"name": "Lycée Marie-Imaginaire", "units": [{"name": "Gestion"}]}},
    "titles": {"t1": {"kind": "role", "name": "Gestionnaire", "organizationId": "o1"}},
    "speakToAs": {"grammaticalGender": "feminine", "pronouns": {"p": {"pronouns": "elle"}}},
    "emails": {"e1": {"address": "leonie@lycee.example", "contexts": {"work": True}, "pref": 1, "label": "lycée"}},
    "phones": {"p1": {"number": "01 99 00 12 34", "features": {"voice": True}}},
    "onlineServices": {"s1": {"service": "Mastodon", "user": "@leonie@social.example"}},
    "preferredLanguages": {"l1": {"language": "oc", "pref": 2}},
    "addresses": {"a1": {"components": [{"kind": "locality", "value": "Valbrume"}], "countryCode": "FR", "full": "V"}},
    "anniversaries": {"b": {"kind": "birth", "date": {"@type": "PartialDate", "month": 3, "day": 5}}},
    "keywords": {"sortie": True},
    "notes": {"n1": {"note": "Avant 9 h.", "created": "2026-11-23T08:00:00Z", "author": {"name": "Moi"}}},
    "personalInfo": {"i": {"kind": "hobby", "value": "cerfs-volants", "level": "high"}},
    "relatedTo": {"urn:uuid:1": {"relation": {"colleague": True}}},
    "media": {"m": {"kind": "photo", "uri": "data:image/png;base64,AA=="}},
    "links": {"k": {"uri": "https://lycee.example/"}},
    "localizations": {"oc": {"titles/t1/name": "Gestionari"}},
    "example.com:couleur": {"anything": ["goes"]},
}


def test_a_card_with_every_kind_of_property_is_valid() -> None:
    assert invalid_properties(FULL) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("@type", "Group"),
        ("version", "0.9"),
        ("kind", "robot"),
        ("name", "Léonie"),
        ("name", {"components": [{"kind": "given"}]}),
        ("name", {"surname": "Bergamote"}),
        ("name", {"@type": "Title", "full": "x"}),
        ("emails", [{"address": "x@y.example"}]),
        ("emails", {"e1": {"email": "x@y.example"}}),
        ("emails", {"e1": {"address": 5}}),
        ("emails", {"": {"address": "x"}}),
        ("emails", {"é": {"address": "x"}}),
        ("emails", {"e1": {"address": "x", "pref": 0}}),
        ("emails", {"e1": {"address": "x", "pref": True}}),
        ("emails", {"e1": {"address": "x", "contexts": {"work": False}}}),
        ("emails", {f"e{n}": {"address": "x"} for n in range(501)}),
        ("phones", {"p": {"number": "1\x00"}}),
        ("anniversaries", {"b": {"kind": "birth"}}),
        ("anniversaries", {"b": {"kind": "birth", "date": {"month": 13}}}),
        ("anniversaries", {"b": {"kind": "birth", "date": {"utc": "hier"}}}),
        ("addresses", {"a": {"countryCode": "France"}}),
        ("notes", {"n": {"note": "x", "created": "2026-11-23 08:00"}}),
        ("notes", {"n": {"note": "x" * 20_001}}),
        ("keywords", ["a"]),
        ("localizations", {"oc": "x"}),
        ("surname", "Bergamote"),
        (":x", 1),
        ("x:", 1),
    ],
)
def test_what_a_property_may_not_hold_is_named(name: str, value: Any) -> None:
    assert invalid_properties(FULL | {name: value}) == [name]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(FULL)), JSON))
def test_any_json_is_judged_and_what_is_valid_can_be_indexed(card: dict[str, Any]) -> None:
    invalid = invalid_properties(card)
    assert set(invalid) <= set(card)
    index_card({name: value for name, value in card.items() if name not in invalid})
