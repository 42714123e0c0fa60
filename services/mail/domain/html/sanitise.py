"""HTML of a stranger made safe to show: an allow-list of tags, attributes, links and styles, and no remote load.

The result is a fragment. `<img>` keeps no src but for small embedded bitmaps: `data-cid` names an embedded image of
the message, `data-remote` an index in `blocked_remote`; `data-remote-background` is one too, of the picture that was
drawn behind any element. Links open elsewhere, without opener or referrer.
"""

from __future__ import annotations

import re
import secrets
from html import escape, unescape
from urllib.parse import unquote

import css_inline
import nh3

from services.mail.domain.html.bounds import (
    INLINED_SIZE_MAX,
    SIZE_MAX,
    HtmlBoundsError,
    can_inline_styles,
    check_bounds,
)
from services.mail.domain.html.styles import filter_style
from services.mail.domain.html.tokens import ATTRIBUTE, TAG
from services.mail.domain.mime.rendition import CidImage, SafeHtml

REMOTE_MAX = 500
CIDS_MAX = 500
ADDRESS_MAX = 2_000
STYLES_TOTAL_MAX = 200_000
SOURCES_TOTAL_MAX = 2 * SIZE_MAX
TEXT_MAX = INLINED_SIZE_MAX // 8
"""Whatever is escaped in it, it fits."""

_STYLE_COST = 30

_TAGS_TEXT = """
    a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
    details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav
    nobr ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead
    time tr tt u ul var wbr
"""
_TAGS = set(_TAGS_TEXT.split())
_DROPPED_WITH_CONTENT = {
    "script", "style", "title", "svg", "math", "iframe", "object", "applet", "embed", "noscript", "noembed", "noframes",
    "template", "textarea", "select", "xmp", "plaintext", "audio", "video", "canvas", "frameset", "datalist",
}  # fmt: skip
_CELL = {"align", "valign", "bgcolor", "width", "height", "colspan", "rowspan", "nowrap", "background", "abbr", "scope"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "title", "dir", "lang", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height", "border", "hspace", "vspace"},
    "font": {"color", "face", "size"},
    "table": {"bgcolor", "border", "cellpadding", "cellspacing", "width", "height", "summary", "background", "rules"},
    "td": _CELL,
    "th": _CELL,
    "tr": {"valign", "bgcolor", "height", "background"},
    "tbody": {"valign"},
    "thead": {"valign"},
    "tfoot": {"valign"},
    "col": {"span", "width", "valign"},
    "colgroup": {"span", "width", "valign"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"type", "value"},
    "hr": {"size", "width", "color", "noshade"},
    "br": {"clear"},
    "blockquote": {"type"},
    "time": {"datetime"},
}
_LINK = re.compile(r"(?:https?://[^\s\\]|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//[^\s<>\"]+\Z", re.IGNORECASE)
_BITMAP = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=\s]+\Z", re.IGNORECASE)
_COLOUR = re.compile(r"#?[0-9A-Za-z]{1,30}\Z")
_BLANK = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


class SafeHtmlBuilder:
    """Collects the displayable parts of one message, each sanitised by itself, into one SafeHtml."""

    def __init__(self) -> None:
        self._keeper = _Keeper()
        self._pieces: list[str] = []
        self._room = INLINED_SIZE_MAX
        self._source_room = SOURCES_TOTAL_MAX

    def add_html(self, html: str) -> None:
        """Raises HtmlBoundsError when the part, or all of them, are past a bound: show the text."""
        self._source_room -= len(html)
        if self._source_room < 0:
            raise HtmlBoundsError("size")
        check_bounds(html)
        inlined = _inline_styles(html)
        cleaned = nh3.clean(
            inlined,
            tags=_TAGS,
            clean_content_tags=_DROPPED_WITH_CONTENT,
            attributes=_ATTRIBUTES,
            attribute_filter=self._keeper.keep,
            url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
            url_relative="pass_through",
            link_rel="noopener noreferrer",
            set_tag_attribute_values={"a": {"target": "_blank"}},
        )
        if body := self._keeper.body_style(inlined):
            cleaned = f'<div style="{escape(body)}">{cleaned}</div>'
        self._add(self._keeper.replace_markers(cleaned))

    def add_text(self, text: str) -> None:
        """A text/plain part that stands between HTML parts. Raises HtmlBoundsError."""
        self._add(f'<div style="white-space:pre-wrap">{escape(text)}</div>')

    def _add(self, piece: str) -> None:
        self._room -= len(piece)
        if self._room < 0:
            raise HtmlBoundsError("size")
        self._pieces.append(piece)

    def result(self) -> SafeHtml:
        return SafeHtml(
            html="\n".join(self._pieces),
            blocked_remote=list(self._keeper.remote),
            cids=[CidImage(cid=cid) for cid in self._keeper.cids],
        )


