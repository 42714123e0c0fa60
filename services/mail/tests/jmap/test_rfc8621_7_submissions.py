"""RFC 8621 §7: Email submission."""

from typing import Any

import pytest
from psycopg2 import OperationalError

from services.mail.adapters.store.store import PostgresWrite
from services.mail.application.ports import RecipientStatus
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT

SELF = "claire.fontaine@ac-montpellier.example"
JEAN = "jean.dupont@ac-montpellier.example"


def draft(user: MailboxUser, **more: Any) -> str:
    given = {
        "from": [{"email": SELF}],
        "to": [{"email": JEAN}],
        "cc": [{"email": "paul@outside.example"}, {"email": JEAN}],
        "bcc": [{"email": "secret@outside.example"}],
        "subject": "Ordre du jour",
        "textBody": [{"partId": "t"}],
        "bodyValues": {"t": user.value("Bcc: ceci est du texte\n")},
        "keywords": {"$draft": True, "$seen": True},
    }
    return str(user.create(**(given | more))["id"])


def submit(user: MailboxUser, email: str, **more: Any) -> Any:
    return user("EmailSubmission/set", create={"k": {"identityId": "i1", "emailId": email} | more})


def refusal(user: MailboxUser, email: str, **more: Any) -> Any:
    response = submit(user, email, **more)
    assert user.queue.taken == []
    assert response["newState"] == response["oldState"]
    return response["notCreated"]["k"]


def test_7_the_envelope_comes_from_the_header_and_bcc_does_not_travel(user: MailboxUser) -> None:
    email = draft(user)
    created = submit(user, email)["created"]["k"]
    assert created["undoStatus"] == "final"
    sent = user.queue.taken[0]
    assert (sent.mail_from, sent.recipients) == (SELF, (JEAN, "paul@outside.example", "secret@outside.example"))
    octets = user.blobs.read(sent.sha256)
    assert (len(octets), sent.account_id) == (sent.size, AGENT)
    header, _, body = octets.partition(b"\r\n\r\n")
    assert b"\nBcc:" not in header
    assert b"secret@" not in octets
    assert b"Bcc: ceci est du texte" in body
    assert user.email(email, "bcc")["bcc"] == [{"name": None, "email": "secret@outside.example"}]


def test_7_without_bcc_the_very_octets_travel(user: MailboxUser) -> None:
    submit(user, draft(user, bcc=None))
    with user.world.database.transaction() as tx:
        assert tx.only("SELECT sha256 FROM message")["sha256"] == user.queue.taken[0].sha256


def test_7_1_get_query_and_changes(user: MailboxUser) -> None:
    email = draft(user)
    id_ = submit(user, email)["created"]["k"]["id"]
    got = user("EmailSubmission/get", ids=None)
    submission = got["list"][0]
    assert (submission["id"], submission["identityId"], submission["emailId"]) == (id_, "i1", email)
    assert submission["envelope"]["mailFrom"] == {"email": SELF, "parameters": None}
    assert submission["envelope"]["rcptTo"][0]["email"] == JEAN
    assert submission["deliveryStatus"][JEAN]["delivered"] == "queued"
    with user.world.database.transaction() as tx:
        user.world.mailstore.record_delivery(tx, AGENT, int(id_[1:]), {JEAN: RecipientStatus("250 2.1.5 OK", "yes")})
    assert user("EmailSubmission/changes", sinceState=got["state"])["updated"] == [id_]
    status = user("EmailSubmission/get", ids=[id_], properties=["deliveryStatus"])["list"][0]["deliveryStatus"]
    assert status[JEAN] == {"smtpReply": "250 2.1.5 OK", "delivered": "yes", "displayed": "unknown"}
    assert status["secret@outside.example"]["delivered"] == "queued"
    assert user("EmailSubmission/query", filter={"emailIds": [email]}, sort=[{"property": "sentAt"}])["ids"] == [id_]
    assert user("EmailSubmission/query", filter={"undoStatus": "pending"}, calculateTotal=True)["total"] == 0
    assert user.error("EmailSubmission/query", filter={"colour": 1}) == "unsupportedFilter"


@pytest.mark.parametrize("filter_", [None, {"undoStatus": "final"}])
def test_7_4_query_changes(user: MailboxUser, filter_: Any) -> None:
    email = draft(user)
    first, second = (submit(user, email)["created"]["k"]["id"] for _ in range(2))
    asked = {"filter": filter_, "sort": [{"property": "sentAt"}]}
    before = user("EmailSubmission/query", **asked)
    assert (before["ids"], before["canCalculateChanges"]) == ([first, second], True)
    with user.world.database.transaction() as tx:
        status = {JEAN: RecipientStatus("250 2.1.5 OK", "yes")}
        user.world.mailstore.record_delivery(tx, AGENT, int(second[1:]), status)
    third = submit(user, email)["created"]["k"]["id"]
    user("EmailSubmission/set", destroy=[first])
    since = before["queryState"]
    delta = user("EmailSubmission/queryChanges", sinceQueryState=since, calculateTotal=True, **asked)
    moved = [] if filter_ is None else [second]
    assert sorted(delta["removed"]) == sorted([first, *moved])
    assert [item["id"] for item in delta["added"]] == [*moved, third]
    assert delta["total"] == 2
    assert user.error("EmailSubmission/queryChanges", sinceQueryState=since, maxChanges=1, **asked) == "tooManyChanges"
    seen = user("EmailSubmission/queryChanges", sinceQueryState=since, upToId=second, **asked)
    assert [item["id"] for item in seen["added"]] == ([] if filter_ is None else [second, third])


