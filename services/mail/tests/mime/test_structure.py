"""RFC 8621 §4.1.4: bodyStructure, textBody, htmlBody, attachments, hasAttachment."""

from services.mail.domain.mime.splitter import split
from services.mail.domain.mime.structure import Structure, build_structure, has_attachment, leaves_of


def leaf(content_type: str, extra: str = "", body: str = "x") -> str:
    return f"Content-Type: {content_type}\r\n{extra}\r\n{body}"


def multipart(kind: str, *parts: str) -> str:
    boundary = f"{kind}-{len(''.join(parts))}"
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\n{inner}--{boundary}--\r\n"


def structure(text: str) -> Structure:
    data = text.encode()
    return build_structure(data, split(data))


def lists(text: str) -> tuple[list[str | None], list[str | None], list[str | None]]:
    found = structure(text)
    text_body, html_body, attachments = found.text_body, found.html_body, found.attachments
    return ([p.part_id for p in text_body], [p.part_id for p in html_body], [p.part_id for p in attachments])


ATTACHED = "Content-Disposition: attachment; filename=a.pdf\r\n"


def test_a_single_text_is_both_bodies() -> None:
    assert lists(leaf("text/plain")) == (["1"], ["1"], [])


def test_a_single_html_is_both_bodies() -> None:
    assert lists(leaf("text/html")) == (["1"], ["1"], [])


def test_alternatives_are_one_body_each() -> None:
    assert lists(multipart("alternative", leaf("text/plain"), leaf("text/html"))) == (["1"], ["2"], [])


def test_an_only_alternative_stands_for_the_other() -> None:
    assert lists(multipart("alternative", leaf("text/html"))) == (["1"], ["1"], [])
    assert lists(multipart("alternative", leaf("text/plain"))) == (["1"], ["1"], [])


def test_other_alternatives_are_attachments() -> None:
    text = multipart("alternative", leaf("text/plain"), leaf("text/html"), leaf("text/calendar; method=REQUEST"))
    assert lists(text) == (["1"], ["2"], ["3"])


def test_attachments_of_a_mixed() -> None:
    text = multipart("mixed", leaf("text/plain"), leaf("application/pdf", ATTACHED))
    assert lists(text) == (["1"], ["1"], ["2"])


def test_the_example_of_the_rfc() -> None:
    """§4.1.4, the figure with parts A to K."""
    text = multipart(
        "mixed",
        leaf("text/plain", "Content-Disposition: inline\r\n"),
        multipart(
            "mixed",
            multipart(
                "alternative",
                multipart(
                    "mixed",
                    leaf("text/plain", "Content-Disposition: inline\r\n"),
                    leaf("image/jpeg", "Content-Disposition: inline\r\n"),
                    leaf("text/plain", "Content-Disposition: inline\r\n"),
                ),
                multipart("related", leaf("text/html"), leaf("image/jpeg")),
            ),
            leaf("image/jpeg", "Content-Disposition: attachment\r\n"),
            leaf("application/x-excel"),
            leaf("message/rfc822", "", "Subject: j\r\n\r\nj"),
        ),
        leaf("text/plain", "Content-Disposition: inline\r\n"),
    )
    a, b, c, d, e, f = "1", "2.1.1.1", "2.1.1.2", "2.1.1.3", "2.1.2.1", "2.1.2.2"
    g, h, j, k = "2.2", "2.3", "2.4", "3"
    assert lists(text) == ([a, b, c, d, k], [a, e, k], [c, f, g, h, j])


def test_a_named_text_after_the_first_is_an_attachment() -> None:
    assert lists(multipart("mixed", leaf("text/plain"), leaf("text/plain; name=n.txt"))) == (["1"], ["1"], ["2"])
    assert lists(multipart("mixed", leaf("text/plain; name=n.txt"), leaf("text/plain"))) == (
        ["1", "2"],
        ["1", "2"],
        [],
    )


def test_related_pictures_are_attachments() -> None:
    assert lists(multipart("related", leaf("text/html"), leaf("image/png"))) == (["1"], ["1"], ["2"])


def test_properties_of_a_part() -> None:
    extra = (
        "Content-Disposition: Inline; filename*=utf-8''%C3%A9t%C3%A9.txt\r\nContent-ID: <a@b> (c)\r\n"
        "Content-Language: fr, en-GB\r\nContent-Location: https://x.example/\r\n a\r\n"
        "Content-Transfer-Encoding: base64\r\n"
    )
    part = structure(leaf("Text/Plain; charset=ISO-8859-15", extra, "pA==")).root
    assert (part.type, part.charset, part.name, part.disposition, part.cid) == (
        "text/plain",
        "ISO-8859-15",
        "été.txt",
        "inline",
        "a@b",
    )
    assert part.language == ["fr", "en-GB"]
    assert part.location == "https://x.example/a"
    assert (part.size, part.encoding) == (1, "base64")


def test_size_counts_decoded_octets() -> None:
    extra = "Content-Transfer-Encoding: quoted-printable\r\n"
    assert structure(leaf("text/plain", extra, "=C3=A9=\r\nx")).root.size == 3


def test_values_have_lf_line_ends_and_tell_problems() -> None:
    found = structure(
        multipart("mixed", leaf("text/plain; charset=utf-8", "", "a\r\nb"), leaf("text/x; charset=no", "", "é"))
    )
    assert found.values["1"].value == "a\nb"
    assert not found.values["1"].is_encoding_problem
    assert found.values["2"].is_encoding_problem
    assert found.root.sub_parts is not None
    assert found.root.sub_parts[1].encoding_problem


def test_an_implicit_charset_is_us_ascii() -> None:
    assert structure("Subject: a\r\n\r\nx").root.charset == "us-ascii"
    assert structure(leaf("image/png")).root.charset is None


def test_a_message_inside_is_one_leaf() -> None:
    found = structure(multipart("mixed", leaf("text/plain"), leaf("message/rfc822", "", leaf("text/html"))))
    assert [part.type for part in leaves_of(found.root)] == ["text/plain", "message/rfc822"]


def test_part_ids_are_null_exactly_for_multiparts() -> None:
    found = structure(multipart("mixed", multipart("alternative", leaf("text/plain")), leaf("image/png")))
    assert found.root.part_id is None
    assert [part.part_id for part in leaves_of(found.root)] == ["1.1", "2"]


def test_has_attachment_leaves_inline_and_embedded_parts_out() -> None:
    related = structure(
        multipart("related", leaf("text/html"), leaf("image/png", "Content-ID: <p@x>\r\n"), leaf("image/png"))
    )
    assert has_attachment(related.attachments, set())
    assert not has_attachment(related.attachments[:1], {"p@x"})
    inline = structure(multipart("related", leaf("text/html"), leaf("image/png", "Content-Disposition: inline\r\n")))
    assert not has_attachment(inline.attachments, set())
