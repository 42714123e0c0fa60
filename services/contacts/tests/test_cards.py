"""RFC 9610 §3: personal cards."""

from typing import Any

import pytest

from services.contacts.application.jmap import cards, set_cards
from services.contacts.tests.books import Books

LEONIE: dict[str, Any] = {
    "name": {"components": [{"kind": "given", "value": "Léonie"}, {"kind": "surname", "value": "Bergamote"}]},
    "emails": {"e1": {"address": "leonie@lycee.example"}},
    "phones": {"p1": {"number": "01 99 00 12 34"}},
    "notes": {"n1": {"note": "Préfère être jointe avant 9 h."}},
}


def test_a_card_is_kept_as_it_was_given(books: Books) -> None:
    given = LEONIE | {"example.com:couleur": {"b": [1, None]}, "uid": "urn:uuid:1"}
    card = books.card(books.add(**given))
    assert {name: card[name] for name in given} == given
    assert (card["@type"], card["version"], card["created"]) == ("Card", "1.0", "2026-11-23T08:00:00Z")


def test_what_the_server_sets_is_told(books: Books) -> None:
    outcome = books("ContactCard/set", create={"k": {"addressBookIds": {books.default: True}, "kind": "individual"}})
    created = outcome["created"]["k"]
    assert set(created) == {"id", "uid", "@type", "version", "created", "updated"}
    assert created["uid"].startswith("urn:uuid:")
    assert outcome["newState"] == books("ContactCard/get", ids=[])["state"] != outcome["oldState"]


@pytest.mark.parametrize(
    ("card", "error"),
    [
        ({"emails": {"e": {"email": "x"}}, "nom": 1}, ("invalidProperties", ["emails", "nom"])),
        ({"addressBookIds": {}}, ("invalidProperties", ["addressBookIds"])),
        ({"addressBookIds": {"b999": True}}, ("invalidProperties", ["addressBookIds"])),
        ({"addressBookIds": {"#x": True}}, ("invalidProperties", ["addressBookIds"])),
        ({"addressBookIds": {"b1": True, "b2": True}}, ("invalidProperties", ["addressBookIds"])),
        ({"addressBookIds": {"directory": True}}, ("forbidden", None)),
        ({"id": "p1"}, ("invalidProperties", ["id"])),
        ({"uid": 7}, ("invalidProperties", ["uid"])),
        ({"uid": "x" * 256}, ("invalidProperties", ["uid"])),
        ({"@type": None}, ("invalidProperties", ["@type"])),
        ({"example.com:x": "\x00"}, ("invalidProperties", [])),
        ({"notes": {f"n{n}": {"note": "é" * 9_000} for n in range(8)}}, ("tooLarge", None)),
    ],
)
def test_a_card_that_cannot_be_kept_is_refused(books: Books, card: dict[str, Any], error: tuple[str, Any]) -> None:
    assert books.refused(**card) == error
    assert books("ContactCard/query", filter={"inAddressBook": books.default})["ids"] == []


def test_a_backslash_before_u0000_is_text_and_no_nul(books: Books) -> None:
    card = books.add(notes={"n": {"note": "\\u0000"}})
    assert books("ContactCard/get", ids=[card])["list"][0]["notes"]["n"]["note"] == "\\u0000"


def test_a_uid_is_given_once_in_an_account(books: Books) -> None:
    books.add(uid="urn:uuid:1")
    assert books.refused(uid="urn:uuid:1") == ("invalidProperties", ["uid"])


def test_one_bad_card_does_not_spoil_the_others(books: Books) -> None:
    good = {"addressBookIds": {books.default: True}}
    outcome = books("ContactCard/set", create={"a": good, "b": good | {"kind": 5}, "c": good})
    assert (set(outcome["created"]), set(outcome["notCreated"])) == ({"a", "c"}, {"b"})


def test_a_patch_changes_one_part(books: Books) -> None:
    id_ = books.add(**LEONIE)
    books.later()
    patch = {"emails/e1/address": "leonie.bergamote@lycee.example", "phones": None, "nicknames": {"n": {"name": "Léo"}}}
    outcome = books("ContactCard/set", update={id_: patch})
    assert outcome["updated"] == {id_: {"updated": "2026-11-23T08:01:00Z"}}
    card = books.card(id_)
    assert card["emails"] == {"e1": {"address": "leonie.bergamote@lycee.example"}}
    assert "phones" not in card
    assert card["created"] == "2026-11-23T08:00:00Z"


def test_a_patch_from_1_to_true_is_a_change(books: Books) -> None:
    id_ = books.add(**{"example.com:x": 1})
    books("ContactCard/set", update={id_: {"example.com:x": True}})
    assert books.card(id_)["example.com:x"] is True


def test_a_patched_card_is_found_by_what_it_now_holds(books: Books) -> None:
    id_ = books.add(name={"full": "Léonie Bergamote"})
    books("ContactCard/set", update={id_: {"name/full": "Léonie Cerfeuil"}})
    assert books.found("cerfeuil") == ["Léonie Cerfeuil"]
    assert books.found("bergamote") == []


