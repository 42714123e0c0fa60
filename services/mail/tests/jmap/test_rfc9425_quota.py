"""RFC 9425: Quota/get, /changes, /query, /queryChanges; overQuota of what RFC 8621 creates."""

import json
from typing import Any

import pytest

from services.mail.adapters.store.quotas import Quotas
from services.mail.application.quotas import ManageQuotas
from services.mail.application.rows import UNLIMITED, BlobRow
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT

MESSAGE = b"From: a@b.example\r\nSubject: Bonjour\r\n\r\nBonjour\r\n"
OCTETS, COUNT = "q1", "q2"


def limit(user: MailboxUser, octets: int | None, emails: int | None = None) -> None:
    office = ManageQuotas(user.world.database, Quotas(), UNLIMITED)
    office.limit("claire.fontaine@ac-montpellier.example", octets, emails)


def quotas(user: MailboxUser) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in user("Quota/get", ids=None)["list"]}


def test_4_1_get_shows_octets_and_emails(user: MailboxUser) -> None:
    limit(user, 1_000, 10)
    size = user.import_(MESSAGE)["size"]
    got = user("Quota/get", ids=[OCTETS, COUNT, "q3", "x"])
    assert got["list"] == [
        {
            "id": OCTETS,
            "resourceType": "octets",
            "used": size,
            "hardLimit": 1_000,
            "scope": "account",
            "name": "Place",
            "types": ["Email"],
            "warnLimit": 900,
            "softLimit": None,
            "description": None,
        },
        {
            "id": COUNT,
            "resourceType": "count",
            "used": 1,
            "hardLimit": 10,
            "scope": "account",
            "name": "Messages",
            "types": ["Email"],
            "warnLimit": 9,
            "softLimit": None,
            "description": None,
        },
    ]
    assert got["notFound"] == ["q3", "x"]
    assert user("Quota/get", ids=[COUNT], properties=["used"])["list"] == [{"id": COUNT, "used": 1}]


def test_4_3_changes_say_whether_only_the_use_moved(user: MailboxUser) -> None:
    start = user("Quota/get", ids=[])["state"]
    assert user("Quota/changes", sinceState=start)["updated"] == []
    user.import_(MESSAGE)
    changes = user("Quota/changes", sinceState=start)
    assert (changes["created"], changes["destroyed"], changes["hasMoreChanges"]) == ([], [], False)
    assert sorted(changes["updated"]) == [OCTETS, COUNT]
    assert changes["updatedProperties"] == ["used"]
    assert changes["newState"] == user("Quota/get", ids=[])["state"]
    limit(user, 5_000)
    assert user("Quota/changes", sinceState=changes["newState"])["updatedProperties"] is None
    assert user.error("Quota/changes", sinceState="999999") == "cannotCalculateChanges"


def test_4_3_changes_may_be_told_one_by_one(user: MailboxUser) -> None:
    state = user("Quota/get", ids=[])["state"]
    user.import_(MESSAGE)
    told: list[str] = []
    while (changes := user("Quota/changes", sinceState=state, maxChanges=1))["updated"]:
        told += changes["updated"]
        state = changes["newState"]
    assert sorted(told) == [OCTETS, COUNT]
    assert state == user("Quota/get", ids=[])["state"]


def test_nothing_moves_the_state_but_use_and_limits(user: MailboxUser) -> None:
    email = user.import_(MESSAGE)["id"]
    state = user("Quota/get", ids=[])["state"]
    user("Email/set", update={email: {"keywords/$seen": True}})
    assert user("Quota/get", ids=[])["state"] == state
    user("Email/set", destroy=[email])
    assert user("Quota/get", ids=[])["state"] != state
    assert [one["used"] for one in quotas(user).values()] == [0, 0]


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (None, [OCTETS, COUNT]),
        ({"resourceType": "count"}, [COUNT]),
        ({"name": "place"}, [OCTETS]),
        ({"scope": "account", "type": "Email"}, [OCTETS, COUNT]),
        ({"scope": "global"}, []),
        ({"operator": "NOT", "conditions": [{"resourceType": "octets"}]}, [COUNT]),
    ],
)
def test_4_4_query_filters(user: MailboxUser, filter_: Any, found: list[str]) -> None:
    assert user("Quota/query", filter=filter_)["ids"] == found


