"""One pass over a message: what the summary and the rendition say."""

import base64

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chassis.jmap.batch import REPLY_BYTES
from services.mail.application.jmap.body_parts import Source, describe, raw_headers, walk
from services.mail.application.jmap.email_properties import BODY_DEFAULT, BodyProperties
from services.mail.domain.html.sanitise import TEXT_MAX, SafeHtmlBuilder, safe_text
from services.mail.domain.mime.fit import fit
from services.mail.domain.mime.message import read_headers_only, read_message, unparsed_summary
from services.mail.domain.mime.structure import leaves_of
from services.mail.domain.mime.summary import SUMMARY_MAX, ParseSummary
from services.mail.domain.mime.transfer import undo
from services.mail.tests.mime.nul import holds_nul

TRACE = b"Return-Path: <p@x.example>\r\nReceived: from a by b; Mon, 23 Nov 2026 10:00:01 +0100\r\n"
ORIGINAL = (
    b"From: =?utf-8?q?H=C3=A9l=C3=A8ne?= <h@x.example>\r\nTo: Jean <j@x.example>\r\n"
    b"Subject: RE : Sortie =?utf-8?q?=C3=A0_S=C3=A8te?=\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
    b"Message-ID: <2@x.example>\r\nIn-Reply-To: <1@x.example>\r\nReferences: <0@x.example> <1@x.example>\r\n"
    b"Content-Type: multipart/mixed; boundary=m\r\n\r\n"
    b"--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
    b"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n> cit\xc3\xa9\r\n\r\nBonjour  Jean,\r\n\xc3\xa0 lundi\r\n"
    b'--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p onclick="x()">Bonjour <img src="cid:logo@x">'
    b'<img src="http://t.example/p.gif"></p>\r\n--a--\r\n'
    b"--m\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Disposition: attachment\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.b64encode(b"%PDF-1.4") + b"\r\n--m--\r\n"
)


def test_the_summary_of_a_usual_message() -> None:
    summary, rendition = read_message(TRACE + ORIGINAL)
    assert summary.state == "parsed"
    assert summary.size == len(TRACE) + len(ORIGINAL)
    assert summary.subject == "RE : Sortie à Sète"
    assert (summary.base_subject, summary.is_reply) == ("sortie à sète", True)
    assert summary.from_ is not None
    assert summary.from_[0].model_dump() == {"name": "Hélène", "email": "h@x.example"}
    assert summary.message_id == ["2@x.example"]
    assert summary.in_reply_to == ["1@x.example"]
    assert summary.references == ["0@x.example", "1@x.example"]
    assert summary.sent_at == "2026-11-23T10:00:00+01:00"
    assert summary.cc is None
    assert [name for name, _ in summary.headers[:3]] == ["Return-Path", "Received", "From"]
    assert (summary.text_body, summary.html_body, summary.attachments) == (["1.1"], ["1.2"], ["2"])
    assert summary.has_attachment
    assert summary.preview == "Bonjour Jean, à lundi"
    assert "plan.pdf" in summary.search_text
    assert rendition.parts["1.1"].value == "> cité\n\nBonjour  Jean,\nà lundi"
    assert rendition.safe is not None
    assert "onclick" not in rendition.safe.html
    assert rendition.safe.blocked_remote == ["http://t.example/p.gif"]
    assert rendition.text.endswith("à lundi")


def test_offsets_count_from_the_trace_block() -> None:
    data = TRACE + ORIGINAL
    summary, _ = read_message(data)
    pdf = list(leaves_of(summary.body_structure))[-1]
    octets = undo(data[pdf.body_start : pdf.body_end], pdf.encoding).octets
    assert (octets, pdf.size) == (b"%PDF-1.4", 8)
    assert summary.body_structure.header_start == 0
    assert data[: summary.body_structure.body_start].endswith(b"boundary=m\r\n\r\n")


def test_a_summary_survives_its_json() -> None:
    summary, _ = read_message(TRACE + ORIGINAL)
    stored = orjson.loads(orjson.dumps(summary.to_json()))
    assert ParseSummary.model_validate(stored) == summary
    assert stored["from"][0]["email"] == "h@x.example"
    assert stored["body_structure"]["subParts"][1]["partId"] == "2"


