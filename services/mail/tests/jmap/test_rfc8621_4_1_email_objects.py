"""RFC 8621 §4.1: what an Email object says of a message, section by section."""

from typing import Any

import pytest

from services.mail.tests.jmap.mailbox_user import MailboxUser

HEAD = "From: a@x.example\r\nMIME-Version: 1.0\r\n"


def email(user: MailboxUser, text: str, *properties: str, **arguments: Any) -> Any:
    id_ = user.import_(text.encode())["id"]
    got = user.email(id_, *properties, **arguments)
    got.pop("id")
    return got


def header(user: MailboxUser, field: str, name: str) -> Any:
    return email(user, f"{HEAD}{field}\r\n\r\nx\r\n", name)[name]


def structure(user: MailboxUser, text: str, *names: str) -> Any:
    return email(user, HEAD + text, "bodyStructure", bodyProperties=list(names) or None)["bodyStructure"]


@pytest.mark.parametrize(
    ("field", "form", "value"),
    [
        ("X-A:  deux\r\n  lignes", "", "  deux\r\n  lignes"),
        ("X-A: =?utf-8?q?=C3=A9?=", ":asRaw", " =?utf-8?q?=C3=A9?="),
        ("X-A: =?utf-8?q?=C3=A9t=C3=A9?=\r\n =?iso-8859-1?b?6Q==?= fin ", ":asText", "étéé fin"),
        ("Subject: e\u0301", ":asText", "é"),
        ("X-A:", ":asText", ""),
    ],
)
def test_4_1_2_1_and_2_raw_and_text(user: MailboxUser, field: str, form: str, value: str) -> None:
    name = f"header:{field.partition(':')[0]}{form}"
    assert header(user, field, name) == value


def test_4_1_2_3_addresses(user: MailboxUser) -> None:
    field = 'To: "James Smythe" <james@x.example>, Friends:\r\n jane@x.example, =?UTF-8?Q?John_Sm=C3=AEth?=\r\n'
    field += " <john@x.example>;, sans@x.example (Nom en commentaire)"
    found = header(user, field, "header:To:asAddresses")
    assert found[:3] == [
        {"name": "James Smythe", "email": "james@x.example"},
        {"name": None, "email": "jane@x.example"},
        {"name": "John Smîth", "email": "john@x.example"},
    ]
    assert found[3]["email"] == "sans@x.example"


def test_4_1_2_4_grouped_addresses(user: MailboxUser) -> None:
    field = "To: seul@x.example, Amis: jane@x.example, john@x.example;, dernier@x.example, Vide:;"
    found = header(user, field, "header:To:asGroupedAddresses")
    told = [(group["name"], [one["email"] for one in group["addresses"]]) for group in found]
    assert told == [
        (None, ["seul@x.example"]),
        ("Amis", ["jane@x.example", "john@x.example"]),
        (None, ["dernier@x.example"]),
        ("Vide", []),
    ]


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        ("References: <a@x.example>\r\n <b@x.example>", "header:References:asMessageIds",
         ["a@x.example", "b@x.example"]),
        ("In-Reply-To: n'importe quoi", "header:In-Reply-To:asMessageIds", None),
        ("Date: Tue, 1 Sep 2026 09:00:05 +0200", "header:Date:asDate", "2026-09-01T09:00:05+02:00"),
        ("Resent-Date: Tue, 1 Sep 2026 09:00 -0000", "header:Resent-Date:asDate", "2026-09-01T09:00:00Z"),
        ("Date: hier", "header:Date:asDate", None),
        ("List-Unsubscribe: <mailto:a@x.example?subject=x>,\r\n <https://x.example/u> (ou)",
         "header:List-Unsubscribe:asURLs", ["mailto:a@x.example?subject=x", "https://x.example/u"]),
        ("List-Post: NO", "header:List-Post:asURLs", None),
    ],
)  # fmt: skip
def test_4_1_2_5_to_7_message_ids_dates_and_urls(user: MailboxUser, field: str, name: str, value: Any) -> None:
    assert header(user, field, name) == value


