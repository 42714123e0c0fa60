"""RFC 9610 §2: address books."""

from typing import Any

import pytest

from services.contacts.application.jmap import address_books
from services.contacts.tests.books import Books

RIGHTS = ("mayRead", "mayWrite", "mayShare", "mayDelete")


def listed(books: Books) -> dict[str, dict[str, Any]]:
    return {book["id"]: book for book in books("AddressBook/get", ids=None)["list"]}


def add(books: Books, **properties: Any) -> str:
    outcome = books("AddressBook/set", create={"b": {"name": "Sorties"} | properties})
    id_: str = outcome["created"]["b"]["id"]
    return id_


def test_everybody_has_a_book_and_the_directory(books: Books) -> None:
    found = listed(books)
    assert list(found) == [books.default, "directory"]
    assert [found[books.default]["myRights"][right] for right in RIGHTS] == [True, True, False, False]
    assert [found["directory"]["myRights"][right] for right in RIGHTS] == [True, False, False, False]
    assert (found["directory"]["name"], found["directory"]["isDefault"]) == ("Annuaire académique", False)
    assert books("AddressBook/query", calculateTotal=True)["ids"] == [books.default, "directory"]


def test_a_book_is_made_renamed_and_destroyed(books: Books) -> None:
    id_ = add(books, description="Partenaires", sortOrder=3)
    assert listed(books)[id_]["description"] == "Partenaires"
    assert books("AddressBook/set", update={id_: {"name": "Théâtre", "description": None}})["updated"] == {id_: None}
    assert (listed(books)[id_]["name"], listed(books)[id_]["description"]) == ("Théâtre", None)
    assert books("AddressBook/set", destroy=[id_])["destroyed"] == [id_]
    assert id_ not in listed(books)


@pytest.mark.parametrize(
    ("properties", "names"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 256}, ["name"]),
        ({"name": "a\nb"}, ["name"]),
        ({"sortOrder": -1}, ["sortOrder"]),
        ({"isDefault": False, "colour": 1}, ["colour", "isDefault"]),
    ],
)
def test_what_a_book_may_not_be(books: Books, properties: dict[str, Any], names: list[str]) -> None:
    outcome = books("AddressBook/set", create={"b": {"name": "x"} | properties}, update={books.default: properties})
    assert outcome["notCreated"]["b"] == {"type": "invalidProperties", "properties": names}
    assert outcome["notUpdated"][books.default] == {"type": "invalidProperties", "properties": names}


def test_the_directory_and_the_default_book_stay(books: Books) -> None:
    outcome = books("AddressBook/set", update={"directory": {"name": "x"}}, destroy=["directory", books.default])
    assert outcome["notUpdated"]["directory"]["type"] == "forbidden"
    assert {id_: error["type"] for id_, error in outcome["notDestroyed"].items()} == {
        "directory": "forbidden",
        books.default: "forbidden",
    }


def test_a_book_with_cards_goes_only_when_that_is_meant(books: Books) -> None:
    id_ = add(books)
    card = books.add(addressBookIds={id_: True})
    kept = books.add()
    assert books("AddressBook/set", destroy=[id_])["notDestroyed"][id_]["type"] == "addressBookHasContents"
    state = books("ContactCard/get", ids=[])["state"]
    assert books("AddressBook/set", destroy=[id_], onDestroyRemoveContents=True)["destroyed"] == [id_]
    after = books("ContactCard/get", ids=[card, kept])
    assert (after["notFound"], after["state"] != state) == ([card], True)


def test_another_book_becomes_the_default(books: Books) -> None:
    outcome = books("AddressBook/set", create={"b": {"name": "Sorties"}}, onSuccessSetIsDefault="#b")
    id_ = outcome["created"]["b"]["id"]
    assert outcome["created"]["b"]["isDefault"] is True
    assert outcome["updated"] == {books.default: {"isDefault": False}}
    assert [book["id"] for book in listed(books).values() if book["isDefault"]] == [id_]
    assert books("AddressBook/set", destroy=[books.default])["destroyed"] == [books.default]


def test_the_default_stays_when_something_failed(books: Books) -> None:
    id_ = add(books)
    books("AddressBook/set", destroy=["b999"], onSuccessSetIsDefault=id_)
    assert listed(books)[books.default]["isDefault"]


def test_an_account_keeps_a_bounded_number_of_books(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_books, "MAX_BOOKS", 1)
    assert books("AddressBook/set", create={"b": {"name": "x"}})["notCreated"]["b"]["type"] == "overQuota"


def test_a_set_that_saw_another_state_does_nothing(books: Books) -> None:
    state = books("AddressBook/get", ids=[])["state"]
    add(books)
    assert books("AddressBook/set", ifInState=state, create={"b": {"name": "x"}}) == {"error": "stateMismatch"}
    assert books("AddressBook/changes", sinceState=state) == {"error": "cannotCalculateChanges"}


def test_unknown_ids_are_not_found(books: Books) -> None:
    ids = ["b0", "b999999999999999999999", "x", "directory"]
    answer = books("AddressBook/get", ids=ids, properties=["name"])
    assert (answer["list"], answer["notFound"]) == ([{"id": "directory", "name": "Annuaire académique"}], ids[:3])
    assert books("AddressBook/set", update={"b999": {"name": "x"}})["notUpdated"]["b999"]["type"] == "notFound"
