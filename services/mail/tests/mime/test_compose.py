"""RFC 8621 §4.6: a draft becomes a message, and reading it gives the draft back."""

from __future__ import annotations

import email
import email.policy
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail.domain.mime.compose.draft import DraftError, DraftTooLargeError
from services.mail.domain.mime.compose.write_message import Defaults, compose_message
from services.mail.domain.mime.header_properties import HeaderProperty
from services.mail.domain.mime.message import read_message
from services.mail.domain.mime.rendition import Rendition
from services.mail.domain.mime.summary import ParseSummary

DEFAULTS = Defaults("<default@x.example>", "2026-11-23T10:00:00+01:00", 10_000_000)
FROM = [{"name": "Hélène Dupont", "email": "h@x.example"}]


def compose(
    draft: dict[str, Any], values: dict[str, str] | None = None, blobs: dict[str, bytes] | None = None
) -> bytes:
    given_values = values or {}
    return compose_message(
        {**draft, "bodyValues": {part_id: {} for part_id in given_values}},
        lambda part_id: given_values[part_id].encode(),
        lambda blob_id: (blobs or {})[blob_id],
        DEFAULTS,
    )


def read_back(
    draft: dict[str, Any], values: dict[str, str] | None = None, blobs: dict[str, bytes] | None = None
) -> tuple[ParseSummary, Rendition, bytes]:
    data = compose(draft, values, blobs)
    check_transport(data)
    summary, rendition = read_message(data)
    return summary, rendition, data


def check_transport(data: bytes, *, seven_bit: bool = True) -> None:
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    if seven_bit:
        assert data.isascii()


def refused(draft: dict[str, Any], values: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(DraftError) as caught:
        compose(draft, values)
    return caught.value.properties


def shape(message: Any) -> Any:
    kind = message.get_content_type()
    return (kind, [shape(part) for part in message.get_payload()]) if message.is_multipart() else kind


TEXT = {"textBody": [{"partId": "t", "type": "text/plain"}]}
HTML = {"htmlBody": [{"partId": "h", "type": "text/html"}]}


def test_a_message_to_colleagues() -> None:
    summary, rendition, data = read_back(
        {
            "from": FROM,
            "to": [{"name": "Dupont, Jean", "email": "j@x.example"}, {"email": "m@x.example"}],
            "bcc": [{"email": "b@x.example"}],
            "subject": "Réunion de rentrée : salle 12",
            "inReplyTo": ["1@x.example"],
            "references": ["0@x.example", "1@x.example"],
            **TEXT,
        },
        {"t": "Bonjour,\n\nÀ lundi.\n"},
    )
    assert summary.subject == "Réunion de rentrée : salle 12"
    assert summary.from_ is not None
    assert summary.from_[0].name == "Hélène Dupont"
    assert summary.to is not None
    assert [(one.name, one.email) for one in summary.to] == [("Dupont, Jean", "j@x.example"), (None, "m@x.example")]
    assert summary.bcc is not None
    assert summary.in_reply_to == ["1@x.example"]
    assert summary.references == ["0@x.example", "1@x.example"]
    assert rendition.parts["1"].value == "Bonjour,\n\nÀ lundi.\n"
    assert summary.message_id == ["default@x.example"]
    assert summary.sent_at == "2026-11-23T10:00:00+01:00"
    assert data.count(b"MIME-Version: 1.0\r\n") == 1


def test_what_the_draft_names_is_not_replaced() -> None:
    summary, _, _ = read_back({"messageId": ["own@x.example"], "sentAt": "2020-01-02T03:04:05Z", **TEXT}, {"t": "x"})
    assert summary.message_id == ["own@x.example"]
    assert summary.sent_at == "2020-01-02T03:04:05Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "sans fin de ligne",
        "fin de ligne\n",
        "espace \n fin \t",
        "é" * 500,
        "long " * 400,
        "x" * 2_000,
        ".\n..\nFrom moi\n--\n",
        "a\n\n\n",
        "=3D = \x0c",
        "日本語\n" * 100,
        "--=_boundary\n",
    ],
)
def test_body_values_come_back_to_the_character(text: str) -> None:
    _, rendition, _ = read_back(TEXT, {"t": text})
    assert rendition.parts["1"].value == text
    _, rendition, _ = read_back({**TEXT, **HTML}, {"t": text, "h": text})
    assert [rendition.parts[part].value for part in ("1", "2")] == [text, text]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_body_value_comes_back(text: str) -> None:
    _, rendition, _ = read_back(TEXT, {"t": text})
    assert rendition.parts["1"].value == text


def test_text_and_html_are_alternatives() -> None:
    data = compose({**TEXT, **HTML}, {"t": "x", "h": "<p>x"})
    assert shape(email.message_from_bytes(data)) == ("multipart/alternative", ["text/plain", "text/html"])