def test_4_1_2_which_forms_a_field_may_have(user: MailboxUser) -> None:
    for name in (
        "header:From:asText", "header:Subject:asAddresses", "header:Date:asMessageIds", "header:Received:asDate",
        "header:List-Post:asText", "header:X:asall", "header:X:all:asText", "header:", "header:X:asRaw:ALL",
    ):  # fmt: skip
        assert user.error("Email/get", ids=[], properties=[name]) == "invalidArguments", name
    for form in ("Raw", "Text", "Addresses", "GroupedAddresses", "MessageIds", "Date", "URLs"):
        assert user("Email/get", ids=[], properties=[f"header:X-Own:as{form}:all"])["list"] == []


def test_4_1_3_the_spelling_that_was_asked_for_is_the_name(user: MailboxUser) -> None:
    names = ("header:x-a", "header:X-A:asText:all", "header:X-None", "header:X-None:all")
    assert email(user, f"{HEAD}X-A: un\r\nx-A: deux\r\n\r\nx", *names) == {
        "header:x-a": " deux",
        "header:X-A:asText:all": ["un", "deux"],
        "header:X-None": None,
        "header:X-None:all": [],
    }


def test_4_1_3_what_is_absent_is_null(user: MailboxUser) -> None:
    names = ("messageId", "inReplyTo", "references", "sender", "to", "cc", "bcc", "replyTo", "subject", "sentAt")
    assert email(user, f"{HEAD}\r\nx", *names) == dict.fromkeys(names)


@pytest.mark.parametrize(
    ("fields", "described"),
    [
        ("", {"type": "text/plain", "charset": "us-ascii", "name": None, "disposition": None, "cid": None}),
        ("Content-Type: text/html\r\n", {"type": "text/html", "charset": "us-ascii"}),
        ("Content-Type: TEXT/Plain; Charset=UTF-8\r\n", {"type": "text/plain", "charset": "UTF-8"}),
        ("Content-Type: image/png\r\n", {"type": "image/png", "charset": None}),
        ("Content-Type: image/png; name=a.png\r\nContent-Disposition: Attachment; filename=b.png\r\n",
         {"name": "b.png", "disposition": "attachment"}),
        ("Content-Type: image/png; name=\"=?utf-8?q?=C3=A9.png?=\"\r\n", {"name": "é.png"}),
        ("Content-Disposition: attachment; filename*=UTF-8''%C3%A9t%C3%A9.txt\r\n", {"name": "été.txt"}),
        ("Content-ID: <un@x.example>\r\nContent-Language: fr, en-GB\r\nContent-Location: http://x.example/a\r\n",
         {"cid": "un@x.example", "language": ["fr", "en-GB"], "location": "http://x.example/a"}),
        ("Content-Type: pas un type\r\n", {"type": "text/plain"}),
    ],
)  # fmt: skip
def test_4_1_4_a_single_part(user: MailboxUser, fields: str, described: Any) -> None:
    found = structure(user, f"{fields}\r\nabc\r\n")
    assert {name: found[name] for name in described} == described
    assert found["partId"] is not None
    assert set(found) == {
        "partId", "blobId", "size", "name", "type", "charset", "disposition", "cid", "language", "location"
    }  # fmt: skip


def test_4_1_4_the_size_is_that_of_the_decoded_octets(user: MailboxUser) -> None:
    found = structure(user, "Content-Transfer-Encoding: base64\r\n\r\nw6l0w6k=\r\n", "size")
    assert found == {"size": 5}


def test_4_1_4_a_multipart_has_parts_and_no_content(user: MailboxUser) -> None:
    text = "Content-Type: multipart/digest; boundary=B\r\n\r\n--B\r\n\r\nSubject: x\r\n\r\ny\r\n--B--\r\n"
    found = structure(user, text, "partId", "blobId", "type", "size")
    assert {name: value for name, value in found.items() if name != "subParts"} == {
        "partId": None,
        "blobId": None,
        "type": "multipart/digest",
        "size": 0,
    }
    assert [part["type"] for part in found["subParts"]] == ["message/rfc822"]


