"""RFC 9404 §4, and Blob/copy (RFC 8620 §6.3)."""

from typing import Any

import pytest

from contracts.mail import MAX_DATA_SOURCES, BlobRequest
from services.mail.domain.mime.transfer import undo
from services.mail.tests.jmap.mailbox_user import MAX_MESSAGE_BYTES, MailboxUser
from services.mail.tests.store.world import AGENT

MESSAGE = (
    b"From: a@x.example\r\nSubject: un\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    b"--B\r\n\r\ntexte\r\n--B\r\nContent-Type: text/csv\r\nContent-Transfer-Encoding: base64\r\n\r\nYTtiO2MK\r\n"
    b"--B--\r\n"
)


def stored(user: MailboxUser, octets: bytes) -> Any:
    """A data source as the gateway hands it over."""
    blob = user.blobs.put(octets)
    return {"data:asText": {"blob": blob.sha256, "size": blob.size}}


def upload(user: MailboxUser, *sources: Any, **more: Any) -> Any:
    response = user("Blob/upload", create={"k": {"data": list(sources)} | more})
    return response["created"]["k"] if response["created"] else response["notCreated"]["k"]


def octets(user: MailboxUser, blob_id: str) -> bytes:
    location = user.service.locate_blob(BlobRequest(account_id=AGENT, blob_id=blob_id))
    pieces = [
        (segment.inline or user.blobs.read(segment.sha256 or "", segment.offset, segment.length), segment.encoding)
        for segment in location.segments
    ]
    return b"".join(undo(piece, encoding or "identity").octets for piece, encoding in pieces)


def test_4_1_a_text_becomes_a_blob_of_its_type(user: MailboxUser) -> None:
    made = upload(user, stored(user, b"bonjour"), type="text/plain; charset=utf-8")
    assert (made["type"], made["size"], octets(user, made["id"])) == ("text/plain; charset=utf-8", 7, b"bonjour")
    again = upload(user, stored(user, b"bonjour"), type=None)
    assert (again["id"], again["type"]) == (made["id"], "application/octet-stream")


def test_4_1_pieces_of_texts_and_blobs_are_put_together(user: MailboxUser) -> None:
    """The example of the RFC."""
    fox = upload(user, stored(user, b"The quick brown fox jumped over the lazy dog."))["id"]
    made = upload(
        user,
        stored(user, b"How"),
        {"blobId": fox, "length": 7, "offset": 3},
        stored(user, b"was t"),
        {"blobId": fox, "length": 1, "offset": 1},
        stored(user, b"at?"),
    )
    assert octets(user, made["id"]) == b"How quick was that?"


def test_4_1_nothing_makes_an_empty_blob(user: MailboxUser) -> None:
    made = upload(user)
    assert (made["size"], octets(user, made["id"])) == (0, b"")


def test_4_1_parts_of_emails_are_sources_too(user: MailboxUser) -> None:
    email = user.email(user.import_(MESSAGE)["id"], "blobId", "attachments")
    part = email["attachments"][0]["blobId"]
    assert octets(user, upload(user, {"blobId": part, "offset": 2, "length": 3})["id"]) == b"b;c"
    assert octets(user, upload(user, {"blobId": part}, {"blobId": part})["id"]) == b"a;b;c\na;b;c\n"
    assert octets(user, upload(user, {"blobId": email["blobId"], "offset": 6, "length": 11})["id"]) == b"a@x.example"


def test_4_1_creations_of_one_call_build_on_each_other_in_any_order(user: MailboxUser) -> None:
    response = user(
        "Blob/upload",
        create={
            "both": {"data": [{"blobId": "#one"}, {"blobId": "#two", "offset": 1}]},
            "two": {"data": [stored(user, b"xdeux")]},
            "one": {"data": [stored(user, b"un ")]},
            "self": {"data": [{"blobId": "#self"}]},
        },
    )
    assert octets(user, response["created"]["both"]["id"]) == b"un deux"
    assert response["notCreated"]["self"]["type"] == "blobNotFound"


def test_4_1_creation_ids_go_on_to_later_calls(user: MailboxUser) -> None:
    responses = user.batch(
        ("Blob/upload", {"create": {"m": {"data": [stored(user, MESSAGE)]}}}),
        ("Email/import", {"emails": {"k": {"blobId": "#m", "mailboxIds": {user.mailbox("inbox"): True}}}}),
        ("Email/parse", {"blobIds": ["#m"], "properties": ["subject"]}),
        ("Blob/get", {"ids": ["#m", "#none"], "properties": ["size"]}),
        (
            "Email/set",
            {
                "create": {
                    "d": {
                        "mailboxIds": {user.mailbox("drafts"): True},
                        "attachments": [{"blobId": "#m", "type": "message/rfc822"}],
                    }
                }
            },
        ),
    )
    blob_id = responses[0].arguments["created"]["m"]["id"]
    assert responses[1].arguments["created"]["k"]
    assert responses[2].arguments["parsed"][blob_id] == {"subject": "un"}
    assert [one["id"] for one in responses[3].arguments["list"]] == [blob_id]
    assert responses[3].arguments["notFound"] == ["#none"]
    assert responses[4].arguments["created"]["d"]


