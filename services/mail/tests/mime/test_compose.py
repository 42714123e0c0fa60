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

from services.mail.domain.mime.compose.draft import DraftTooLargeError
from services.mail.domain.mime.header_properties import HeaderProperty
from services.mail.tests.mime.composing import check_transport, compose, read_back

FROM = [{"name": "Hélène Dupont", "email": "h@x.example"}]


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


def test_null_properties_are_absent() -> None:
    summary, _, _ = read_back({"cc": None, "header:X-A": None, "attachments": None, **TEXT}, {"t": "x"})
    assert summary.cc is None


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


def test_a_draft_may_speak_of_the_source_of_a_picture() -> None:
    html = '<p>Écrivez &lt;img src="cid:99"&gt; ou &lt;img src="remote:3"&gt;</p>'
    draft = {"from": [{"email": "a@x.example"}], "htmlBody": [{"partId": "h", "type": "text/html"}]}
    summary, rendition, _ = read_back(draft, {"h": html})
    assert (summary.state, summary.problem) == ("parsed", None)
    assert rendition.safe is not None
    assert rendition.safe.html.strip() == html