MIXED = (
    "Content-Type: multipart/mixed; boundary=M\r\n\r\n"
    "--M\r\nContent-Type: text/plain\r\n\r\nA\r\n"
    "--M\r\nContent-Type: multipart/mixed; boundary=N\r\n\r\n"
    "--N\r\nContent-Type: multipart/alternative; boundary=O\r\n\r\n"
    "--O\r\nContent-Type: multipart/mixed; boundary=P\r\n\r\n"
    "--P\r\nContent-Type: text/plain\r\nContent-Disposition: inline\r\n\r\nB\r\n"
    "--P\r\nContent-Type: image/jpeg\r\nContent-Disposition: inline\r\n\r\nC\r\n"
    "--P\r\nContent-Type: text/plain\r\nContent-Disposition: inline\r\n\r\nD\r\n--P--\r\n"
    "--O\r\nContent-Type: multipart/related; boundary=Q\r\n\r\n"
    "--Q\r\nContent-Type: text/html\r\n\r\nE\r\n"
    "--Q\r\nContent-Type: image/jpeg\r\n\r\nF\r\n--Q--\r\n--O--\r\n"
    "--N\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment\r\n\r\nG\r\n"
    "--N\r\nContent-Type: application/x-excel\r\n\r\nH\r\n"
    "--N\r\nContent-Type: message/rfc822\r\n\r\nSubject: J\r\n\r\nJ\r\n--N--\r\n"
    "--M\r\nContent-Type: text/plain\r\nContent-Disposition: inline\r\n\r\nK\r\n--M--\r\n"
)
"""The example of §4.1.4."""


def test_4_1_4_the_example_of_the_rfc(user: MailboxUser) -> None:
    got = email(user, HEAD + MIXED, "textBody", "htmlBody", "attachments", "hasAttachment", bodyProperties=["partId"])
    letters = {
        "1": "A", "2.1.1.1": "B", "2.1.1.2": "C", "2.1.1.3": "D", "2.1.2.1": "E", "2.1.2.2": "F", "2.2": "G",
        "2.3": "H", "2.4": "J", "3": "K",
    }  # fmt: skip
    lists = {name: "".join(letters[part["partId"]] for part in got[name]) for name in ("textBody", "htmlBody")}
    assert lists == {"textBody": "ABCDK", "htmlBody": "AEK"}
    assert "".join(sorted(letters[part["partId"]] for part in got["attachments"])) == "CFGHJ"
    assert got["hasAttachment"] is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\r\nx\r\n", False),
        ("Content-Type: multipart/related; boundary=B\r\n\r\n--B\r\nContent-Type: text/html\r\n\r\n<img src=cid:a>\r\n"
         "--B\r\nContent-Type: image/png\r\nContent-ID: <a>\r\nContent-Disposition: inline\r\n\r\nx\r\n--B--\r\n",
         False),
        ("Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nx\r\n--B\r\nContent-Type: text/csv\r\n"
         "Content-Disposition: attachment\r\n\r\nx\r\n--B--\r\n", True),
    ],
)  # fmt: skip
def test_4_1_4_has_attachment(user: MailboxUser, text: str, expected: bool) -> None:
    assert email(user, HEAD + text, "hasAttachment") == {"hasAttachment": expected}


def test_4_1_4_the_preview_is_short_plain_text(user: MailboxUser) -> None:
    text = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Bonjour &amp; merci</p>" + "<p>mot é</p>" * 400
    preview = email(user, HEAD + text, "preview")["preview"]
    assert preview.startswith("Bonjour & merci")
    assert "<" not in preview
    assert len(preview) <= 256


def test_4_1_1_dates_and_keywords(user: MailboxUser) -> None:
    id_ = user.import_(b"From: a@x.example\r\n\r\nx", keywords=("$Seen", "Projet"), at="2026-09-01T08:00:00.250Z")["id"]
    got = user.email(id_, "receivedAt", "keywords")
    assert got["receivedAt"] == "2026-09-01T08:00:00Z"
    assert got["keywords"] == {"$seen": True, "projet": True}