def test_inline_pictures_are_related_to_the_html_and_files_are_mixed() -> None:
    draft = {
        **TEXT,
        **HTML,
        "attachments": [
            {"blobId": "B1", "type": "image/png", "disposition": "inline", "cid": "logo@x"},
            {"blobId": "B2", "type": "application/pdf", "name": "été.pdf"},
        ],
    }
    blobs = {"B1": b"\x89PNG\r\n\x1a\n", "B2": bytes(range(256)) * 300}
    summary, _, data = read_back(draft, {"t": "x", "h": "<img src='cid:logo@x'>"}, blobs)
    message = email.message_from_bytes(data)
    assert shape(message) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", ("multipart/related", ["text/html", "image/png"])]),
            "application/pdf",
        ],
    )
    assert summary.text_body == ["1.1"]
    assert summary.html_body == ["1.2.1"]
    assert summary.attachments == ["1.2.2", "2"]
    pdf: Any = list(message.walk())[-1]
    assert pdf.get_payload(decode=True) == blobs["B2"]
    assert pdf.get_content_disposition() == "attachment"
    assert summary.body_structure.sub_parts is not None
    assert summary.body_structure.sub_parts[1].name == "été.pdf"


def test_nothing_is_an_empty_text() -> None:
    summary, rendition, _ = read_back({"from": FROM})
    assert summary.body_structure.type == "text/plain"
    assert rendition.parts["1"].value == ""


def test_body_structure_is_built_as_given() -> None:
    draft = {
        "subject": "s",
        "bodyStructure": {
            "type": "multipart/mixed",
            "header:X-Root": " yes",
            "subParts": [
                {"partId": "t", "type": "text/plain", "header:X-Part:asText": "é", "language": ["fr"]},
                {
                    "blobId": "B",
                    "type": "text/csv",
                    "charset": "iso-8859-1",
                    "name": "a.csv",
                    "disposition": "attachment",
                },
                {"blobId": "M", "type": "message/rfc822"},
            ],
        },
    }
    blobs = {"B": b"\xe9;1\n", "M": b"Subject: in\r\n\r\nbody\r\n"}
    summary, rendition, data = read_back(draft, {"t": "x"}, blobs)
    assert [part.type for part in summary.body_structure.sub_parts or []] == [
        "text/plain",
        "text/csv",
        "message/rfc822",
    ]
    assert rendition.parts["2"].value == "é;1\n"
    assert ("X-Root", " yes") in summary.headers
    assert b"X-Part: =?utf-8?b?w6k=?=\r\n" in data
    assert (summary.body_structure.sub_parts or [])[0].language == ["fr"]


def test_a_format_given_by_header_is_kept_with_our_charset() -> None:
    part = {"partId": "t", "header:Content-Type": " text/plain; format=flowed; charset=latin1"}
    _, _, data = read_back({"textBody": [part]}, {"t": "é"})
    assert b"Content-Type: text/plain; format=flowed; charset=utf-8\r\n" in data


def test_a_message_with_eight_bit_octets_is_not_encoded() -> None:
    draft = {"attachments": [{"blobId": "M", "type": "message/rfc822"}]}
    data = compose(draft, {}, {"M": b"Subject: \xc3\xa9\r\n\r\nbody\r\n"})
    check_transport(data, seven_bit=False)
    assert b"Content-Transfer-Encoding: 8bit\r\n\r\nSubject: \xc3\xa9" in data


@pytest.mark.parametrize(
    "blob", [b"", b"\n", b"a\nb", b"a\r\nb\r\n", b"\x00", b"x" * 3_000, "é\r\n".encode(), b" \r\n", b"\r", b"--b--\r\n"]
)
def test_text_blobs_come_back_to_the_octet(blob: bytes) -> None:
    part = {"blobId": "B", "type": "text/plain"}
    for draft in ({"attachments": [part]}, {"bodyStructure": part}):
        data = compose(draft, {}, {"B": blob})
        check_transport(data)
        leaf = next(part for part in email.message_from_bytes(data).walk() if not part.is_multipart())
        assert leaf.get_payload(decode=True) == blob


FORMS = {
    "header:X-Raw": " a\r\n b",
    "header:X-Text:asText": "Élan =?utf-8?q?x?= " + "mot " * 60 + "fin",
    "header:X-Long:asText": "x" * 2_000,
    "header:X-Addresses:asAddresses": [{"name": 'A \\ "b"', "email": "a@x.example"}],
    "header:X-Groups:asGroupedAddresses": [
        {"name": "Équipe", "addresses": [{"name": None, "email": "a@x.example"}]},
        {"name": None, "addresses": [{"name": "B", "email": "b@x.example"}]},
    ],
    "header:X-Ids:asMessageIds": ["a@x", "b@x"],
    "header:X-Date:asDate": "2026-11-23T10:00:00-05:00",
    "header:X-Urls:asURLs": ["https://x.example/a", "mailto:a@x.example"],
    "header:X-Many:asText:all": ["un", "deux"],
}


