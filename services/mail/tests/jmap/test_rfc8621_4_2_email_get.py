"""RFC 8621 §4.1, §4.2: Emails and Email/get."""

import pytest

from contracts.mail import SAFE_HTML_CAPABILITY
from services.mail.tests.jmap.mailbox_user import MAIL, MailboxUser

PLAIN = b"""Return-Path: <x@outside.example>\r
From: =?utf-8?q?Jo=C3=ABlle_Bertrand?= <joelle@outside.example>, paul@outside.example\r
To: Groupe: claire.fontaine@ac-montpellier.example, b@x.example;\r
Cc: =?utf-8?q?Ren=C3=A9?= <rene@x.example>\r
Subject: =?utf-8?q?R=C3=A9union?= de\r
 rentr=?utf-8?q?=C3=A9e?=\r
Date: Tue, 1 Sep 2026 09:30:00 +0200\r
Message-ID: <un@outside.example>\r
In-Reply-To: <zero@outside.example>\r
References: <moins.un@outside.example> <zero@outside.example>\r
X-Twice: one\r
X-Twice: two\r
List-Unsubscribe: <https://outside.example/u>, <mailto:u@outside.example>\r
Content-Type: text/plain; charset=utf-8\r
\r
Bonjour,\r
la r\xc3\xa9union est avanc\xc3\xa9e.\r
"""

MIXED = b"""From: a@x.example\r
Subject: parties\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=M\r
\r
--M\r
Content-Type: multipart/related; boundary=R\r
\r
--R\r
Content-Type: text/html; charset=utf-8\r
Content-Language: fr\r
\r
<p>Voir <img src="cid:logo"> <img src="https://tracker.example/p.gif"></p>\r
--R\r
Content-Type: image/png\r
Content-Transfer-Encoding: base64\r
Content-ID: <logo>\r
Content-Disposition: inline; filename=logo.png\r
\r
iVBORw0KGgo=\r
--R--\r
--M\r
Content-Type: application/pdf; name="plan.pdf"\r
Content-Transfer-Encoding: base64\r
Content-Disposition: attachment; filename="plan.pdf"\r
X-Part: oui\r
\r
JVBERi0xLjQK\r
--M--\r
"""


def test_4_1_the_metadata_and_convenience_properties(user: MailboxUser) -> None:
    created = user.import_(PLAIN, keywords=("$Seen", "$label1"), at="2026-09-01T08:00:00Z")
    email = user.email(created["id"])
    assert email["id"] == created["id"]
    assert email["blobId"] == created["blobId"]
    assert email["threadId"] == created["threadId"]
    assert email["mailboxIds"] == {user.mailbox("inbox"): True}
    assert email["keywords"] == {"$seen": True, "$label1": True}
    assert email["size"] == created["size"] == len(PLAIN)
    assert email["receivedAt"] == "2026-09-01T08:00:00Z"
    assert email["messageId"] == ["un@outside.example"]
    assert email["inReplyTo"] == ["zero@outside.example"]
    assert email["references"] == ["moins.un@outside.example", "zero@outside.example"]
    assert email["from"] == [
        {"name": "Joëlle Bertrand", "email": "joelle@outside.example"},
        {"name": None, "email": "paul@outside.example"},
    ]
    assert [address["email"] for address in email["to"]] == ["claire.fontaine@ac-montpellier.example", "b@x.example"]
    assert email["cc"] == [{"name": "René", "email": "rene@x.example"}]
    assert (email["bcc"], email["replyTo"], email["sender"]) == (None, None, None)
    assert email["subject"] == "Réunion de rentrée"
    assert email["sentAt"] == "2026-09-01T09:30:00+02:00"
    assert email["hasAttachment"] is False
    assert email["preview"].startswith("Bonjour")
    assert email["bodyValues"] == {}
    assert email["textBody"] == email["htmlBody"]
    assert email["attachments"] == []
    assert "headers" not in email
    assert "bodyStructure" not in email


def test_4_1_2_header_forms(user: MailboxUser) -> None:
    id_ = user.import_(PLAIN)["id"]
    email = user.email(
        id_,
        "header:X-Twice",
        "header:x-twice:all",
        "header:Subject:asText",
        "header:Subject",
        "header:To:asGroupedAddresses",
        "header:From:asAddresses",
        "header:References:asMessageIds",
        "header:Date:asDate",
        "header:List-Unsubscribe:asURLs",
        "header:X-Nothing",
        "header:X-Nothing:all",
    )
    assert email["header:X-Twice"] == " two"
    assert email["header:x-twice:all"] == [" one", " two"]
    assert email["header:Subject:asText"] == "Réunion de rentrée"
    assert email["header:Subject"].startswith(" =?utf-8?q?R=C3=A9union?= de\r\n rentr")
    groups = email["header:To:asGroupedAddresses"]
    assert [(group["name"], len(group["addresses"])) for group in groups] == [("Groupe", 2)]
    assert email["header:From:asAddresses"][0]["name"] == "Joëlle Bertrand"
    assert email["header:References:asMessageIds"] == ["moins.un@outside.example", "zero@outside.example"]
    assert email["header:Date:asDate"] == "2026-09-01T09:30:00+02:00"
    assert email["header:List-Unsubscribe:asURLs"] == ["https://outside.example/u", "mailto:u@outside.example"]
    assert email["header:X-Nothing"] is None
    assert email["header:X-Nothing:all"] == []
    assert set(email) == {"id", *(name for name in email if name.startswith("header:"))}


