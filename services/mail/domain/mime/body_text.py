"""What a reader sees of a message's body: plain text, preview, and safe HTML."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from services.mail.domain.html.bounds import HtmlBoundsError
from services.mail.domain.html.sanitise import SafeHtmlBuilder, safe_text
from services.mail.domain.html.text import html_to_text
from services.mail.domain.mime.limits import PREVIEW_MAX, SEARCH_TEXT_MAX
from services.mail.domain.mime.rendition import SafeHtml
from services.mail.domain.mime.structure import Structure, leaves_of
from services.mail.domain.mime.summary import BodyPart

_log = logging.getLogger(__name__)

_DISPLAYED_MAX = 50
_SOURCES_MAX = 1_000_000
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\s]+")
_TRAILING_SPACES = re.compile(r"[ \t]+$", re.MULTILINE)


@dataclass(slots=True)
class Displayed:
    """safe: None when the body has no HTML. html_problem: why the text stands in it instead, None when it does not."""

    text: str
    safe: SafeHtml | None
    html_problem: str | None


def displayed_body(structure: Structure, *, with_html: bool = True) -> Displayed:
    """Text of textBody (of htmlBody where that is empty), and htmlBody sanitised unless `with_html` is off.

    Pictures and sounds that stand among the parts of htmlBody are not in it: the client shows them after it.
    """
    text = _join_texts(structure, structure.text_body) or _join_texts(structure, structure.html_body)
    if not any(part.type == "text/html" for part in structure.html_body):
        return Displayed(text, None, None)
    if not with_html:
        return Displayed(text, safe_text(text), "html-off")
    try:
        return Displayed(text, _safe_html(structure), None)
    except HtmlBoundsError as error:
        return Displayed(text, safe_text(text), f"html-{error}")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - what a stranger wrote must not cost its reader the text
        _log.error("HTML could not be made safe", extra={"error": type(error).__name__})
        return Displayed(text, safe_text(text), "html-failed")


def preview_of(text: str) -> str:
    """At most PREVIEW_MAX characters on one line, without quoted lines where something else was written."""
    head = text[: 40 * PREVIEW_MAX]
    return (_one_line(_QUOTED.sub("", head)) or _one_line(head))[:PREVIEW_MAX].strip()


def search_text_of(text: str, structure: Structure) -> str:
    """The text, then the names of attachments; at most SEARCH_TEXT_MAX octets of UTF-8."""
    names = "\n".join(part.name for part in leaves_of(structure.root) if part.name)
    room = SEARCH_TEXT_MAX - min(len(names.encode()), SEARCH_TEXT_MAX // 4) - 1
    return (_cut(_TRAILING_SPACES.sub("", text), room) + "\n" + _cut(names, SEARCH_TEXT_MAX // 4)).strip()


def _cut(text: str, octets: int) -> str:
    return text[:octets].encode()[:octets].decode("utf-8", "ignore")


def _one_line(text: str) -> str:
    return _INVISIBLE.sub(" ", text).strip()


def _join_texts(structure: Structure, parts: list[BodyPart]) -> str:
    texts: list[str] = []
    room = _SOURCES_MAX
    for part in parts[:_DISPLAYED_MAX]:
        value = structure.values.get(part.part_id or "")
        if value is not None:
            source = value.value[:room]
            room -= len(source)
            texts.append(html_to_text(source) if part.type == "text/html" else source.strip("\n"))
    return "\n\n".join(texts).strip()


def _safe_html(structure: Structure) -> SafeHtml:
    builder = SafeHtmlBuilder()
    for part in structure.html_body[:_DISPLAYED_MAX]:
        value = structure.values.get(part.part_id or "")
        if value is None:
            continue
        if part.type != "text/html":
            builder.add_text(value.value)
        elif value.is_truncated:
            raise HtmlBoundsError("size")
        else:
            builder.add_html(value.value)
    safe = builder.result()
    parts = {part.cid: part.part_id for part in leaves_of(structure.root) if part.cid}
    folded = {cid.lower(): part_id for cid, part_id in parts.items()}
    for image in safe.cids:
        image.part_id = parts.get(image.cid) or folded.get(image.cid.lower())
    return safe
