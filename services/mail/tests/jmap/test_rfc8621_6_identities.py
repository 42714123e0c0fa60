"""RFC 8621 §6: Identities."""

from typing import Any

import pytest

from contracts.auth import AccountChanged, Agent
from services.mail.domain.identities import MAX_IDENTITIES, MAX_SIGNATURE
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT

ADDRESS = "claire.fontaine@ac-montpellier.example"
OWN = {
    "id": "i1",
    "name": "Claire Fontaine",
    "email": ADDRESS,
    "replyTo": None,
    "bcc": None,
    "textSignature": "",
    "htmlSignature": "",
    "mayDelete": False,
}


def identity(user: MailboxUser, id_: str) -> Any:
    return user("Identity/get", ids=[id_])["list"][0]


def created(user: MailboxUser, **properties: Any) -> Any:
    response = user("Identity/set", create={"k": {"email": ADDRESS} | properties})
    assert response["notCreated"] is None, response["notCreated"]
    return response["created"]["k"]


def refusal(user: MailboxUser, **arguments: Any) -> Any:
    state = user("Identity/get", ids=[])["state"]
    response = user("Identity/set", **arguments)
    assert response["oldState"] == response["newState"] == state
    for kind in ("notCreated", "notUpdated", "notDestroyed"):
        if response[kind]:
            return next(iter(response[kind].values()))
    raise AssertionError("nothing was refused")


def rename(user: MailboxUser, family_name: str) -> None:
    agent = Agent(
        account_id=AGENT,
        address=ADDRESS,
        given_name="Claire",
        family_name=family_name,
        category="enseignant 2nd degré",
        uai="0340001A",
        departement="Hérault",
    )
    user.world.sequence += 1
    with user.world.database.transaction() as tx:
        user.world.accounts.apply(tx, AccountChanged(sequence=user.world.sequence, agent=agent, state="active"))


def test_6_1_the_account_has_its_address(user: MailboxUser) -> None:
    assert user("Identity/get", ids=None)["list"] == [OWN]
    got = user("Identity/get", ids=["i2", "i1"], properties=["email"])
    assert (got["list"], got["notFound"]) == ([{"id": "i1", "email": ADDRESS}], ["i2"])
    assert user.error("Identity/get", ids=None, properties=["colour"]) == "invalidArguments"


def test_6_2_a_change_of_name_is_told(user: MailboxUser) -> None:
    state = user("Identity/get", ids=None)["state"]
    assert user("Identity/changes", sinceState=state)["updated"] == []
    rename(user, "Fontaine-Roux")
    assert user("Identity/changes", sinceState=state)["updated"] == ["i1"]
    assert identity(user, "i1")["name"] == "Claire Fontaine-Roux"


def test_6_2_every_change_is_told_and_no_other(user: MailboxUser) -> None:
    start = user("Identity/get", ids=[])["state"]
    first, second = created(user)["id"], created(user)["id"]
    middle = user("Identity/get", ids=[])["state"]
    user("Identity/set", update={first: {"name": "A"}, "i1": {"textSignature": "Claire"}}, destroy=[second])
    changes = user("Identity/changes", sinceState=start)
    assert (changes["created"], changes["updated"], changes["destroyed"]) == ([first], ["i1"], [])
    changes = user("Identity/changes", sinceState=middle)
    assert (changes["created"], changes["updated"], changes["destroyed"]) == ([], [first, "i1"], [second])
    step = user("Identity/changes", sinceState=middle, maxChanges=1)
    assert (step["updated"], step["hasMoreChanges"]) == ([first], True)


def test_6_3_an_identity_is_made_with_its_signatures(user: MailboxUser) -> None:
    given = {
        "name": "Claire Fontaine, professeure principale",
        "replyTo": [{"name": "Vie scolaire", "email": "vs@ac-montpellier.example"}],
        "bcc": [{"email": "archives@ac-montpellier.example"}],
        "textSignature": "Claire\n6e B",
        "htmlSignature": "<p>Claire<script>alert(1)</script></p>",
    }
    made = created(user, **given)
    assert (made["mayDelete"], made["bcc"]) == (True, [{"name": None, "email": "archives@ac-montpellier.example"}])
    assert "textSignature" not in made
    assert identity(user, made["id"]) == given | {"id": made["id"], "email": ADDRESS, "mayDelete": True} | {
        "bcc": made["bcc"]
    }


def test_6_3_what_was_not_given_is_told(user: MailboxUser) -> None:
    made = created(user)
    assert made | {"email": ADDRESS} == OWN | {"id": made["id"], "name": "", "mayDelete": True}


@pytest.mark.parametrize("email", ["jean.dupont@ac-montpellier.example", "*@ac-montpellier.example", "", "x"])
def test_6_3_only_from_ones_own_address(user: MailboxUser, email: str) -> None:
    assert refusal(user, create={"k": {"email": email}})["type"] == "forbiddenFrom"