def test_7_5_the_draft_becomes_a_sent_email_in_the_same_request(user: MailboxUser) -> None:
    drafts, sent = user.mailbox("drafts"), user.mailbox("sent")
    patch = {f"mailboxIds/{drafts}": None, f"mailboxIds/{sent}": True, "keywords/$draft": None}
    responses = user.batch(
        (
            "Email/set",
            {
                "create": {
                    "d": {
                        "mailboxIds": {drafts: True},
                        "keywords": {"$draft": True},
                        "from": [{"email": SELF}],
                        "to": [{"email": JEAN}],
                        "subject": "x",
                    }
                }
            },
        ),
        (
            "EmailSubmission/set",
            {"create": {"s": {"identityId": "i1", "emailId": "#d"}}, "onSuccessUpdateEmail": {"#s": patch}},
        ),
    )
    assert [(one.name, one.call_id) for one in responses] == [
        ("Email/set", "0"),
        ("EmailSubmission/set", "1"),
        ("Email/set", "1"),
    ]
    email = responses[0].arguments["created"]["d"]["id"]
    assert responses[2].arguments["updated"] == {email: None}
    assert user.email(email, "mailboxIds", "keywords") == {"id": email, "mailboxIds": {sent: True}, "keywords": {}}


def test_7_5_on_success_destroy_email(user: MailboxUser) -> None:
    email, kept = draft(user), draft(user, to=None, cc=None, bcc=None)
    calls = {
        "create": {"s": {"identityId": "i1", "emailId": email}, "f": {"identityId": "i1", "emailId": kept}},
        "onSuccessDestroyEmail": ["#s", "#f"],
    }
    responses = user.batch(("EmailSubmission/set", calls))
    assert responses[0].arguments["notCreated"]["f"]["type"] == "noRecipients"
    assert responses[1].arguments["destroyed"] == [email]
    assert user("Email/get", ids=[email, kept])["notFound"] == [email]
    assert len(user.queue.taken) == 1
    error = user.error("EmailSubmission/set", onSuccessDestroyEmail=["#another"])
    assert error == "invalidArguments"