@pytest.mark.parametrize(
    ("patch", "type_"),
    [
        ({"uid": "other"}, "invalidProperties"),
        ({"id": "p2"}, "invalidProperties"),
        ({"created": "2020-01-01T00:00:00Z"}, "invalidProperties"),
        ({"emails/e9/address": "x"}, "invalidPatch"),
        ({"emails/e1/address": None}, "invalidProperties"),
        ({"version": None}, "invalidProperties"),
        ({"addressBookIds": {"directory": True}}, "forbidden"),
        ({"addressBookIds": None}, "invalidProperties"),
    ],
)
def test_a_patch_that_cannot_be_applied_changes_nothing(books: Books, patch: dict[str, Any], type_: str) -> None:
    id_ = books.add(**LEONIE)
    before = books.card(id_)
    outcome = books("ContactCard/set", update={id_: patch})
    assert outcome["notUpdated"][id_]["type"] == type_
    assert outcome["oldState"] == outcome["newState"]
    assert books.card(id_) == before


def test_a_card_moves_to_another_book(books: Books) -> None:
    id_ = books.add(**LEONIE)
    calls = books.batch(
        ("AddressBook/set", {"create": {"b": {"name": "Sorties"}}}),
        ("ContactCard/set", {"update": {id_: {"addressBookIds": {"#b": True}}}}),
    )
    book = calls[0].arguments["created"]["b"]["id"]
    assert calls[1].arguments["updated"] == {id_: {"updated": "2026-11-23T08:00:00Z"}}
    assert books.card(id_)["addressBookIds"] == {book: True}
    assert books("ContactCard/query", filter={"inAddressBook": books.default})["ids"] == []
    assert books("ContactCard/query", filter={"inAddressBook": book})["ids"] == [id_]


def test_a_destroyed_card_is_gone(books: Books) -> None:
    id_ = books.add(**LEONIE)
    assert books("ContactCard/set", destroy=[id_, "p99999", "x"])["destroyed"] == [id_]
    assert books("ContactCard/get", ids=[id_])["notFound"] == [id_]


def test_a_set_that_saw_another_state_does_nothing(books: Books) -> None:
    state = books("ContactCard/get", ids=[])["state"]
    id_ = books.add(**LEONIE)
    assert books("ContactCard/set", ifInState=state, destroy=[id_]) == {"error": "stateMismatch"}
    assert books.card(id_)


def test_an_account_keeps_a_bounded_number_of_cards(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_cards, "MAX_CARDS", 2)
    books.add()
    books.add()
    assert books.refused() == ("overQuota", None)


def test_get_answers_the_properties_asked_for(books: Books) -> None:
    id_ = books.add(**LEONIE, **{"example.com:x": 1})
    (card,) = books("ContactCard/get", ids=[id_, id_], properties=["emails", "example.com:x"])["list"]
    assert card == {"id": id_, "emails": LEONIE["emails"], "example.com:x": 1}
    assert books("ContactCard/get", ids=[id_], properties=["nom"]) == {"error": "invalidArguments"}


def test_get_of_all_answers_both_books_unless_there_are_too_many(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = books.add(**LEONIE)
    ids = [card["id"] for card in books("ContactCard/get", ids=None)["list"]]
    assert ids[0] == id_
    assert len(ids) == 2
    monkeypatch.setattr(cards, "MAX_OBJECTS_IN_GET", 1)
    assert books("ContactCard/get", ids=None) == {"error": "requestTooLarge"}


def test_both_books_are_searched_together(books: Books) -> None:
    books.add(name={"full": "Solange Martin"}, organizations={"o": {"name": "Mairie"}})
    assert books.found("sol") == ["Solange Martin", "Solène Tournesol"]
    assert books.found("sol", inAddressBook="directory") == ["Solène Tournesol"]
    assert books.found("sol", inAddressBook=books.default) == ["Solange Martin"]
    assert books.found("sol", inAddressBook="b999") == []


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({"text": "mairie"}, ["A"]),
        ({"organization": "mairie"}, ["A"]),
        ({"note": "9"}, ["B"]),
        ({"phone": "0199"}, ["B"]),
        ({"phone": "01 99 00"}, ["B"]),
        ({"nickname": "ti"}, ["A"]),
        ({"onlineService": "mastodon"}, ["B"]),
        ({"email": "b@ville.example"}, ["B"]),
        ({"email": "ville"}, ["B"]),
        ({"address": "valbr"}, ["A"]),
        ({"text": "sortie"}, ["A"]),
        ({"kind": "org"}, ["A"]),
        ({"uid": "urn:uuid:b"}, ["B"]),
        ({"hasMember": "urn:uuid:b"}, ["C"]),
        ({"createdBefore": "2026-11-23T08:01:00Z"}, ["A", "B"]),
        ({"createdAfter": "2026-11-23T08:01:00Z"}, ["C"]),
        ({"operator": "OR", "conditions": [{"text": "mairie"}, {"note": "9"}]}, ["A", "B"]),
        ({"operator": "AND", "conditions": [{"text": "mairie"}, {"note": "9"}]}, []),
        ({"operator": "NOT", "conditions": [{"text": "mairie"}, {"hasMember": "urn:uuid:b"}]}, ["B"]),
        ({"operator": "NOT", "conditions": [{"hasMember": "urn:uuid:b"}]}, ["A", "B"]),
        ({"operator": "OR", "conditions": []}, []),
        ({"text": "'; DROP TABLE card --"}, []),
        ({"text": "x' | 'y@z"}, []),
    ],
)
def test_conditions(books: Books, filter_: dict[str, Any], expected: list[str]) -> None:
    books.add(
        kind="org",
        uid="urn:uuid:a",
        name={"full": "A"},
        nicknames={"n": {"name": "Titi"}},
        organizations={"o": {"name": "Mairie"}},
        addresses={"a": {"components": [{"kind": "locality", "value": "Valbrume"}]}},
        keywords={"sorties": True},
    )
    books.add(
        uid="urn:uuid:b",
        name={"full": "B"},
        notes=LEONIE["notes"],
        phones=LEONIE["phones"],
        emails={"e": {"address": "B@Ville.example"}},
        onlineServices={"s": {"service": "Mastodon"}},
    )
    books.later()
    books.add(kind="group", name={"full": "C"}, members={"urn:uuid:b": True})
    own = {"operator": "AND", "conditions": [{"inAddressBook": books.default}, filter_]}
    ids = books("ContactCard/query", filter=own, sort=[{"property": "name/full"}])["ids"]
    names = {card["id"]: card["name"]["full"] for card in books("ContactCard/get", ids=ids or ["x"])["list"]}
    assert [names[id_] for id_ in ids] == expected


