"""The directory: what events make of it, and how a colleague is found."""

import pytest

from contracts.auth import AccountChanged
from services.contacts.application.name_establishments import name_establishments
from services.contacts.tests.books import ACCOUNT, Books, agent

CAMILLE = agent(
    "abbbbbbbbbbbb",
    address="camille.brindacier@ac-montpellier.example",
    given_name="Camille",
    family_name="Brindacier",
    category="direction",
    uai="0300002B",
    departement="Gard",
)
JEAN = agent(
    "acccccccccccc",
    address="jean-francois.dales2@ac-montpellier.example",
    given_name="Jean-François",
    family_name="d’Alès",
    category="inspection",
    uai="0300002B",
    departement="Gard",
)
NAMES = {"0340001A": "Collège Jules-Fictif", "0300002B": "Lycée Marie-Imaginaire"}


@pytest.fixture
def directory(books: Books) -> Books:
    name_establishments(books.store, NAMES)
    books.hear(CAMILLE)
    books.hear(JEAN)
    return books


def test_a_colleague_is_a_card_that_nobody_may_write(directory: Books) -> None:
    (id_,) = directory("ContactCard/query", filter={"text": "brindacier"})["ids"]
    card = directory.card(id_)
    assert {name: card[name] for name in ("addressBookIds", "kind", "name", "emails", "titles", "organizations")} == {
        "addressBookIds": {"directory": True},
        "kind": "individual",
        "name": {
            "components": [{"kind": "given", "value": "Camille"}, {"kind": "surname", "value": "Brindacier"}],
            "isOrdered": True,
            "full": "Camille Brindacier",
        },
        "emails": {"work": {"address": "camille.brindacier@ac-montpellier.example", "contexts": {"work": True}}},
        "titles": {"category": {"kind": "title", "name": "direction", "organizationId": "establishment"}},
        "organizations": {"establishment": {"name": "Lycée Marie-Imaginaire"}},
    }
    outcome = directory("ContactCard/set", update={id_: {"kind": "org"}}, destroy=[id_])
    assert outcome["notUpdated"][id_]["type"] == outcome["notDestroyed"][id_]["type"] == "forbidden"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brin", ["Camille Brindacier"]),
        ("BRÎN cam", ["Camille Brindacier"]),
        ("camille.brindacier@ac-mont", ["Camille Brindacier"]),
        ("dalès", ["Jean-François d’Alès"]),
        ("d'ales jean-fr", ["Jean-François d’Alès"]),
        ("imaginaire", ["Camille Brindacier", "Jean-François d’Alès"]),
        ("lycée direction", ["Camille Brindacier"]),
        ("0300002b", ["Camille Brindacier", "Jean-François d’Alès"]),
        ("enseignant 2nd", ["Solène Tournesol"]),
        ("herault", ["Solène Tournesol"]),
        ("montpellier", []),
        ("brindacier tournesol", []),
        ("rindacier", []),
        ("🎓", []),
        ("", ["Camille Brindacier", "Jean-François d’Alès", "Solène Tournesol"]),
    ],
)
def test_colleagues_are_found_by_name_address_establishment_and_category(
    directory: Books, text: str, expected: list[str]
) -> None:
    assert directory.found(text) == expected


def test_a_condition_on_one_part_looks_nowhere_else(directory: Books) -> None:
    assert directory.found(name="direction") == []
    assert directory.found(organization="marie") == ["Camille Brindacier", "Jean-François d’Alès"]
    assert directory.found(email="jean-francois.dales2@") == ["Jean-François d’Alès"]
    assert directory.found(**{"name/given": "camille"}) == ["Camille Brindacier"]
    assert directory.found(**{"name/surname": "camille"}) == []
    assert directory.found(address="gard", organization="lycée", name="cam") == ["Camille Brindacier"]