@pytest.mark.parametrize(
    "property_", ["header:Date:asAddresses", "header:X:asNothing", "header:", "colour", "safehtml"]
)
def test_4_2_unknown_properties_are_invalid_arguments(user: MailboxUser, property_: str) -> None:
    assert user.error("Email/get", ids=[], properties=[property_]) == "invalidArguments"
    assert user.error("Email/get", ids=[], bodyProperties=[property_]) == "invalidArguments"


def test_4_1_3_all_headers_in_order(user: MailboxUser) -> None:
    headers = user.email(user.import_(PLAIN)["id"], "headers")["headers"]
    assert headers[0] == {"name": "Return-Path", "value": " <x@outside.example>"}
    assert [header["value"] for header in headers if header["name"] == "X-Twice"] == [" one", " two"]


def test_4_1_4_body_structure_and_lists(user: MailboxUser) -> None:
    id_ = user.import_(MIXED)["id"]
    email = user.email(id_, "bodyStructure", "textBody", "htmlBody", "attachments", "hasAttachment")
    root = email["bodyStructure"]
    assert (root["type"], root["partId"], root["blobId"]) == ("multipart/mixed", None, None)
    related, pdf = root["subParts"]
    html, image = related["subParts"]
    assert (html["type"], html["charset"], html["language"]) == ("text/html", "utf-8", ["fr"])
    assert (image["cid"], image["disposition"], image["name"], image["size"]) == ("logo", "inline", "logo.png", 8)
    assert (pdf["type"], pdf["disposition"], pdf["size"]) == ("application/pdf", "attachment", 9)
    assert [part["partId"] for part in email["htmlBody"]] == [html["partId"]]
    assert {part["partId"] for part in email["attachments"]} == {image["partId"], pdf["partId"]}
    assert email["hasAttachment"] is True
    assert pdf["blobId"].endswith(f"-{pdf['partId']}")


def test_4_2_body_properties(user: MailboxUser) -> None:
    id_ = user.import_(MIXED)["id"]
    wanted = ["partId", "header:X-Part", "header:Content-Type:all", "headers"]
    email = user.email(id_, "attachments", "bodyStructure", bodyProperties=wanted)
    pdf = next(part for part in email["attachments"] if part["header:X-Part"])
    assert set(pdf) == set(wanted)
    assert pdf["header:X-Part"] == " oui"
    assert pdf["header:Content-Type:all"] == [' application/pdf; name="plan.pdf"']
    assert {"name": "X-Part", "value": " oui"} in pdf["headers"]
    assert email["bodyStructure"]["header:Content-Type:all"] == [" multipart/mixed; boundary=M"]


def test_4_2_body_values_are_left_to_the_gateway(user: MailboxUser) -> None:
    id_ = user.import_(MIXED)["id"]
    email = user.email(id_, "bodyValues", "htmlBody", fetchHTMLBodyValues=True, maxBodyValueBytes=12)
    rendition = email["_rendition"]
    assert rendition["body_values"] == [email["htmlBody"][0]["partId"]]
    assert (rendition["max_bytes"], rendition["safe_html"]) == (12, False)
    assert user.blobs.exists(rendition["sha256"])
    everything = user.email(id_, "bodyValues", fetchAllBodyValues=True)
    assert everything["_rendition"]["body_values"] == rendition["body_values"]
    assert user.email(id_, "bodyValues") == {"id": id_, "bodyValues": {}}


def test_safe_html_is_there_for_those_who_use_its_capability(user: MailboxUser) -> None:
    id_ = user.import_(MIXED)["id"]
    rendition = user.email(id_, "safeHtml")["_rendition"]
    assert rendition["safe_html"] is True
    assert list(rendition["inline"]) == ["logo"]
    assert rendition["inline"]["logo"].startswith("P")
    responses = user.batch(("Email/get", {"ids": [id_], "properties": ["safeHtml"]}), using=(MAIL,))
    assert responses[0].arguments["type"] == "invalidArguments"
    assert SAFE_HTML_CAPABILITY.startswith("urn:")


def test_4_2_all_emails_when_no_ids_are_given(user: MailboxUser) -> None:
    ids = {user.import_(PLAIN)["id"], user.import_(MIXED)["id"]}
    got = user("Email/get", ids=None, properties=["subject"])
    assert {email["id"] for email in got["list"]} == ids
    got = user("Email/get", ids=["e999", *ids, "x"], properties=[])
    assert got["notFound"] == ["e999", "x"]
    assert all(set(email) == {"id"} for email in got["list"])


def test_a_header_block_too_large_for_the_summary_is_read_from_the_message(user: MailboxUser) -> None:
    many = b"".join(b"X-Filler-%d: %s\r\n" % (number, b"y" * 900) for number in range(250))
    id_ = user.import_(many + b"X-Last: fin\r\nSubject: longue\r\n\r\ntexte\r\n")["id"]
    assert user.email(id_, "header:X-Last", "subject") == {"id": id_, "header:X-Last": " fin", "subject": "longue"}


def test_4_3_changes(user: MailboxUser) -> None:
    first = user.import_(PLAIN)["id"]
    state = user("Email/get", ids=[])["state"]
    second = user.import_(MIXED)["id"]
    user("Email/set", update={first: {"keywords/$seen": True}})
    changes = user("Email/changes", sinceState=state)
    assert (changes["created"], changes["updated"], changes["destroyed"]) == ([second], [first], [])
    user("Email/set", destroy=[first, second])
    changes = user("Email/changes", sinceState=state)
    assert (changes["created"], changes["updated"], changes["destroyed"]) == ([], [], [first])
    assert changes["newState"] == user("Email/get", ids=[])["state"]
    one = user("Email/changes", sinceState="0", maxChanges=1)
    assert one["hasMoreChanges"] is False