@pytest.mark.parametrize(
    ("filter_", "error"),
    [
        ({"colour": "red"}, "unsupportedFilter"),
        ({"text": 5}, "invalidArguments"),
        ({"uid": "\x00"}, "invalidArguments"),
        ({"createdAfter": "hier"}, "invalidArguments"),
        ({"operator": "XOR", "conditions": []}, "invalidArguments"),
    ],
)
def test_conditions_that_mean_nothing(books: Books, filter_: dict[str, Any], error: str) -> None:
    assert books("ContactCard/query", filter=filter_) == {"error": error}


def test_a_result_is_read_in_windows(books: Books) -> None:
    ids = [books.add(name={"full": f"Carte {letter}"}) for letter in "abcdef"]
    query = {"filter": {"text": "carte"}, "sort": [{"property": "name/full"}]}
    assert books("ContactCard/query", **query, position=1, limit=2, calculateTotal=True) == {
        "accountId": "aaaaaaaaaaaaa",
        "queryState": books("ContactCard/get", ids=[])["state"],
        "canCalculateChanges": False,
        "position": 1,
        "ids": ids[1:3],
        "total": 6,
    }
    assert books("ContactCard/query", **query, position=-2)["ids"] == ids[4:]
    assert books("ContactCard/query", **query, anchor=ids[3], anchorOffset=-1, limit=2)["ids"] == ids[2:4]
    assert books("ContactCard/query", **query, anchor="p0") == {"error": "anchorNotFound"}
    assert books("ContactCard/query", **query, position=9)["ids"] == []
    assert books("ContactCard/query", **query, limit=0)["ids"] == []


def test_sorting(books: Books) -> None:
    def person(given: str, surname: str) -> str:
        components = [{"kind": "given", "value": given}, {"kind": "surname", "value": surname}]
        return books.add(name={"components": components, "full": f"{given} {surname}"})

    zoe, eric, anne = person("Zoé", "Abricot"), person("Éric", "Dattier"), person("Anne", "dattier")
    own = {"inAddressBook": books.default}

    def order(*sort: dict[str, Any]) -> list[str]:
        ids: list[str] = books("ContactCard/query", filter=own, sort=list(sort))["ids"]
        return ids

    assert order() == [zoe, anne, eric]
    assert order({"property": "name/given"}) == [anne, eric, zoe]
    assert order({"property": "name/surname", "isAscending": False}) == [anne, eric, zoe]
    assert order({"property": "name/surname"}, {"property": "name/given", "isAscending": False}) == [zoe, eric, anne]
    assert order({"property": "created"}, {"property": "name/full"}) == [anne, eric, zoe]
    assert books("ContactCard/query", sort=[{"property": "colour"}]) == {"error": "unsupportedSort"}


def test_query_and_get_in_one_batch(books: Books) -> None:
    id_ = books.add(**LEONIE)
    reference = {"resultOf": "0", "name": "ContactCard/query", "path": "/ids"}
    calls = books.batch(("ContactCard/query", {"filter": {"text": "bergam"}}), ("ContactCard/get", {"#ids": reference}))
    assert [card["id"] for card in calls[1].arguments["list"]] == [id_]


def test_changes_of_a_query_are_not_calculated(books: Books) -> None:
    assert books("ContactCard/queryChanges", sinceQueryState="1") == {"error": "cannotCalculateChanges"}
