"""A second opinion on sanitised HTML: a reader so strict that no browser can read the same text otherwise.

It knows one way to write each thing: every element closed in its order, every attribute in quotation marks, every sign
that means something escaped. What it can read has no room for a parser's repairs, from which mutations come.
"""

from __future__ import annotations

import re

from services.mail.tests.html.inspection import HARMLESS

_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
_ELEMENTS_TEXT = """
    a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
    details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav
    nobr ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead
    time tr tt u ul var wbr
"""
_ELEMENTS = frozenset(_ELEMENTS_TEXT.split())
_ENTITY = "&(?:amp|lt|gt|quot|nbsp|#x27);"
_VALUE = rf'(?:[^"<>&]|{_ENTITY})*+'
_TOKEN = re.compile(
    rf'(?:[^<>&]|{_ENTITY})++|<(?P<open>[a-z][a-z0-9]*+)(?P<attributes>(?: [a-z-]++="{_VALUE}")*+)>'
    r"|</(?P<close>[a-z][a-z0-9]*+)>"
)
_ATTRIBUTE = re.compile(rf' ([a-z-]++)="({_VALUE})"')


def strict_faults(html: str) -> list[str]:
    """What cannot be read strictly, and elements and attributes that have no business there."""
    faults: list[str] = []
    opened: list[str] = []
    position = 0
    while position < len(html):
        token = _TOKEN.match(html, position)
        if token is None:
            return [*faults, f"not strict: {html[position : position + 60]!r}"]
        position = token.end()
        if name := token["open"]:
            faults += _faults_of(name, token["attributes"])
            if name not in _VOID:
                opened.append(name)
        elif (name := token["close"]) and (not opened or opened.pop() != name):
            return [*faults, f"</{name}> closes nothing"]
    return faults + [f"<{name}> is not closed" for name in opened]


def _faults_of(name: str, attributes: str) -> list[str]:
    names = [match[1] for match in _ATTRIBUTE.finditer(attributes)]
    faults = [f"{name} {attribute}" for attribute in names if attribute not in HARMLESS | {"src"}]
    if name not in _ELEMENTS:
        faults.append(f"<{name}>")
    if len(names) != len(set(names)):
        faults.append(f"{name} has an attribute twice")
    return faults