@pytest.mark.parametrize(
    ("one", "properties"),
    [
        ({"data": [{"data:asText": None}]}, ["data"]),
        ({"data": [{"data:asText": "en clair"}]}, ["data"]),
        ({"data": [{"data:asText": None, "data:asBase64": None}]}, ["data"]),
        ({"data": [{"blobId": "x", "offset": -1}]}, ["data"]),
        ({"data": [{"blobId": "x", "length": "1"}]}, ["data"]),
        ({"data": [{"blobId": "x", "colour": 1}]}, ["data"]),
        ({"data": [{}]}, ["data"]),
        ({"data": ["x"]}, ["data"]),
        ({"data": None}, ["data"]),
        ({"data": [{"data:asText": None}] * (MAX_DATA_SOURCES + 1)}, ["data"]),
        ({"data": [], "type": "rien"}, ["type"]),
        ({"data": [], "type": 3, "size": 0, "id": "x"}, ["id", "size", "type"]),
    ],
)
def test_4_1_what_cannot_be_a_blob(user: MailboxUser, one: Any, properties: list[str]) -> None:
    refused = user("Blob/upload", create={"k": one})["notCreated"]["k"]
    assert (refused["type"], refused["properties"]) == ("invalidProperties", properties)


def test_4_1_ranges_have_to_be_there(user: MailboxUser) -> None:
    blob_id = user.upload(b"12345", "text/plain")
    for wrong in ({"offset": 6}, {"offset": 5, "length": 1}, {"length": 6}):
        assert upload(user, {"blobId": blob_id} | wrong)["type"] == "invalidProperties"
    assert upload(user, {"blobId": blob_id, "offset": 5})["size"] == 0
    email = user.email(user.import_(MESSAGE)["id"], "attachments")
    assert upload(user, {"blobId": email["attachments"][0]["blobId"], "offset": 7})["type"] == "invalidProperties"


def test_4_1_blobs_of_others_and_blobs_over_the_limit(user: MailboxUser) -> None:
    stranger = "B" + user.blobs.put("à quelqu’un d’autre".encode()).sha256
    refused = upload(user, {"blobId": stranger})
    assert (refused["type"], refused["notFound"]) == ("blobNotFound", [stranger])
    half = user.upload(b"\0" * (MAX_MESSAGE_BYTES // 2 + 1), "application/octet-stream")
    assert upload(user, {"blobId": half}, {"blobId": half})["type"] == "tooLarge"


def test_4_2_what_is_asked_is_left_to_the_gateway(user: MailboxUser) -> None:
    blob_id = user.upload(b"bonjour", "text/plain")
    got = user("Blob/get", ids=[blob_id, "Bx", "M9"], properties=["digest:sha-256"], offset=2, length=3)
    assert got["notFound"] == ["Bx", "M9"]
    (one,) = got["list"]
    assert one["id"] == blob_id
    selection = one["_selection"]
    assert (selection["properties"], selection["offset"], selection["length"]) == (["digest:sha-256"], 2, 3)
    assert selection["location"]["size"] == 7
    assert user("Blob/get", ids=[blob_id])["list"][0]["_selection"]["properties"] == ["data", "size"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"ids": ["x"], "properties": ["digest:md17"]},
        {"ids": ["x"], "properties": ["type"]},
        {"ids": ["x"], "offset": -1},
        {"ids": ["x"], "length": "3"},
        {"ids": "x"},
    ],
)
def test_4_2_arguments_are_checked(user: MailboxUser, arguments: Any) -> None:
    assert user.error("Blob/get", **arguments) == "invalidArguments"


def test_4_2_all_blobs_are_too_many(user: MailboxUser) -> None:
    assert user.error("Blob/get", ids=None) == "requestTooLarge"


def test_4_3_what_holds_a_blob(user: MailboxUser) -> None:
    first, second = user.import_(MESSAGE), user.import_(MESSAGE, role="archive")
    email = user.email(first["id"], "blobId", "threadId", "attachments")
    part, original = email["attachments"][0]["blobId"], user.upload(MESSAGE)
    response = user("Blob/lookup", typeNames=["Email", "Thread", "Mailbox"], ids=[email["blobId"], part, original, "x"])
    whole = {"Email": [first["id"]], "Thread": [first["threadId"]], "Mailbox": [user.mailbox("inbox")]}
    matched = {one["id"]: one["matchedIds"] for one in response["list"]}
    assert matched[email["blobId"]] == matched[part] == whole
    assert matched[original]["Email"] == [first["id"], second["id"]]
    assert set(matched[original]["Mailbox"]) == {user.mailbox("inbox"), user.mailbox("archive")}
    assert matched["x"] == {"Email": [], "Thread": [], "Mailbox": []}
    assert user("Blob/lookup", typeNames=["Email"], ids=[part])["list"][0]["matchedIds"] == {"Email": [first["id"]]}


def test_4_3_nobody_learns_of_the_blobs_of_others(user: MailboxUser) -> None:
    user.world.open_account("aother", "autre@ac-montpellier.example", "A", "B")
    sha256 = user.blobs.put(MESSAGE).sha256
    made = user.world.deliver(user.parser.parse(sha256), account_id="aother")
    response = user("Blob/lookup", typeNames=["Email"], ids=["B" + sha256, f"M{made.email_id}"])
    assert [one["matchedIds"] for one in response["list"]] == [{"Email": []}, {"Email": []}]


def test_4_3_types_that_hold_no_blobs(user: MailboxUser) -> None:
    assert user.error("Blob/lookup", typeNames=["Email", "Calendar"], ids=[]) == "unknownDataType"
    assert user.error("Blob/lookup", ids=[]) == "invalidArguments"


def test_rfc8620_6_3_a_blob_is_copied_to_where_it_is(user: MailboxUser) -> None:
    blob_id = user.upload(b"x", "text/plain")
    response = user("Blob/copy", fromAccountId=AGENT, blobIds=[blob_id, "Bx"])
    assert (response["copied"], response["fromAccountId"]) == ({blob_id: blob_id}, AGENT)
    assert response["notCopied"] == {"Bx": {"type": "notFound"}}
    assert user.error("Blob/copy", fromAccountId="aother", blobIds=[]) == "fromAccountNotFound"
    assert user.error("Blob/copy", fromAccountId=AGENT) == "invalidArguments"