def test_6_3_the_address_knows_no_case(user: MailboxUser) -> None:
    assert created(user, email=ADDRESS.title())["email"] == ADDRESS


@pytest.mark.parametrize(
    ("properties", "wrong"),
    [
        ({"email": None}, ["email"]),
        ({"name": "a\nb"}, ["name"]),
        ({"name": None}, ["name"]),
        ({"textSignature": 3}, ["textSignature"]),
        ({"htmlSignature": "a\0b"}, ["htmlSignature"]),
        ({"replyTo": "x@y.example"}, ["replyTo"]),
        ({"bcc": [{"email": "pas une adresse"}]}, ["bcc"]),
        ({"bcc": [{"email": "a@b.example", "group": "x"}]}, ["bcc"]),
        ({"id": "i9", "mayDelete": True, "colour": 1}, ["colour", "id", "mayDelete"]),
    ],
)
def test_6_3_what_an_identity_may_not_be(user: MailboxUser, properties: Any, wrong: list[str]) -> None:
    error = refusal(user, create={"k": {"email": ADDRESS} | properties})
    assert (error["type"], error["properties"]) == ("invalidProperties", wrong)


def test_6_3_bounds(user: MailboxUser) -> None:
    assert refusal(user, create={"k": {"email": ADDRESS, "htmlSignature": "x" * (MAX_SIGNATURE + 1)}})["type"] == (
        "tooLarge"
    )
    many = {f"k{number}": {"email": ADDRESS} for number in range(MAX_IDENTITIES)}
    response = user("Identity/set", create=many)
    assert len(response["created"]) == MAX_IDENTITIES - 1
    assert [error["type"] for error in response["notCreated"].values()] == ["overQuota"]


def test_6_3_an_update_is_a_patch_or_the_whole(user: MailboxUser) -> None:
    made = created(user, name="Claire")
    whole = identity(user, made["id"])
    assert user("Identity/set", update={made["id"]: whole | {"textSignature": "C."}})["updated"] == {made["id"]: None}
    assert identity(user, made["id"]) == whole | {"textSignature": "C."}
    user("Identity/set", update={made["id"]: {"textSignature": None}})
    assert identity(user, made["id"]) == whole
    for patch in ({"email": "autre@ac-montpellier.example"}, {"mayDelete": False}, {"id": "i1"}, {"colour": 1}):
        error = refusal(user, update={made["id"]: patch})
        assert (error["type"], error["properties"]) == ("invalidProperties", list(patch))


def test_6_3_the_own_name_follows_the_directory_until_it_is_changed(user: MailboxUser) -> None:
    user("Identity/set", update={"i1": {"textSignature": "Claire"}})
    rename(user, "Fontaine-Roux")
    assert identity(user, "i1")["name"] == "Claire Fontaine-Roux"
    user("Identity/set", update={"i1": {"name": "Mme Fontaine"}})
    rename(user, "Roux")
    assert identity(user, "i1")["name"] == "Mme Fontaine"


def test_6_3_the_own_identity_stays(user: MailboxUser) -> None:
    assert refusal(user, destroy=["i1"])["type"] == "forbidden"
    assert refusal(user, destroy=["i99"])["type"] == "notFound"
    made = created(user)["id"]
    assert user("Identity/set", destroy=[made, made])["destroyed"] == [made]
    assert user("Identity/get", ids=None)["list"] == [OWN]


def test_6_3_if_in_state_and_creation_ids(user: MailboxUser) -> None:
    assert user.error("Identity/set", ifInState="0", create={"k": {"email": ADDRESS}}) == "stateMismatch"
    first, second = user.batch(
        ("Identity/set", {"create": {"k": {"email": ADDRESS}}}),
        ("Identity/set", {"update": {"#k": {"name": "Nouveau"}, "#none": {}}}),
    )
    id_ = first.arguments["created"]["k"]["id"]
    assert second.arguments["updated"] == {"#k": None}
    assert second.arguments["notUpdated"]["#none"]["type"] == "notFound"
    assert identity(user, id_)["name"] == "Nouveau"


def test_7_5_a_submission_names_an_identity_of_the_account(user: MailboxUser) -> None:
    made = created(user, name="Autre")["id"]
    email = user.create(**{"from": [{"email": ADDRESS}], "to": [{"email": "a@ailleurs.example"}]})["id"]
    bad, good = ({"identityId": id_, "emailId": email} for id_ in ("i99", made))
    response = user("EmailSubmission/set", create={"bad": bad, "good": good})
    assert response["notCreated"]["bad"]["properties"] == ["identityId"]
    id_ = response["created"]["good"]["id"]
    assert user("EmailSubmission/get", ids=[id_], properties=["identityId"])["list"][0]["identityId"] == made
    assert user("EmailSubmission/query", filter={"identityIds": [made]})["ids"] == [id_]
    assert user("EmailSubmission/query", filter={"identityIds": ["i1"]})["ids"] == []
