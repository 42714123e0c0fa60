"""Inline CSS reduced to what lays out and colours text: nothing that loads, moves, hides the page or computes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2

DECLARATIONS_MAX = 100
STYLE_MAX = 4_000

_PROPERTIES_TEXT = """
    color background-color background direction
    font font-family font-size font-style font-variant font-weight line-height letter-spacing word-spacing
    text-align text-decoration text-decoration-line text-decoration-color text-decoration-style text-indent
    text-transform white-space word-break word-wrap overflow-wrap vertical-align unicode-bidi
    margin margin-top margin-right margin-bottom margin-left
    padding padding-top padding-right padding-bottom padding-left
    border border-top border-right border-bottom border-left border-color border-style border-width border-radius
    border-top-color border-right-color border-bottom-color border-left-color
    border-top-style border-right-style border-bottom-style border-left-style
    border-top-width border-right-width border-bottom-width border-left-width
    border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius
    border-collapse border-spacing caption-side empty-cells table-layout
    width height min-width min-height max-width max-height display float clear overflow
    list-style list-style-type list-style-position box-sizing
"""
PROPERTIES = frozenset(_PROPERTIES_TEXT.split())
_BACKGROUNDS = frozenset({"background", "background-image"})
_MAY_NAME_IMAGES = _BACKGROUNDS | {"list-style", "list-style-image"}
_NOT_NEGATIVE = ("margin", "text-indent", "letter-spacing", "word-spacing")
_COLOUR_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla"})
_NUMBERS = frozenset({"number", "percentage", "dimension"})
_PLAIN = frozenset({"ident", "hash", "string", "whitespace"}) | _NUMBERS
_DISPLAYS = frozenset(
    {"block", "inline", "inline-block", "none", "list-item", "table", "inline-table", "table-row", "table-cell"}
    | {"table-row-group", "table-header-group", "table-footer-group", "table-column", "table-caption"}
)


class FilteredStyle(NamedTuple):
    """style: what may stay, "" for nothing. images: addresses that were taken out. background: the one among them that
    was drawn behind the element, None where there was none."""

    style: str
    images: tuple[str, ...] = ()
    background: str | None = None


def filter_style(value: str) -> FilteredStyle:
    """Keeps declarations of PROPERTIES whose values are plain: no url(), no function but colours, no var()."""
    return _filter_cached(value) if len(value) <= STYLE_MAX else FilteredStyle("")


@lru_cache(maxsize=1_024)
def _filter_cached(value: str) -> FilteredStyle:
    kept: list[str] = []
    images: list[str] = []
    background: str | None = None
    nodes = tinycss2.parse_blocks_contents(value, skip_comments=True, skip_whitespace=True)
    for node in nodes[:DECLARATIONS_MAX]:
        if node.type != "declaration":
            continue
        if node.lower_name in _MAY_NAME_IMAGES:
            addresses = [address for token in node.value if (address := _address(token)) is not None]
            images += addresses
            if addresses and node.lower_name in _BACKGROUNDS:
                background = addresses[0]
        text = _declaration(node)
        if text:
            kept.append(text)
    return FilteredStyle(";".join(kept), tuple(images), background)


def _declaration(node: Any) -> str:
    name: str = node.lower_name
    tokens = [token for token in node.value if token.type != "comment"]
    if name in _MAY_NAME_IMAGES:
        tokens = [token for token in tokens if _address(token) is None]
    if name not in PROPERTIES or not all(_is_plain(token) for token in tokens):
        return ""
    if name == "display" and not all(token.type == "whitespace" or token.value in _DISPLAYS for token in tokens):
        return ""
    if name.startswith(_NOT_NEGATIVE) and any(token.type in _NUMBERS and token.value < 0 for token in tokens):
        return ""
    value = tinycss2.serialize(tokens).strip()
    important = "!important" if node.important else ""
    return f"{name}:{value}{important}" if value else ""


def _address(token: Any) -> str | None:
    """What a url(…) names, quoted or not."""
    if token.type == "url":
        return str(token.value)
    if token.type == "function" and token.lower_name == "url":
        return "".join(str(argument.value) for argument in token.arguments if argument.type == "string")
    return None


def _is_plain(token: Any) -> bool:
    if token.type in _PLAIN:
        return True
    if token.type == "literal":
        return token.value in {",", "/"}
    return (
        token.type == "function"
        and token.lower_name in _COLOUR_FUNCTIONS
        and all(
            argument.type in _NUMBERS | {"whitespace"} or (argument.type == "literal" and argument.value in {",", "/"})
            for argument in token.arguments
        )
    )
