"""How bytes of strangers are handed to a browser: as a download, in a sandbox, under a type it won't run."""

import re
from urllib.parse import quote

ACTIVE = re.compile(
    r"(multipart|message|model|x-[^/]*)/|.*(html|(?<!open)xml|xsl|script|svg|flash|component|applet|hta|mht|mimearchive)"
)
"""Whatever a browser of any age could run or read as markup, by a word in its name; office files (openxml) are not."""
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_VALUE = r'(?:[A-Za-z0-9_.:+/-]{1,100}|"[A-Za-z0-9_.:+/ -]{1,100}")'
_PARAMETERS = re.compile(rf"(?:[ \t]*;[ \t]*[A-Za-z0-9_.+-]{{1,40}}={_VALUE}){{0,8}}")
OPAQUE = "application/octet-stream"

SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_type(asked: str, *, for_page: bool) -> str:
    """The type asked for (RFC 8620 §6.2), as it was asked for: the charset of bytes is not ours to guess. For our own
    pages, a type that could run is sent as opaque bytes: a page may make same-origin addresses out of what it
    fetched."""
    base, _, _ = asked.partition(";")
    known = base.strip().lower()
    if not _TYPE.fullmatch(known) or (for_page and ACTIVE.match(known)):
        return OPAQUE
    parameters = asked[len(base) :]
    return known + parameters if _PARAMETERS.fullmatch(parameters) else known


def disposition(name: str) -> str:
    """Content-Disposition: attachment with both forms of the name (RFC 6266 §4.3, RFC 8187): no control character, none
    that turns the direction of text, no path."""
    clean = "".join(character for character in name if character.isprintable() and character not in "/\\")[:200]
    clean = clean.strip(" .") or "fichier"
    plain = clean.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("%", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