def test_who_left_is_hidden_and_who_is_suspended_is_not(directory: Books) -> None:
    (id_,) = directory("ContactCard/query", filter={"text": "brindacier"})["ids"]
    directory.hear(CAMILLE, "departed", event=AccountChanged)
    directory.hear(JEAN, "suspended", event=AccountChanged)
    assert directory.found("") == ["Jean-François d’Alès", "Solène Tournesol"]
    assert directory("ContactCard/get", ids=[id_])["notFound"] == [id_]
    assert directory("ContactCard/set", destroy=[id_])["notDestroyed"][id_]["type"] == "notFound"


def test_events_in_any_order_leave_the_latest(books: Books) -> None:
    books.hear(CAMILLE.model_copy(update={"category": "inspection"}), "active", sequence=9, event=AccountChanged)
    books.hear(CAMILLE, "never_activated", sequence=5)
    assert books.found("camille inspection") == ["Camille Brindacier"]
    assert books.found("camille direction") == []


def test_hearing_of_an_account_again_makes_no_second_address_book(books: Books) -> None:
    books.hear(agent(category="direction"), event=AccountChanged)
    books.hear(agent(category="direction"), event=AccountChanged)
    names = [book["name"] for book in books("AddressBook/get", ids=None)["list"]]
    assert names == ["Mes contacts", "Annuaire académique"]


def test_the_state_of_cards_moves_with_the_directory(books: Books) -> None:
    before = books("ContactCard/get", ids=[])["state"]
    assert books("ContactCard/changes", sinceState=before)["created"] == []
    books.hear(CAMILLE)
    assert books("ContactCard/get", ids=[])["state"] != before
    assert books("ContactCard/changes", sinceState=before) == {"error": "cannotCalculateChanges"}


def test_a_renamed_establishment_is_found_by_its_new_name_only(directory: Books) -> None:
    assert name_establishments(directory.store, NAMES) == 0
    assert name_establishments(directory.store, NAMES | {"0300002B": "Lycée Ada-Fictive"}) == 1
    assert directory.found("ada") == ["Camille Brindacier", "Jean-François d’Alès"]
    assert directory.found("imaginaire") == []
    assert name_establishments(directory.store, {}) == 2
    assert directory.found("ada") == []
    (id_,) = directory("ContactCard/query", filter={"text": "brindacier"})["ids"]
    assert directory.card(id_)["organizations"] == {"establishment": {"name": "0300002B"}}


def test_an_account_not_heard_of_yet_is_not_found(books: Books) -> None:
    for name in ("AddressBook/get", "ContactCard/query", "ContactCard/set"):
        (response,) = books.batch((name, {}), account="azzzzzzzzzzzz")
        assert response.arguments["type"] == "accountNotFound"


def test_accounts_do_not_see_each_others_cards(directory: Books) -> None:
    mine = directory.add(name={"full": "Secret de Solène"})
    theirs = directory.batch(
        ("ContactCard/get", {"ids": [mine]}),
        ("ContactCard/query", {"filter": {"text": "secret"}}),
        ("AddressBook/get", {"ids": [directory.default]}),
        ("ContactCard/set", {"destroy": [mine]}),
        account=CAMILLE.account_id,
    )
    assert theirs[0].arguments["notFound"] == [mine]
    assert theirs[1].arguments["ids"] == []
    assert theirs[2].arguments["notFound"] == [directory.default]
    assert theirs[3].arguments["notDestroyed"][mine]["type"] == "notFound"
    assert directory.card(mine)["name"]["full"] == "Secret de Solène"


def test_each_write_is_told_to_the_account_alone(directory: Books) -> None:
    with directory.database.transaction() as tx:
        tx.execute("DELETE FROM outbox")
    directory.add(name={"full": "Basile"})
    with directory.database.transaction() as tx:
        told = tx.all("SELECT routing_key, payload::jsonb AS body FROM outbox")
    state = directory("ContactCard/get", ids=[])["state"]
    assert [dict(row) for row in told] == [
        {"routing_key": "contacts.state.changed", "body": {"account_id": ACCOUNT, "changed": {"ContactCard": state}}}
    ]
