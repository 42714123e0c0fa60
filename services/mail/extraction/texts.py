"""The text of a file, by its kind: at most TEXT_MAX characters. Anything may be raised: strangers made the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from itertools import chain

import docx
import pypdfium2
from docx.oxml.ns import qn
from odfdo import Document

from services.mail.domain.attachment_kinds import Kind
from services.mail.domain.html.text import html_to_text
from services.mail.domain.mime.charsets import decode_text
from services.mail.domain.mime.message import read_message
from services.mail.extraction.archives import check_bounds
from services.mail.extraction.protocol import TEXT_MAX

PAGES_MAX = 1_000
OCTETS_OF_TEXT_MAX = 4 * TEXT_MAX
_PARAGRAPH, _RUN = qn("w:p"), qn("w:t")

Read = Callable[[bytes, str | None], str]


def read_text(kind: Kind, octets: bytes, charset: str | None) -> str:
    return _READ[kind](octets, charset)[:TEXT_MAX]


def _pdf(octets: bytes, _: str | None) -> str:
    document = pypdfium2.PdfDocument(octets)
    try:
        return _joined(_page(document, number) for number in range(min(len(document), PAGES_MAX)))
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    try:
        return str(page.get_textpage().get_text_range())
    finally:
        page.close()


def _odf(octets: bytes, _: str | None) -> str:
    check_bounds(octets)
    body = Document(BytesIO(octets)).body
    return _joined(paragraph.inner_text for paragraph in body.get_elements("//text:p|//text:h"))


def _docx(octets: bytes, _: str | None) -> str:
    """The body with its tables, then headers and footers."""
    check_bounds(octets)
    document = docx.Document(BytesIO(octets))
    edges = ((section.header, section.footer) for section in document.sections)
    elements = [document.element.body, *(edge._element for edge in chain.from_iterable(edges))]
    return _joined(
        "".join(run.text or "" for run in paragraph.iter(_RUN))
        for element in elements
        for paragraph in element.iter(_PARAGRAPH)
    )


def _text(octets: bytes, charset: str | None) -> str:
    return decode_text(octets[:OCTETS_OF_TEXT_MAX], charset).text


def _html(octets: bytes, charset: str | None) -> str:
    return html_to_text(decode_text(octets[:OCTETS_OF_TEXT_MAX], charset, html=True).text)


def _message(octets: bytes, _: str | None) -> str:
    """Of a forwarded message: its subject and text, and the names of what it has attached."""
    summary, _rendition = read_message(octets, with_html=False)
    return f"{summary.subject or ''}\n{summary.search_text}"


def _joined(pieces: Iterable[str]) -> str:
    kept, room = [], TEXT_MAX
    for piece in pieces:
        kept.append(piece[:room])
        room -= len(piece) + 1
        if room <= 0:
            break
    return "\n".join(kept)


_READ: Mapping[Kind, Read] = {
    "pdf": _pdf,
    "odf": _odf,
    "docx": _docx,
    "text": _text,
    "html": _html,
    "message": _message,
}
