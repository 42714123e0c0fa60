"""RFC 8621 §4.7, §4.8: Email/copy and Email/import."""

from typing import Any

import pytest

from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT

MESSAGE = b"From: a@x.example\r\nSubject: un\r\nMessage-ID: <un@x.example>\r\n\r\ntexte\r\n"
ENCLOSING = (
    b"From: b@x.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    b"--B\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + MESSAGE + b"\r\n--B--\r\n"
)


def test_an_uploaded_message_is_imported(user: MailboxUser) -> None:
    created = user.import_(MESSAGE, role="archive", keywords=("$seen",), at="2002-03-04T05:06:07Z")
    assert set(created) == {"id", "blobId", "threadId", "size"}
    email = user.email(created["id"], "receivedAt", "keywords", "mailboxIds", "subject")
    assert email["receivedAt"] == "2002-03-04T05:06:07Z"
    assert (email["keywords"], email["mailboxIds"]) == ({"$seen": True}, {user.mailbox("archive"): True})


def test_an_attached_message_can_be_imported(user: MailboxUser) -> None:
    outer = user.import_(ENCLOSING)
    part = user.email(outer["id"], "attachments")["attachments"][0]
    assert part["type"] == "message/rfc822"
    one = {"blobId": part["blobId"], "mailboxIds": {user.mailbox("inbox"): True}}
    inner = user("Email/import", emails={"k": one})["created"]["k"]
    assert user.email(inner["id"], "messageId", "subject") == {
        "id": inner["id"],
        "messageId": ["un@x.example"],
        "subject": "un",
    }


@pytest.mark.parametrize(
    ("change", "properties"),
    [
        ({"blobId": "Bnone"}, ["blobId"]),
        ({"blobId": None}, ["blobId"]),
        ({"mailboxIds": {}}, ["mailboxIds"]),
        ({"keywords": {"(": True}}, ["keywords"]),
        ({"receivedAt": "2026"}, ["receivedAt"]),
        ({"subject": "x"}, ["subject"]),
    ],
)
def test_what_is_asked_wrongly(user: MailboxUser, change: Any, properties: list[str]) -> None:
    good = {"blobId": user.upload(MESSAGE), "mailboxIds": {user.mailbox("inbox"): True}}
    response = user("Email/import", emails={"bad": good | change, "good": good})
    assert response["notCreated"]["bad"]["properties"] == properties
    assert set(response["created"]) == {"good"}


def test_what_is_no_message(user: MailboxUser) -> None:
    one = {"blobId": user.upload(b"\x89PNG\r\n"), "mailboxIds": {user.mailbox("inbox"): True}}
    assert user("Email/import", emails={"k": one})["notCreated"]["k"]["type"] == "invalidEmail"


def test_if_in_state(user: MailboxUser) -> None:
    assert user.error("Email/import", ifInState="7", emails={}) == "stateMismatch"


def test_4_7_there_is_no_account_to_copy_from(user: MailboxUser) -> None:
    assert user.error("Email/copy", fromAccountId="aother", create={}) == "fromAccountNotFound"
    assert user.error("Email/copy", fromAccountId=AGENT, create={}) == "invalidArguments"
