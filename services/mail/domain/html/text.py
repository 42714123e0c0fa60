"""HTML as plain text, for previews, search and readers without HTML. Linear on any input, however broken."""

from __future__ import annotations

import re
from html import unescape

from services.mail.domain.html.tokens import ATTRIBUTE, TAG

_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "table", "pre"})
_LINES = frozenset(
    {"div", "br", "tr", "li", "dt", "dd", "hr", "address", "article", "aside", "center", "fieldset", "footer", "form"}
    | {"header", "main", "nav", "section", "figure", "figcaption", "body", "caption", "option"}
)
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_HUGE_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200f\u2060\ufeff]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def html_to_text(html: str) -> str:
    """Text with a line per block, an empty line between paragraphs, and alternative texts of images."""
    writer = _Writer()
    position = 0
    for match in TAG.finditer(html):
        writer.text(html[position : match.start()])
        position = match.end()
        if match["name"]:
            writer.tag(match["name"].lower(), bool(match["end"]), match["attributes"])
        elif match[0].endswith("</"):
            position = html.find(">", position) + 1 or len(html)
    writer.text(html[position:])
    return writer.result()


class _Writer:
    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._preformatted = False
        self._at_line_start = True
        self._line_is_empty = True

    def text(self, source: str) -> None:
        if not source:
            return
        text = unescape(_HUGE_NUMBER.sub("\ufffd", source))
        if not self._preformatted:
            text = _SPACES.sub(" ", text)
            text = text.lstrip(" ") if self._at_line_start else text
        if text:
            self._pieces.append(text)
            self._at_line_start = text.endswith((" ", "\n"))
            self._line_is_empty = self._line_is_empty and not text.strip()

    def tag(self, name: str, is_end: bool, attributes: str) -> None:
        if name == "pre":
            self._preformatted = not is_end
        if name in _PARAGRAPHS:
            self._break("\n\n")
        elif name == "br" or (name in _LINES and not self._line_is_empty):
            self._break("\n")
        if name == "li" and not is_end:
            self._pieces.append("• ")
        if name in _CELLS and not self._at_line_start:
            self._pieces.append(" ")
            self._at_line_start = True
        if name == "img":
            self.text(_alternative(attributes))

    def _break(self, lines: str) -> None:
        self._pieces.append(lines)
        self._at_line_start = self._line_is_empty = True

    def result(self) -> str:
        joined = _INVISIBLE.sub("", "".join(self._pieces)).replace("\x00", "\ufffd")
        lines = "\n".join(line.strip() for line in joined.split("\n"))
        return _BLANK_LINES.sub("\n\n", lines).strip()


def _alternative(attributes: str) -> str:
    for match in ATTRIBUTE.finditer(attributes):
        if match["name"].lower() == "alt":
            return f" {match['double'] or match['single'] or match['bare'] or ''} "
    return ""