def test_embedded_pictures_are_found_by_content_id_and_are_no_attachment() -> None:
    _, rendition = read_message(
        b"Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n<img src=cid:a%40b>"
        b"\r\n--r\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\n\r\nx\r\n--r--\r\n"
    )
    assert rendition.safe is not None
    assert [(image.cid, image.part_id) for image in rendition.safe.cids] == [("a@b", "2")]


def test_html_only_mail_has_a_text_for_preview_and_search() -> None:
    summary, rendition = read_message(
        b"Content-Type: text/html\r\n\r\n<style>p{color:red}</style><p>Chers&nbsp;coll&egrave;gues,</p><p>Merci</p>"
    )
    assert summary.preview == "Chers collègues, Merci"
    assert rendition.text == "Chers collègues,\n\nMerci"


def test_the_preview_of_a_bare_quotation_is_the_quotation() -> None:
    summary, _ = read_message(b"Subject: a\r\n\r\n> only this\r\n")
    assert summary.preview == "> only this"


def test_previews_are_bounded_and_on_one_line() -> None:
    summary, _ = read_message(b"Subject: a\r\n\r\n" + b"mot\t\r\n" * 1_000)
    assert len(summary.preview) <= 256
    assert "\n" not in summary.preview
    assert "  " not in summary.preview


def test_over_tangled_html_leaves_its_text() -> None:
    summary, rendition = read_message(b"Content-Type: text/html\r\n\r\n" + b"<div>" * 5_000 + b"au fond")
    assert (summary.state, summary.problem) == ("text-only", "html-depth")
    assert rendition.safe is not None
    assert rendition.safe.html == '<div style="white-space:pre-wrap">au fond</div>'
    assert rendition.text == "au fond"


def test_a_text_instead_of_html_fits_whatever_has_to_be_escaped_in_it() -> None:
    head = b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n"
    html = b"\r\n--b\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 5_000 + b"\r\n--b--\r\n"
    summary, rendition = read_message(head + b'"' * 900_000 + html)
    assert (summary.state, summary.problem) == ("text-only", "html-depth")
    assert rendition.safe is not None
    assert rendition.safe.html.count("&quot;") == TEXT_MAX


def test_html_that_breaks_the_sanitiser_leaves_its_text_and_no_word_of_it_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_builder: SafeHtmlBuilder, html: str) -> None:
        raise IndexError(html)

    monkeypatch.setattr(SafeHtmlBuilder, "add_html", broken)
    summary, rendition = read_message(b"Content-Type: text/html\r\n\r\n<p>confidentiel</p>")
    assert (summary.state, summary.problem) == ("text-only", "html-failed")
    assert rendition.safe == safe_text("confidentiel")
    assert [record.error for record in caplog.records] == ["IndexError"]  # type: ignore[attr-defined]
    assert "confidentiel" not in caplog.text


@pytest.mark.parametrize(
    ("content_type", "body", "found"),
    [
        ("text/calendar; method=REQUEST", "BEGIN:VCALENDAR", ("1", "REQUEST")),
        ("text/calendar", "BEGIN:VCALENDAR\r\nMETHOD:reply\r\n", ("1", "REPLY")),
        ("text/calendar", "BEGIN:VCALENDAR\r\nMETHOD:NONSENSE\r\n", None),
        ("text/plain", "METHOD:REQUEST", None),
    ],
)
def test_invitations_are_told(content_type: str, body: str, found: tuple[str, str] | None) -> None:
    summary, _ = read_message(f"Content-Type: {content_type}\r\n\r\n{body}".encode())
    invitation = summary.invitation
    assert (invitation and (invitation.part_id, invitation.method)) == found


def test_headers_alone_leave_the_body_as_an_attachment() -> None:
    summary = read_headers_only(TRACE + ORIGINAL)
    assert summary.state == "headers-only"
    assert summary.subject == "RE : Sortie à Sète"
    assert summary.body_structure.type == "application/octet-stream"
    assert (summary.attachments, summary.has_attachment) == (["1"], True)


def test_nothing_read_is_one_attachment() -> None:
    summary = unparsed_summary(123)
    part = summary.body_structure
    assert (summary.state, part.name, part.size, part.body_end) == ("unparsed", "message.eml", 123, 123)