def test_4_4_query_sorts(user: MailboxUser) -> None:
    user.import_(MESSAGE)
    ascending = user("Quota/query", sort=[{"property": "used"}], calculateTotal=True)
    assert (ascending["ids"], ascending["total"]) == ([COUNT, OCTETS], 2)
    assert user("Quota/query", sort=[{"property": "name"}])["ids"] == [COUNT, OCTETS]
    assert user("Quota/query", sort=[{"property": "used", "isAscending": False}])["ids"] == [OCTETS, COUNT]
    assert user.error("Quota/query", sort=[{"property": "hardLimit"}]) == "unsupportedSort"
    assert user.error("Quota/query", filter={"size": 3}) == "unsupportedFilter"


def test_4_5_query_changes_lead_from_the_old_result_to_the_new(user: MailboxUser) -> None:
    sort = [{"property": "used", "isAscending": False}]
    before = user("Quota/query", sort=sort)
    user.import_(MESSAGE)
    changes = user("Quota/queryChanges", sort=sort, sinceQueryState=before["queryState"])
    ids = [id_ for id_ in before["ids"] if id_ not in changes["removed"]]
    for one in changes["added"]:
        ids.insert(one["index"], one["id"])
    assert ids == user("Quota/query", sort=sort)["ids"] == [OCTETS, COUNT]


def test_8621_4_6_a_set_that_does_not_fit_is_over_quota_and_the_rest_goes_on(user: MailboxUser) -> None:
    limit(user, None, 1)
    draft = {"mailboxIds": {user.mailbox("drafts"): True}, "subject": "Brouillon"}
    response = user("Email/set", create={"a": draft, "b": draft})
    assert list(response["created"]) == ["a"]
    assert response["notCreated"]["b"]["type"] == "overQuota"
    assert quotas(user)[COUNT]["used"] == 1
    keep = response["created"]["a"]["id"]
    assert user("Email/set", update={keep: {"keywords/$seen": True}})["notUpdated"] is None


def test_8621_4_8_an_import_that_does_not_fit_is_over_quota(user: MailboxUser) -> None:
    limit(user, len(MESSAGE) + 1)
    user.import_(MESSAGE)
    one = {"blobId": user.upload(MESSAGE), "mailboxIds": {user.mailbox("inbox"): True}}
    assert user("Email/import", emails={"k": one})["notCreated"]["k"]["type"] == "overQuota"


def test_8621_7_5_who_is_over_quota_may_still_send(user: MailboxUser) -> None:
    email = user.create(
        subject="Tout dernier",
        **{"from": [{"email": "claire.fontaine@ac-montpellier.example"}], "to": [{"email": "a@b.example"}]},
    )["id"]
    limit(user, 1, 1)
    identity = user("Identity/get", ids=None)["list"][0]["id"]
    sent = user("EmailSubmission/set", create={"s": {"emailId": email, "identityId": identity}})
    assert sent["notCreated"] is None


def test_8620_6_uploads_past_their_own_quota_push_the_oldest_out(user: MailboxUser) -> None:
    def upload(digit: str, size: int) -> str:
        user.world.store.register_blob(AGENT, BlobRow(digit * 64, size, "image/png"))
        return digit * 64

    names = [upload(digit, 400_000_000) for digit in "abc"]
    with user.world.store.view(AGENT) as view:
        assert {row.sha256 for row in view.blobs(names)} == set(names[1:])
    upload("a", 400_000_000)
    with user.world.store.view(AGENT) as view:
        assert {row.sha256 for row in view.blobs(names)} == {names[0], names[2]}


def test_a_change_of_use_is_told_to_those_who_listen(user: MailboxUser) -> None:
    user.import_(MESSAGE)
    assert "Quota" in json.loads(user.world.events()[-1])["changed"]