def test_every_form_comes_back_4_1_2() -> None:
    summary, _, _ = read_back(FORMS)
    for name, value in FORMS.items():
        assert HeaderProperty.read(name).value(summary.headers) == value


def test_header_lines_are_folded() -> None:
    data = compose(
        {
            "to": [{"name": f"Prénom Nom {n}", "email": f"prenom.nom{n}@ac-montpellier.example"} for n in range(50)],
            "subject": "é" * 300,
            "references": [f"{n}@ac-montpellier.example" for n in range(50)],
        }
    )
    assert max(len(line) for line in data.split(b"\r\n")) <= 78


INJECTIONS = [
    "x\r\nBcc: evil@x.example",
    "x\nBcc: evil@x.example",
    "x\rBcc: evil@x.example",
    "x\r\n\r\nbody",
    "é\r\nBcc: evil@x.example",
    "x\x00",
    "x\u2028Bcc: y",
    "x\x85Bcc: y",
]


@pytest.mark.parametrize("value", INJECTIONS)
def test_no_field_can_be_smuggled_in(value: str) -> None:
    drafts: list[dict[str, Any]] = [
        {"subject": value},
        {"from": [{"name": value, "email": "a@x.example"}]},
        {"to": [{"email": f"a@x.example{value}"}]},
        {"messageId": [value]},
        {"sentAt": value},
        {"header:X-A": " " + value},
        {"header:X-A:asURLs": [value]},
        {"header:X-G:asGroupedAddresses": [{"name": value, "addresses": []}]},
        {f"header:X-{value}": " a"},
        {"bodyStructure": {"partId": "t", "name": value}},
        {"bodyStructure": {"partId": "t", "name": value, "disposition": "attachment"}},
        {"bodyStructure": {"partId": "t", "disposition": value}},
        {"bodyStructure": {"partId": "t", "cid": value}},
        {"bodyStructure": {"partId": "t", "type": "text/" + value}},
        {"bodyStructure": {"partId": "t", "location": value}},
        {"bodyStructure": {"partId": "t", "language": [value]}},
        {"bodyStructure": {"blobId": "B", "type": "text/plain", "charset": value}},
        {"bodyStructure": {"partId": "t", "header:Content-Type": " text/plain; name=" + value}},
        {"bodyStructure": {"partId": "t", "header:Content-Disposition": " inline; filename=" + value}},
        {"bodyStructure": {"partId": "t", "header:X-B:asText": value}},
    ]
    for draft in drafts:
        try:
            data = compose(draft, {"t": "x"}, {"B": b"x"})
        except DraftError:
            continue
        check_transport(data)
        head, _, _ = data.partition(b"\r\n\r\n")
        names = {line.partition(b":")[0] for line in re.split(rb"\r\n(?![ \t])", head)}
        assert b"Bcc" not in names, draft
        assert b"body" not in names, draft