def told_size(summary: ParseSummary) -> int:
    """Octets of an Email as mail's reply tells it with all its properties."""
    source = Source(lambda part: f"P1234567-{part['partId']}", lambda _: [])
    structure = summary.to_json()["body_structure"]
    parts = {part["partId"]: part for part in walk(structure) if part.get("partId")}
    names = (*summary.text_body, *summary.html_body, *summary.attachments)
    told = [describe(parts[name], BodyProperties(BODY_DEFAULT, {}), source) for name in names]
    tree = describe(structure, BodyProperties((*BODY_DEFAULT, "subParts"), {}), source)
    fields = summary.model_dump(mode="json", include={"subject", "from_", "to", "cc", "references"})
    return len(orjson.dumps([told, tree, fields, raw_headers(summary.headers)]))


@pytest.mark.parametrize(
    "data",
    [
        b"".join(b"X-%d: %s\r\n" % (n, b"\xff" * 100) for n in range(2_400)) + b"\r\nbody",
        b"To: " + b", ".join(b"user%d@long-domain-name.example" % n for n in range(7_000)) + b"\r\n\r\nbody",
        b"Subject: " + b"\x01" * 250_000 + b"\r\n\r\nbody",
        b"References: " + b" ".join(b"<%d@x.example>" % n for n in range(15_000)) + b"\r\n\r\nbody",
        b"A: b\r\n\r\n" + "éà\x02".encode() * 100_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + (
            b'--b\r\nContent-Type: text/plain; name="'
            + b"n" * 250
            + b'"\r\nContent-ID: <'
            + b"c" * 250
            + b">\r\n\r\nx\r\n"
        )
        * 1_000
        + b"--b--\r\n",
        b'From: "' + b"a" * 200_000 + b'" <a@x.example>\r\n\r\nbody',
        b"Content-Type: a/b" + b"; x=\x01y" * 2_000 + b"\r\n\r\nbody",
    ],
)
def test_a_summary_always_fits(data: bytes) -> None:
    summary, rendition = read_message(data)
    summary.rendition = "0" * 64
    size = len(orjson.dumps(fit(summary).to_json()))
    assert size <= SUMMARY_MAX
    assert told_size(summary) <= REPLY_BYTES
    assert rendition.imap_body_structure is not None
    assert ParseSummary.model_validate(summary.to_json()).body_structure == summary.body_structure


@given(
    st.binary(max_size=300),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=a", "message/rfc822"]),
)
@settings(max_examples=300, deadline=None)
def test_any_body_of_any_type_gives_a_summary(body: bytes, content_type: str) -> None:
    for encoding in ("base64", "quoted-printable", "8bit"):
        head = f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        data = head.encode() + body
        summary, rendition = read_message(data)
        assert summary.size == len(data)
        orjson.dumps(fit(summary).to_json())
        rendition.to_bytes()


def test_no_nul_gets_into_the_summary_since_jsonb_refuses_it() -> None:
    data = (
        b"Subject: a\x00b =?utf-8?q?=00?= =?utf-16?b?AAAAAA==?=\r\nTo: \x00J <\x00@x>\r\n"
        b"Message-ID: <\x00>\r\nDate: \x00\r\nContent-Type: multipart/mixed; boundary=b; x=\x00; charset*=''%00\r\n\r\n"
        b"--b\r\nContent-Type: text/pl\x00ain; charset=\x00; charset*=''%00; name*=utf-8''%00a\r\n"
        b"Content-ID: <\x00>\r\nContent-Disposition: \x00; filename=\x00\r\n"
        b"Content-Language: \x00\r\nContent-Location: \x00\r\n"
        b"Content-Description: \x00\r\nContent-Transfer-Encoding: \x00\r\n\r\na\x00b\r\n--b--"
    )
    summary, rendition = read_message(data)
    assert summary.body_structure.sub_parts is not None
    assert not holds_nul(summary.to_json())
    assert not holds_nul(orjson.loads(rendition.to_bytes()))


@given(st.binary(max_size=400))
@example(b"\\u0000")
@settings(max_examples=300, deadline=None)
def test_any_octets_give_a_summary(data: bytes) -> None:
    summary, rendition = read_message(data)
    assert list(leaves_of(summary.body_structure))
    assert not holds_nul(summary.to_json())
    orjson.dumps(fit(summary).to_json())
    rendition.to_bytes()
