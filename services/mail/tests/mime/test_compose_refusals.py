"""RFC 8621 §4.6: what a draft may not say, and that no value of it can become another header field."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.mail.domain.mime.compose.draft import DraftError
from services.mail.domain.mime.compose.write_message import compose_message
from services.mail.tests.mime.composing import DEFAULTS, check_transport, compose

FROM = [{"name": "Hélène Dupont", "email": "h@x.example"}]


def refused(draft: dict[str, Any], values: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(DraftError) as caught:
        compose(draft, values)
    return caught.value.properties


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


def test_depth_and_number_of_parts_are_bounded() -> None:
    part: dict[str, Any] = {"partId": "t"}
    for _ in range(40):
        part = {"type": "multipart/mixed", "subParts": [part]}
    assert refused({"bodyStructure": part}, {"t": "x"})
    many = {"type": "multipart/mixed", "subParts": [{"partId": "t"}] * 2_000}
    assert refused({"bodyStructure": many}, {"t": "x"})