@pytest.mark.parametrize(
    ("draft", "properties"),
    [
        ({"id": "x"}, ["id"]),
        ({"headers": []}, ["headers"]),
        ({"size": 3, "preview": "x"}, ["size", "preview"]),
        ({"from": FROM, "header:From:asAddresses": FROM}, ["from", "header:From:asAddresses"]),
        ({"header:X-A": " 1", "header:x-a:asText": "2"}, ["header:X-A", "header:x-a:asText"]),
        ({"header:From:asText": "x"}, ["header:From:asText"]),
        ({"header:Content-Type": " text/plain"}, ["header:Content-Type"]),
        ({"from": "x"}, ["from"]),
        ({"from": [{"name": "x"}]}, ["from"]),
        ({"to": [{"email": "a b@x.example"}]}, ["to"]),
        ({"to": [{"email": "é@x.example"}]}, ["to"]),
        ({"subject": 3}, ["subject"]),
        ({"sentAt": "yesterday"}, ["sentAt"]),
        ({"sentAt": "2026-11-23T10:00:00"}, ["sentAt"]),
        ({"references": "a"}, ["references"]),
        ({"textBody": [{"partId": "t"}, {"partId": "t"}]}, ["textBody"]),
        ({"textBody": [{"partId": "t", "type": "text/html"}]}, ["textBody[0]/type"]),
        ({"htmlBody": [{"partId": "t", "type": "text/plain"}]}, ["htmlBody[0]/type"]),
        ({"textBody": [{"partId": "none"}]}, ["textBody[0]/partId"]),
        ({"textBody": [{"partId": "t", "charset": "utf-8"}]}, ["textBody[0]/charset"]),
        ({"textBody": [{"partId": "t", "size": 1}]}, ["textBody[0]/size"]),
        ({"textBody": [{"partId": "t", "blobId": "B"}]}, ["textBody[0]/partId", "textBody[0]/blobId"]),
        ({"textBody": [{"type": "text/plain"}]}, ["textBody[0]/partId", "textBody[0]/blobId"]),
        ({"attachments": [{"partId": "t", "type": "image/png"}]}, ["attachments[0]/type"]),
        ({"attachments": [{"blobId": "B", "headers": []}]}, ["attachments[0]/headers"]),
        ({"attachments": [{"blobId": "B", "type": "x"}]}, ["attachments[0]/type"]),
        (
            {"attachments": [{"blobId": "B", "header:Content-Transfer-Encoding": " 8bit"}]},
            ["attachments[0]/header:Content-Transfer-Encoding"],
        ),
        (
            {"attachments": [{"blobId": "B", "cid": "a", "header:Content-ID": " <b>"}]},
            ["attachments[0]/header:Content-ID", "attachments[0]/cid"],
        ),
        ({"bodyStructure": {"partId": "t"}, "textBody": []}, ["bodyStructure", "textBody"]),
        ({"bodyStructure": {"type": "multipart/mixed"}}, ["bodyStructure/subParts"]),
        ({"bodyStructure": {"type": "multipart/mixed", "subParts": [{}], "partId": "t"}}, ["bodyStructure/partId"]),
        ({"bodyStructure": {"partId": "t", "subParts": []}}, ["bodyStructure/subParts"]),
        ({"subject": "a", "bodyStructure": {"partId": "t", "header:Subject": " b"}}, ["bodyStructure/header:Subject"]),
        ({"bodyStructure": []}, ["bodyStructure"]),
        ({"attachments": {}}, ["attachments"]),
    ],
)
def test_what_the_rfc_forbids_is_refused_by_its_path(draft: dict[str, Any], properties: list[str]) -> None:
    assert refused(draft, {"t": "x"}) == properties


def test_damaged_body_values_are_refused() -> None:
    for flag in ("isEncodingProblem", "isTruncated"):
        with pytest.raises(DraftError) as caught:
            compose_message({"bodyValues": {"t": {flag: True}}}, lambda _: b"", lambda _: b"", DEFAULTS)
        assert caught.value.properties == [f"bodyValues/t/{flag}"]


def test_null_properties_are_absent() -> None:
    summary, _, _ = read_back({"cc": None, "header:X-A": None, "attachments": None, **TEXT}, {"t": "x"})
    assert summary.cc is None


def test_depth_and_number_of_parts_are_bounded() -> None:
    part: dict[str, Any] = {"partId": "t"}
    for _ in range(40):
        part = {"type": "multipart/mixed", "subParts": [part]}
    assert refused({"bodyStructure": part}, {"t": "x"})
    many = {"type": "multipart/mixed", "subParts": [{"partId": "t"}] * 2_000}
    assert refused({"bodyStructure": many}, {"t": "x"})


def test_a_message_over_the_size_is_refused() -> None:
    with pytest.raises(DraftTooLargeError):
        compose({"attachments": [{"blobId": "B"}]}, {}, {"B": b"x" * 9_000_000})


def test_boundaries_differ_each_time() -> None:
    draft = {**TEXT, **HTML}
    values = {"t": "x", "h": "y"}
    assert compose(draft, values) != compose(draft, values)


def test_an_international_domain_is_written_in_ascii() -> None:
    summary, _, _ = read_back({"to": [{"email": "a@écoles.example"}]})
    assert summary.to is not None
    assert summary.to[0].email == "a@xn--coles-9ra.example"


def test_an_unfinished_address_may_be_kept_in_a_draft() -> None:
    summary, _, _ = read_back({"to": [{"email": "jean"}, {"name": "J", "email": "jean"}]})
    assert summary.to is not None
    assert [(one.name, one.email) for one in summary.to] == [(None, "jean"), ("J", "jean")]


@given(st.text(max_size=120), st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_subject_and_name_come_back_or_lose_only_control_characters(subject: str, name: str) -> None:
    def readable(text: str) -> str:
        cleaned = re.sub(r"[\r\n\x00]+", " ", text.encode("utf-8", "replace").decode())
        cleaned = re.sub("[\x00-\x08\x0a-\x1f\x7f-\x9f]", "", cleaned)
        return unicodedata.normalize("NFC", cleaned)

    draft = {"subject": subject, "from": [{"name": name, "email": "a@x.example"}]}
    summary, _, _ = read_back(draft)
    assert (summary.subject or "").split() == readable(subject).split()
    assert summary.from_ is not None
    assert (summary.from_[0].name or "").split() == readable(name).split()
