"""Which octets a blob id stands for, and for whom (contracts.mail.MailApi.locate_blob, register_blob)."""

from datetime import UTC, datetime

import pytest

from contracts.errors import ErrorCode, ServiceError
from contracts.mail import BlobLocation, BlobRegistration, BlobRequest
from services.mail.domain.mime.transfer import undo
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT

TRACE = b"Return-Path: <a@x.example>\r\nReceived: from x by mx; Tue, 1 Sep 2026 09:00:00 +0200\r\n"
ORIGINAL = (
    b"From: a@x.example\r\nSubject: pi\xc3\xa8ce\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\ntexte\r\n"
    b'--B\r\nContent-Type: text/csv; name="notes.csv"\r\nContent-Transfer-Encoding: base64\r\n\r\nYTtiCg==\r\n--B--\r\n'
)


def locate(user: MailboxUser, blob_id: str, account_id: str = AGENT) -> BlobLocation:
    return user.service.locate_blob(BlobRequest(account_id=account_id, blob_id=blob_id))


def octets(user: MailboxUser, location: BlobLocation) -> bytes:
    """As the gateway streams them."""
    pieces = []
    for segment in location.segments:
        if segment.inline is not None:
            piece = segment.inline
        else:
            piece = user.blobs.read(segment.sha256 or "", segment.offset, segment.length)
        pieces.append(undo(piece, segment.encoding or "identity").octets)
    return b"".join(pieces)


@pytest.fixture
def delivered(user: MailboxUser) -> str:
    """The id of an email that came with a trace."""
    sha256 = user.blobs.put(ORIGINAL).sha256
    with user.world.database.transaction() as tx:
        message = user.world.mailstore.add_message(tx, TRACE, user.parser.parse(sha256, TRACE))
        result = user.world.mailstore.append(tx, AGENT, message, role="inbox", received_at=datetime.now(UTC))
    return f"e{result.email_id}"


def test_a_whole_message_is_trace_and_original(user: MailboxUser, delivered: str) -> None:
    email = user.email(delivered, "blobId", "size")
    location = locate(user, email["blobId"])
    assert octets(user, location) == TRACE + ORIGINAL
    assert (location.size, location.type) == (email["size"], "message/rfc822")
    assert email["size"] == len(TRACE + ORIGINAL)


def test_a_part_is_decoded(user: MailboxUser, delivered: str) -> None:
    part = user.email(delivered, "attachments")["attachments"][0]
    location = locate(user, part["blobId"])
    assert octets(user, location) == b"a;b\n"
    assert (location.size, location.type, location.name) == (4, "text/csv", "notes.csv")


def test_the_trace_is_a_header_like_any_other(user: MailboxUser, delivered: str) -> None:
    email = user.email(delivered, "header:Return-Path", "headers", "bodyStructure", bodyProperties=["headers"])
    assert email["header:Return-Path"] == " <a@x.example>"
    assert [header["name"] for header in email["headers"]][:3] == ["Return-Path", "Received", "From"]
    assert email["bodyStructure"]["headers"] == email["headers"]
    assert email["bodyStructure"]["subParts"][1]["headers"][0]["name"] == "Content-Type"


def test_an_upload_is_for_the_account_that_made_it(user: MailboxUser) -> None:
    user.world.open_account("aother", "autre@ac-montpellier.example", "A", "B")
    blob = user.blobs.put(b"mine")
    request = BlobRegistration(account_id=AGENT, sha256=blob.sha256, size=4, type="text/plain")
    blob_id = user.service.register_blob(request).blob_id
    assert user.service.register_blob(request).blob_id == blob_id
    location = locate(user, blob_id)
    assert (octets(user, location), location.size, location.type) == (b"mine", 4, "text/plain")
    with pytest.raises(ServiceError) as refusal:
        locate(user, blob_id, "aother")
    assert refusal.value.code == ErrorCode.NOT_FOUND


def test_somebody_else_s_message_is_not_found(user: MailboxUser, delivered: str) -> None:
    user.world.open_account("aother", "autre@ac-montpellier.example", "A", "B")
    email = user.email(delivered, "blobId", "attachments")
    original = "B" + user.blobs.put(ORIGINAL).sha256
    assert octets(user, locate(user, original)) == ORIGINAL
    for blob_id in (email["blobId"], email["attachments"][0]["blobId"], original):
        with pytest.raises(ServiceError) as refusal:
            locate(user, blob_id, "aother")
        assert refusal.value.code == ErrorCode.NOT_FOUND


@pytest.mark.parametrize("blob_id", ["", "B12", "M0", "M1x", "P1", "P1-../etc", "P1-9", "M99999999999999999999", "X"])
def test_what_is_no_blob_id(user: MailboxUser, delivered: str, blob_id: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        locate(user, blob_id)
    assert refusal.value.code == ErrorCode.NOT_FOUND


def test_only_what_was_stored_can_be_registered(user: MailboxUser) -> None:
    for sha256 in ("0" * 64, "nonsense"):
        with pytest.raises(ServiceError) as refusal:
            user.service.register_blob(BlobRegistration(account_id=AGENT, sha256=sha256, size=1, type=""))
        assert refusal.value.code == ErrorCode.INVALID_REQUEST