def safe_text(text: str) -> SafeHtml:
    """What stands in for HTML that could not be made safe; cut after TEXT_MAX characters."""
    builder = SafeHtmlBuilder()
    builder.add_text(text[:TEXT_MAX])
    return builder.result()


def make_safe(html: str) -> SafeHtml:
    """One HTML text sanitised. Raises HtmlBoundsError."""
    builder = SafeHtmlBuilder()
    builder.add_html(html)
    return builder.result()


def _inline_styles(html: str) -> str:
    """<style> sheets applied to the elements; sheets that cannot be are left out, since nh3 drops their tags."""
    if "<style" not in html.lower() or not can_inline_styles(html):
        return html
    try:
        inlined = css_inline.inline(html, load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False)
    except css_inline.InlineError:
        return html
    return inlined if len(inlined) <= INLINED_SIZE_MAX else html


class _Keeper:
    """Decides on attribute values, and remembers what they pointed to. Called by nh3, where it must not raise."""

    def __init__(self) -> None:
        self.remote: dict[str, int] = {}
        self.cids: dict[str, int] = {}
        self._token = secrets.token_hex(16)
        """Not to be guessed: nh3 leaves quotation marks in text as they are, so a text can look like any attribute."""
        self._marker = re.compile(rf' (src|style|background)="(cid|remote):{self._token}-([0-9]{{1,4}})(?:;([^"]*+))?"')
        self._background = re.compile(rf' (?:style|background)="remote:{self._token}-')
        self._styles: set[str] = set()
        self._style_room = STYLES_TOTAL_MAX

    def keep(self, _tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return self._style(value)
        if attribute == "href":
            return self._link(value)
        if attribute == "src":
            return self._image(value)
        if attribute == "background":
            return self._remote(value)
        return value

    def replace_markers(self, cleaned: str) -> str:
        """Each address that was left in the output of nh3, as an attribute that loads nothing. An element that had two
        backgrounds has the first."""
        cids = list(self.cids)

        def named(match: re.Match[str]) -> str:
            attribute, kind, number, style = match[1], match[2], int(match[3]), match[4]
            if kind == "cid":
                return f' data-cid="{escape(cids[number])}"'
            if attribute == "src":
                return f' data-remote="{number}"'
            kept = f' style="{style}"' if style else ""
            before = cleaned[cleaned.rfind("<", 0, match.start()) : match.start()]
            return kept if self._background.search(before) else f' data-remote-background="{number}"{kept}'

        return self._marker.sub(named, cleaned)

    def body_style(self, html: str) -> str:
        """What <body> said of colours, spacing and background, for the element that stands in its place."""
        for match in TAG.finditer(html):
            if (match["name"] or "").lower() == "body" and not match["end"]:
                return self._style(";".join(_body_declarations(match["attributes"]))) or ""
        return ""

    def _style(self, value: str) -> str | None:
        if value not in self._styles:
            self._style_room -= len(value) + _STYLE_COST
            if self._style_room < 0:
                return None
            self._styles.add(value)
        filtered = filter_style(value)
        for address in filtered.images:
            self._block(address)
        background = self._remote(filtered.background or "")
        return ";".join(filter(None, (background, filtered.style))) or None

    def _link(self, value: str) -> str | None:
        address = value.strip()
        return address if _LINK.match(address) else None

    def _image(self, value: str) -> str | None:
        address = _BLANK.sub("", value)
        if address[:4].lower() == "cid:":
            cid = unquote(address[4:])[:ADDRESS_MAX]
            if not cid or (cid not in self.cids and len(self.cids) >= CIDS_MAX):
                return None
            return f"cid:{self._token}-{self.cids.setdefault(cid, len(self.cids))}"
        return self._remote(address) or (address if _BITMAP.match(address) else None)

    def _remote(self, value: str) -> str | None:
        """The marker of a remote address."""
        number = self._block(value)
        return None if number is None else f"remote:{self._token}-{number}"

    def _block(self, value: str) -> int | None:
        """Index of a remote address in the list; None when it is none or there are too many."""
        address = _BLANK.sub("", value)
        if len(address) > ADDRESS_MAX or not _REMOTE.match(address):
            return None
        if address.startswith("//"):
            address = "https:" + address
        if address not in self.remote and len(self.remote) >= REMOTE_MAX:
            return None
        return self.remote.setdefault(address, len(self.remote))


def _body_declarations(attributes: str) -> list[str]:
    declarations: list[str] = []
    for match in ATTRIBUTE.finditer(attributes):
        name = match["name"].lower()
        value = unescape(match["double"] or match["single"] or match["bare"] or "").strip()
        if name == "style":
            declarations.append(value)
        elif name == "background" and _REMOTE.match(value):
            declarations.insert(0, f'background-image:url("{value}")')
        elif name == "bgcolor" and _COLOUR.match(value):
            declarations.insert(0, f"background-color:{value}")
        elif name == "text" and _COLOUR.match(value):
            declarations.insert(0, f"color:{value}")
    return declarations
