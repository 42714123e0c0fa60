"""RFC 8621 §4.9: Email/parse."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.errors import ErrorCode, ServiceError
from contracts.mail import BlobRequest
from services.mail.application.jmap.email_parse import MAX_PARSED
from services.mail.domain.mime.transfer import undo
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT

INNER = (
    "From: Zoé <zoe@x.example>\r\nTo: a@x.example, b@x.example\r\nSubject: =?utf-8?q?pi=C3=A8ces?=\r\n"
    "Message-ID: <interieur@x.example>\r\nDate: Tue, 1 Sep 2026 09:00:00 +0200\r\nX-Salle: B12\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ntexte é\r\n"
    '--I\r\nContent-Type: text/csv; name="notes.csv"\r\nContent-Transfer-Encoding: base64\r\n\r\nYTtiCg==\r\n--I--\r\n'
).encode()
OUTER = (
    b"From: b@x.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=O\r\n\r\n"
    b"--O\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + INNER + b"\r\n--O--\r\n"
)


def parsed(user: MailboxUser, blob_id: str, *properties: str, **arguments: Any) -> Any:
    response = user("Email/parse", blobIds=[blob_id], properties=list(properties) or None, **arguments)
    assert (response["notParsable"], response["notFound"]) == (None, None)
    return response["parsed"][blob_id]


def octets(user: MailboxUser, blob_id: str) -> bytes:
    location = user.service.locate_blob(BlobRequest(account_id=AGENT, blob_id=blob_id))
    segments = [
        (segment.inline or user.blobs.read(segment.sha256 or "", segment.offset, segment.length), segment.encoding)
        for segment in location.segments
    ]
    return b"".join(undo(piece, encoding or "identity").octets for piece, encoding in segments)


def test_the_default_properties(user: MailboxUser) -> None:
    email = parsed(user, user.upload(INNER))
    assert set(email) == {
        "messageId", "inReplyTo", "references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt",
        "hasAttachment", "preview", "bodyValues", "textBody", "htmlBody", "attachments",
    }  # fmt: skip
    assert (email["subject"], email["messageId"], email["inReplyTo"]) == ("pièces", ["interieur@x.example"], None)
    assert email["from"] == [{"name": "Zoé", "email": "zoe@x.example"}]
    assert [one["email"] for one in email["to"]] == ["a@x.example", "b@x.example"]
    assert (email["sentAt"], email["hasAttachment"]) == ("2026-09-01T09:00:00+02:00", True)


def test_metadata_are_null_for_what_is_in_no_mailbox(user: MailboxUser) -> None:
    blob_id = user.upload(INNER)
    email = parsed(user, blob_id, "id", "blobId", "threadId", "mailboxIds", "keywords", "receivedAt", "size")
    assert email == {
        "id": None,
        "blobId": blob_id,
        "threadId": None,
        "mailboxIds": None,
        "keywords": None,
        "receivedAt": None,
        "size": len(INNER),
    }


def test_headers_in_every_form_and_body_properties(user: MailboxUser) -> None:
    email = parsed(
        user,
        user.upload(INNER),
        "header:X-Salle:asText",
        "header:To:asAddresses:all",
        "headers",
        "bodyStructure",
        bodyProperties=["partId", "type", "header:Content-Transfer-Encoding", "headers"],
    )
    assert (email["header:X-Salle:asText"], len(email["header:To:asAddresses:all"][0])) == ("B12", 2)
    assert email["headers"][0] == {"name": "From", "value": " Zoé <zoe@x.example>"}
    text, table = email["bodyStructure"]["subParts"]
    assert (text["type"], text["header:Content-Transfer-Encoding"]) == ("text/plain", None)
    assert table["header:Content-Transfer-Encoding"] == " base64"
    assert [field["name"] for field in table["headers"]] == ["Content-Type", "Content-Transfer-Encoding"]


def test_parts_have_blobs_of_their_own(user: MailboxUser) -> None:
    part = parsed(user, user.upload(INNER), "attachments")["attachments"][0]
    assert (part["name"], part["size"], octets(user, part["blobId"])) == ("notes.csv", 4, b"a;b\n")
    forwarded = user.create(attachments=[{"blobId": part["blobId"], "type": "text/csv", "name": "notes.csv"}])
    assert user.email(forwarded["id"], "attachments")["attachments"][0]["size"] == 4


def test_a_part_is_for_who_may_read_the_whole_and_ends_inside_of_it(user: MailboxUser) -> None:
    user.world.open_account("aother", "autre@ac-montpellier.example", "A", "B")
    part: str = parsed(user, user.upload(INNER), "attachments")["attachments"][0]["blobId"]
    whole, start, _, encoding = part.split("-")
    beyond = f"{whole}-{start}-{len(INNER) + 1}-{encoding}"
    backwards = f"{whole}-{start}-{int(start) - 1}-{encoding}"
    for account_id, blob_id in (("aother", part), (AGENT, beyond), (AGENT, backwards)):
        with pytest.raises(ServiceError) as refusal:
            user.service.locate_blob(BlobRequest(account_id=account_id, blob_id=blob_id))
        assert refusal.value.code == ErrorCode.NOT_FOUND
    assert user("Blob/get", ids=[part, beyond, backwards])["notFound"] == [beyond, backwards]


def test_body_values_are_left_to_the_gateway(user: MailboxUser) -> None:
    email = parsed(user, user.upload(INNER), "bodyValues", fetchTextBodyValues=True, maxBodyValueBytes=20)
    assert email["bodyValues"] == {}
    assert (email["_rendition"]["body_values"], email["_rendition"]["max_bytes"]) == (["1"], 20)
    assert "_rendition" not in parsed(user, user.upload(INNER), "bodyValues")


def test_a_message_attached_to_another(user: MailboxUser) -> None:
    outer = user.import_(OUTER)["id"]
    attached = user.email(outer, "attachments")["attachments"][0]["blobId"]
    email = parsed(user, attached, "subject", "size", "attachments")
    assert (email["subject"], email["size"]) == ("pièces", len(INNER))
    assert octets(user, email["attachments"][0]["blobId"]) == b"a;b\n"


def test_a_whole_message_of_a_mailbox_keeps_its_parts_and_its_trace(user: MailboxUser) -> None:
    trace = b"Return-Path: <zoe@x.example>\r\n"
    sha256 = user.blobs.put(INNER).sha256
    with user.world.database.transaction() as tx:
        message = user.world.mailstore.add_message(tx, trace, user.parser.parse(sha256, trace))
        made = user.world.mailstore.append(tx, AGENT, message, role="inbox", received_at=datetime.now(UTC))
    stored = user.email(f"e{made.email_id}", "blobId", "attachments", "header:Return-Path", "size")
    email = parsed(user, stored["blobId"], "blobId", "attachments", "header:Return-Path", "size")
    assert email == {name: value for name, value in stored.items() if name != "id"}


def test_what_cannot_be_found_or_parsed(user: MailboxUser) -> None:
    image, strange = user.upload(b"\x89PNG\r\n", "image/png"), "B" + user.blobs.put(b"to: nobody\r\n\r\n").sha256
    good = user.upload(INNER)
    response = user("Email/parse", blobIds=[image, good, strange, "M999", "x"])
    assert (list(response["parsed"]), response["notParsable"]) == ([good], [image])
    assert response["notFound"] == [strange, "M999", "x"]
    nothing = user("Email/parse", blobIds=[])
    assert (nothing["parsed"], nothing["notParsable"], nothing["notFound"]) == (None, None, None)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"blobIds": "x"},
        {"blobIds": None},
        {"blobIds": [], "properties": ["colour"]},
        {"blobIds": [], "bodyProperties": ["colour"]},
        {"blobIds": [], "maxBodyValueBytes": -1},
        {"blobIds": [], "fetchTextBodyValues": "yes"},
        {"blobIds": [], "ids": []},
    ],
)
def test_arguments_are_checked(user: MailboxUser, arguments: Any) -> None:
    assert user.error("Email/parse", **arguments) == "invalidArguments"


def test_too_many_blobs(user: MailboxUser) -> None:
    assert user.error("Email/parse", blobIds=[f"M{n}" for n in range(MAX_PARSED + 1)]) == "requestTooLarge"
