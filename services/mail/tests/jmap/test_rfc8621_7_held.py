"""RFC 8621 §7: what is submitted is held, and may be called back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.blobs import BlobStore
from chassis.db import Database
from services.mail.application.ports import OutgoingMessage
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.empty_database import empty
from services.mail.tests.store.world import World

SELF = "claire.fontaine@ac-montpellier.example"
JEAN = "jean.dupont@ac-montpellier.example"
UNDO_SEND = timedelta(seconds=15)


@pytest.fixture
def user(mail_database: Database, blobs: BlobStore) -> MailboxUser:
    empty(mail_database)
    return MailboxUser(World(mail_database), blobs, UNDO_SEND)


def draft(user: MailboxUser) -> str:
    fields: Any = {"from": [{"email": SELF}], "to": [{"email": JEAN}], "keywords": {"$draft": True}}
    return str(user.create(**fields)["id"])


def submit(user: MailboxUser, email: str, parameters: Any = None, **more: Any) -> Any:
    envelope = {"mailFrom": {"email": SELF, "parameters": parameters}, "rcptTo": [{"email": JEAN}]}
    return user(
        "EmailSubmission/set", create={"k": {"identityId": "i1", "emailId": email, "envelope": envelope}}, **more
    )


def created(user: MailboxUser, parameters: Any = None) -> Any:
    return submit(user, draft(user), parameters)["created"]["k"]


def get(user: MailboxUser, id_: str) -> Any:
    return user("EmailSubmission/get", ids=[id_])["list"][0]


def test_7_what_says_nothing_is_held_for_the_institution_s_while(user: MailboxUser) -> None:
    answer = created(user)
    sent_at = user.now + UNDO_SEND
    assert (answer["undoStatus"], answer["sendAt"]) == ("pending", sent_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    found = get(user, answer["id"])
    assert (found["undoStatus"], found["sendAt"], found["deliveryStatus"]) == ("pending", answer["sendAt"], None)
    assert (user.queue.taken, list(user.queue.held.values())) == ([], [sent_at])
    assert user("EmailSubmission/query", filter={"undoStatus": "pending"})["ids"] == [answer["id"]]


@pytest.mark.parametrize(
    ("parameters", "until"),
    [
        ({"HOLDFOR": "3600"}, "2026-09-01T09:00:00Z"),
        ({"holdfor": "1"}, "2026-09-01T08:00:01Z"),
        ({"HOLDFOR": "2592000"}, "2026-10-01T08:00:00Z"),
        ({"HOLDUNTIL": "2026-09-01T10:01:00+02:00"}, "2026-09-01T08:01:00Z"),
        ({"HOLDUNTIL": "2026-09-20T08:00:00Z"}, "2026-09-20T08:00:00Z"),
    ],
)
def test_rfc_4865_held_for_so_long_or_until_then(user: MailboxUser, parameters: Any, until: str) -> None:
    email = draft(user)
    user.now = datetime(2026, 9, 1, 7, 59, tzinfo=UTC)
    answer = submit(user, email, parameters)["created"]["k"]
    assert (answer["undoStatus"], answer["sendAt"]) == ("pending", until)
    assert answer["envelope"]["mailFrom"] == {"email": SELF, "parameters": parameters}
    assert list(user.queue.held.values()) == [datetime.fromisoformat(until)]
    assert get(user, answer["id"])["sendAt"] == until


@pytest.mark.parametrize("parameters", [{"HOLDFOR": "0"}, {"HOLDUNTIL": "2020-01-01T00:00:00Z"}])
def test_rfc_4865_what_need_not_wait_leaves_at_once(user: MailboxUser, parameters: Any) -> None:
    assert created(user, parameters)["undoStatus"] == "final"
    assert [message.recipients for message in user.queue.taken] == [(JEAN,)]
    assert user.queue.held == {}


@pytest.mark.parametrize(
    "parameters",
    [
        {"HOLDFOR": "2592001"},
        {"HOLDFOR": "-1"},
        {"HOLDFOR": "1.5"},
        {"HOLDFOR": 60},
        {"HOLDFOR": None},
        {"HOLDFOR": "60", "HOLDUNTIL": "2026-09-01T09:00:00Z"},
        {"HOLDFOR": "60", "holdfor": "60", "RET": "HDRS"},
        {"HOLDUNTIL": "demain"},
        {"HOLDUNTIL": "2026-12-01T09:00:00Z"},
        {"HOLDUNTIL": "9999-12-31T23:59:59-14:00"},
        {"RET": "HDRS"},
        ["HOLDFOR"],
    ],
)
def test_rfc_4865_what_is_not_a_time_within_thirty_days_is_refused(user: MailboxUser, parameters: Any) -> None:
    refused = submit(user, draft(user), parameters)["notCreated"]["k"]
    assert (refused["type"], refused["properties"]) == ("invalidProperties", ["envelope"])
    assert user.queue.held == {}


def test_7_5_called_back_in_time_it_goes_nowhere_and_the_draft_is_back(user: MailboxUser) -> None:
    drafts, sent = user.mailbox("drafts"), user.mailbox("sent")
    email = draft(user)
    away = {"#k": {f"mailboxIds/{drafts}": None, f"mailboxIds/{sent}": True, "keywords/$draft": None}}
    id_ = submit(user, email, onSuccessUpdateEmail=away)["created"]["k"]["id"]
    assert user.email(email, "mailboxIds", "keywords") == {"id": email, "mailboxIds": {sent: True}, "keywords": {}}
    state = user("EmailSubmission/get", ids=[])["state"]
    back = {id_: {f"mailboxIds/{sent}": None, f"mailboxIds/{drafts}": True, "keywords/$draft": True}}
    update = {id_: {"undoStatus": "canceled"}}
    answers = user.batch(("EmailSubmission/set", {"update": update, "onSuccessUpdateEmail": back}))
    assert [(one.name, one.arguments["updated"]) for one in answers] == [
        ("EmailSubmission/set", {id_: None}),
        ("Email/set", {email: None}),
    ]
    assert user.email(email, "mailboxIds", "keywords")["mailboxIds"] == {drafts: True}
    assert (get(user, id_)["undoStatus"], user.queue.held, user.queue.taken) == ("canceled", {}, [])
    assert user("EmailSubmission/changes", sinceState=state)["updated"] == [id_]
    assert user("EmailSubmission/set", update=update)["updated"] == {id_: None}, "it is so already"


def test_7_5_called_back_too_late_is_told_truthfully_and_the_email_stays_where_it_is(user: MailboxUser) -> None:
    email = draft(user)
    id_ = submit(user, email)["created"]["k"]["id"]
    user.queue.held.clear()  # mail-clock took it
    calls = {"update": {id_: {"undoStatus": "canceled"}}, "onSuccessUpdateEmail": {id_: {"keywords/$flagged": True}}}
    answers = user.batch(("EmailSubmission/set", calls))
    assert [one.name for one in answers] == ["EmailSubmission/set"]
    assert answers[0].arguments["notUpdated"][id_]["type"] == "cannotUnsend"
    assert user.email(email, "keywords")["keywords"] == {"$draft": True}


@pytest.mark.parametrize("status", ["final", "perhaps", None])
def test_7_5_a_client_may_only_cancel(user: MailboxUser, status: str | None) -> None:
    id_ = created(user)["id"]
    refused = user("EmailSubmission/set", update={id_: {"undoStatus": status}})["notUpdated"][id_]
    assert (refused["type"], refused["properties"]) == ("invalidProperties", ["undoStatus"])
    assert user("EmailSubmission/set", update={id_: {"undoStatus": "pending"}})["updated"] == {id_: None}
    assert len(user.queue.held) == 1


def test_7_5_destroying_the_record_or_the_email_does_not_call_back(user: MailboxUser) -> None:
    email = draft(user)
    id_ = submit(user, email)["created"]["k"]["id"]
    assert user("Email/set", destroy=[email])["destroyed"] == [email]
    assert user("EmailSubmission/set", destroy=[id_])["destroyed"] == [id_]
    assert len(user.queue.held) == 1


def test_7_5_what_is_held_has_recipients_that_exist(user: MailboxUser) -> None:
    user.queue.unknown = frozenset({JEAN})
    refused = submit(user, draft(user))["notCreated"]["k"]
    assert (refused["type"], refused["invalidRecipients"]) == ("invalidRecipients", [JEAN])
    assert user("EmailSubmission/get", ids=None)["list"] == []


def test_7_5_what_is_held_is_what_was_submitted(user: MailboxUser, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[OutgoingMessage] = []
    monkeypatch.setattr(user.queue, "hold", lambda _tx, message, _email, _until: kept.append(message))
    submit(user, draft(user))
    assert (kept[0].mail_from, kept[0].recipients) == (SELF, (JEAN,))
    assert b"From: claire.fontaine@" in user.blobs.read(kept[0].sha256)