@pytest.mark.parametrize("follow_up", ["onSuccessUpdateEmail", "onSuccessDestroyEmail"])
def test_7_5_where_the_follow_up_breaks_down_nothing_was_sent(
    user: MailboxUser, follow_up: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outage(*_: Any) -> None:
        raise OperationalError

    email = draft(user)
    before = user("EmailSubmission/get", ids=None)
    email_state = user("Email/get", ids=[])["state"]
    create = {"s": {"identityId": "i1", "emailId": email}}
    after = {"#s": {"keywords/$draft": None}} if follow_up == "onSuccessUpdateEmail" else ["#s"]
    with monkeypatch.context() as broken:
        broken.setattr(PostgresWrite, "change_emails", outage)
        broken.setattr(PostgresWrite, "destroy_emails", outage)
        assert user.error("EmailSubmission/set", create=create, **{follow_up: after}) == "serverFail"
    assert user("EmailSubmission/get", ids=None) == before
    assert user("Email/get", ids=[])["state"] == email_state
    responses = user.batch(("EmailSubmission/set", {"create": create, follow_up: after}))
    assert [one.name for one in responses] == ["EmailSubmission/set", "Email/set"]
    assert len(user("EmailSubmission/get", ids=None)["list"]) == 1


def test_7_5_a_follow_up_that_is_refused_costs_the_submission_nothing(user: MailboxUser) -> None:
    calls = {
        "create": {"s": {"identityId": "i1", "emailId": draft(user)}},
        "onSuccessUpdateEmail": {"#s": {"subject": "Autre"}},
    }
    sent, followed = user.batch(("EmailSubmission/set", calls))
    assert sent.arguments["created"].keys() == {"s"}
    assert [one["type"] for one in followed.arguments["notUpdated"].values()] == ["invalidProperties"]
    assert len(user("EmailSubmission/get", ids=None)["list"]) == len(user.queue.taken) == 1


def test_7_5_no_recipients(user: MailboxUser) -> None:
    assert refusal(user, draft(user, to=None, cc=None, bcc=None))["type"] == "noRecipients"
    empty = {"mailFrom": {"email": SELF}, "rcptTo": []}
    assert refusal(user, draft(user), envelope=empty)["type"] == "noRecipients"


def test_7_5_somebody_else_s_name(user: MailboxUser) -> None:
    assert refusal(user, draft(user, **{"from": [{"email": JEAN}]}))["type"] == "forbiddenFrom"
    assert refusal(user, draft(user, sender=[{"email": JEAN}]))["type"] == "forbiddenFrom"
    other = {"mailFrom": {"email": JEAN}, "rcptTo": [{"email": JEAN}]}
    assert refusal(user, draft(user), envelope=other)["type"] == "forbiddenMailFrom"
    nobody = refusal(user, draft(user, **{"from": None}))
    assert (nobody["type"], nobody["properties"]) == ("invalidEmail", ["from"])


@pytest.mark.parametrize(
    ("fields", "properties"),
    [
        ("From: {jean}\r\nFrom: {self}", ["from"]),
        ("FROM \t: {jean}\r\nfrom: {self}", ["from"]),
        ("From: {self}, {self}", ["from"]),
        ("From: {self}\r\nSender: {jean}\r\nSender: {self}", ["sender"]),
        ("From: {self}\r\nSender:", ["sender"]),
        ("From: {self}\r\nReply-To: {jean}\r\nReply-To: {self}", ["replyTo"]),
        ("From: {self}\r\nSubject: a\r\nSubject: b", ["subject"]),
        ("From: {self}\r\nTo: {jean}\r\nno field here\r\nFrom: {jean}", ["headers"]),
    ],
)
def test_7_5_an_imported_header_of_two_readings(user: MailboxUser, fields: str, properties: list[str]) -> None:
    header = fields.format(self=SELF, jean=JEAN)
    email = user.import_(f"{header}\r\nTo: {JEAN}\r\n\r\nBonjour\r\n".encode())["id"]
    refused = refusal(user, email, envelope={"mailFrom": {"email": SELF}, "rcptTo": [{"email": JEAN}]})
    assert (refused["type"], refused["properties"]) == ("invalidEmail", properties)


def test_7_5_a_trace_of_the_agent_s_own_does_not_travel(user: MailboxUser) -> None:
    sender = f"Return-Path: <{JEAN}>\r\nReceived: from bank.example\r\n by us\r\nFrom: {SELF}\r\nSender: {SELF}\r\n"
    email = user.import_(f"{sender}To: {JEAN}\r\n\r\nReceived: bien\r\n".encode())["id"]
    assert submit(user, email)["created"]["k"]["undoStatus"] == "final"
    octets = user.blobs.read(user.queue.taken[0].sha256)
    assert octets == f"From: {SELF}\r\nSender: {SELF}\r\nTo: {JEAN}\r\n\r\nReceived: bien\r\n".encode()


def test_7_5_too_many_recipients(user: MailboxUser) -> None:
    many = {"mailFrom": {"email": SELF}, "rcptTo": [{"email": f"a{number}@x.example"} for number in range(1_001)]}
    refused = refusal(user, draft(user), envelope=many)
    assert (refused["type"], refused["maxRecipients"]) == ("tooManyRecipients", 1_000)


def test_7_5_recipients_that_cannot_be(user: MailboxUser) -> None:
    bad = {"mailFrom": {"email": SELF}, "rcptTo": [{"email": "x@y.example"}, {"email": "a b@x.example"}]}
    refused = refusal(user, draft(user), envelope=bad)
    assert (refused["type"], refused["invalidRecipients"]) == ("invalidRecipients", ["a b@x.example"])
    user.queue.unknown = frozenset({JEAN})
    refused = refusal(user, draft(user))
    assert (refused["type"], refused["invalidRecipients"]) == ("invalidRecipients", [JEAN])
    assert user("EmailSubmission/get", ids=None)["list"] == []


@pytest.mark.parametrize(
    ("change", "properties"),
    [
        ({"identityId": "i2"}, ["identityId"]),
        ({"emailId": "e999"}, ["emailId"]),
        ({"emailId": "#nothing"}, ["emailId"]),
        ({"envelope": {"mailFrom": SELF}}, ["envelope"]),
        ({"envelope": {"mailFrom": {"email": SELF, "parameters": {"RET": "HDRS"}}, "rcptTo": []}}, ["envelope"]),
        ({"undoStatus": "pending"}, ["undoStatus"]),
    ],
)
def test_7_5_properties_that_are_wrong(user: MailboxUser, change: Any, properties: list[str]) -> None:
    refused = refusal(user, draft(user), **change)
    assert (refused["type"], refused["properties"]) == ("invalidProperties", properties)


def test_7_5_what_was_sent_cannot_be_called_back(user: MailboxUser) -> None:
    id_ = submit(user, draft(user))["created"]["k"]["id"]
    state = user("EmailSubmission/get", ids=[])["state"]
    response = user("EmailSubmission/set", update={id_: {"undoStatus": "canceled"}, "s999": {}})
    assert response["notUpdated"][id_]["type"] == "cannotUnsend"
    assert response["notUpdated"]["s999"]["type"] == "notFound"
    assert user("EmailSubmission/set", destroy=[id_])["destroyed"] == [id_]
    assert user("EmailSubmission/changes", sinceState=state)["destroyed"] == [id_]
    assert user.error("EmailSubmission/set", ifInState=state) == "stateMismatch"
