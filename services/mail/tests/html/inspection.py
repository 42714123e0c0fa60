"""What a browser would find in sanitised HTML, for tests to judge."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import tinycss2

LOADING = frozenset({"src", "srcset", "background", "poster", "data", "action", "formaction", "xlink:href", "ping"})
HARMLESS = frozenset(
    {"style", "title", "dir", "lang", "align", "href", "target", "rel", "alt", "width", "height", "border", "hspace"}
    | {"vspace", "color", "face", "size", "bgcolor", "cellpadding", "cellspacing", "summary", "rules", "valign"}
    | {"colspan", "rowspan", "nowrap", "abbr", "scope", "span", "start", "type", "reversed", "value", "noshade"}
    | {"clear", "datetime", "data-cid", "data-remote", "data-remote-background"}
)
ACTIVE = frozenset(
    {"script", "style", "link", "meta", "base", "iframe", "frame", "object", "embed", "applet", "form", "input"}
    | {"button", "svg", "math", "audio", "video", "source", "template", "textarea", "select", "title", "html", "body"}
)


@dataclass
class Inspection(HTMLParser):
    """faults: what should not be there."""

    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "src" and tag == "img" and re.match(r"data:image/(png|gif|jpeg|jpg|webp|bmp);base64,", value):
            return
        if name in LOADING or name not in HARMLESS:
            self.faults.append(f"{tag} {name}={value[:60]}")
        if name == "href" and not re.match(r"(https?://|mailto:|tel:)", value, re.IGNORECASE):
            self.faults.append(f"href={value[:60]}")
        if name == "style":
            self._style(value)

    def _style(self, value: str) -> None:
        for node in tinycss2.parse_blocks_contents(value):
            if node.type != "declaration" or node.lower_name in {
                "position",
                "z-index",
                "behavior",
                "filter",
                "content",
            }:
                self.faults.append(f"style {value[:60]}")
                continue
            for token in node.value:
                if token.type in {"url", "error", "{} block", "[] block", "() block"}:
                    self.faults.append(f"style {value[:60]}")
                if token.type == "function" and token.lower_name not in {"rgb", "rgba", "hsl", "hsla"}:
                    self.faults.append(f"style {value[:60]}")


def faults_of(html: str) -> list[str]:
    """Everything in `html` that could load, run, or leave its place."""
    inspection = Inspection()
    inspection.feed(html)
    inspection.close()
    return inspection.faults
