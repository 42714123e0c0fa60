"""What the HTML libraries may be fed: they hang on input made for it, so it is measured first, in linear time.

Measured on nh3 0.3.8 and css-inline 0.24: time grows with the square of open elements (10,000: 0.2 s), of attributes
in one tag (100,000: 2 s), of ampersands (500,000: 3.6 s), with size of sheets × elements (300 million: 2.5 s), and with
unclosed formatting × paragraphs (1 million: 0.9 s, 13 MB). The estimate of open elements can be fooled; the pool's
clock is what stands behind it.
"""

from __future__ import annotations

import re
from collections import Counter

from services.mail.domain.html.tokens import ATTRIBUTE, TAG

SIZE_MAX = 1_000_000
INLINED_SIZE_MAX = 3_000_000
TAGS_MAX = 50_000
OPEN_MAX = 1_000
ATTRIBUTES_MAX = 200
AMPERSANDS_MAX = 100_000
RECONSTRUCTED_MAX = 200_000
STYLE_SIZE_MAX = 300_000
STYLE_MATCHES_MAX = 60_000_000

_STYLE = re.compile(r"<style\b[^>]*+>(.*?)(?:</style|\Z)", re.DOTALL | re.IGNORECASE)
_NEVER_DEEP = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
    | {"p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option", "optgroup"}
    | {"html", "head", "body"}
)
"""Void, or closed by the next of their kind; what they stand in is counted instead."""
_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_BLOCKS = frozenset({"p", "div", "td", "li"})


class HtmlBoundsError(Exception):
    """The HTML is larger or more tangled than any reader needs; its text is shown instead."""


def check_bounds(html: str) -> None:
    """Raises HtmlBoundsError, naming the bound."""
    if len(html) > SIZE_MAX:
        raise HtmlBoundsError("size")
    if html.count("&") > AMPERSANDS_MAX:
        raise HtmlBoundsError("ampersands")
    if html.count("<") > 2 * TAGS_MAX:
        raise HtmlBoundsError("tags")
    _check_tags(html)


def _check_tags(html: str) -> None:
    tags = blocks = opened = formatting = formatting_most = 0
    still_open: Counter[str] = Counter()
    for match in TAG.finditer(html):
        name = (match["name"] or "").lower()
        if not name:
            continue
        tags += 1
        blocks += name in _BLOCKS
        attributes = match["attributes"]
        if len(attributes) > ATTRIBUTES_MAX and sum(1 for _ in ATTRIBUTE.finditer(attributes)) > ATTRIBUTES_MAX:
            raise HtmlBoundsError("attributes")
        if name in _NEVER_DEEP:
            continue
        step = 1 if not match["end"] else -1 if still_open[name] else 0
        still_open[name] += step
        opened += step
        if name in _FORMATTING:
            formatting += step
            formatting_most = max(formatting_most, formatting)
        if opened > OPEN_MAX:
            raise HtmlBoundsError("depth")
    if tags > TAGS_MAX:
        raise HtmlBoundsError("tags")
    if formatting_most * blocks > RECONSTRUCTED_MAX:
        raise HtmlBoundsError("formatting")


def can_inline_styles(html: str) -> bool:
    """Whether css-inline, which tries every rule on every element, is quick enough on these sheets."""
    size = sum(map(len, _STYLE.findall(html)))
    return size <= STYLE_SIZE_MAX and size * html.count("<") <= STYLE_MATCHES_MAX
