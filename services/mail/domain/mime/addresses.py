"""Address lists (RFC 5322 §3.4) of the real world: one pass over the tokens, never an error.

What is not an address is kept as one: RFC 8621 §4.1.2.3 asks for a best effort.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from services.mail.domain.mime.limits import ADDRESSES_MAX

_TOKEN = re.compile(r'\s++|"(?:[^"\\]++|\\.)*+"?|\[[^\[\]<>,;"\s]*+\]?|[^\s"(),:;<>\[\]\\]++|\\.|.', re.DOTALL)
_PAREN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|\\.|[()]', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SPACES = re.compile(r"\s++")


class Mailbox(NamedTuple):
    """name: display name with its encoded words still in; email: addr-spec without comments and white space."""

    name: str | None
    email: str


@dataclass(slots=True)
class Group:
    """RFC 5322 §3.4 group; name is None for mailboxes that stand outside of any."""

    name: str | None
    mailboxes: list[Mailbox] = field(default_factory=list)


def read_groups(text: str) -> list[Group]:
    """Mailboxes of an unfolded field value in order, at most ADDRESSES_MAX of them."""
    reader = _Reader()
    for piece, is_comment in _tokens(text):
        if reader.count >= ADDRESSES_MAX:
            break
        reader.take(piece, is_comment)
    reader.end_group()
    return [group for group in reader.groups if group.mailboxes or group.name is not None]


class _Reader:
    def __init__(self) -> None:
        self.groups: list[Group] = [Group(None)]
        self.count = 0
        self._in_group = False
        self._clear()

    def _clear(self) -> None:
        self._words: list[str] = []
        self._angle: list[str] | None = None
        self._in_angle = False
        self._has_address = False
        self._comment: str | None = None

    def take(self, piece: str, is_comment: bool) -> None:
        if is_comment:
            self._comment = self._comment or piece or None
        elif self._in_angle:
            self._take_in_angle(piece)
        elif piece == "<":
            if self._angle is None:
                self._angle = []
            self._in_angle = True
        elif piece == ",":
            self._end_mailbox()
        elif piece == ";":
            self.end_group()
        elif piece == ":" and self._starts_group():
            self.groups.append(Group(_phrase(self._words)))
            self._in_group = True
            self._clear()
        elif self._angle is None:
            self._words.append(piece)

    def _take_in_angle(self, piece: str) -> None:
        angle = self._angle
        if angle is None or piece == ">":
            self._in_angle = False
        elif piece in {",", ";"} and self._has_address:
            self._in_angle = False
            self.take(piece, False)
        elif piece != "<":
            angle.append(piece)
            self._has_address = self._has_address or "@" in piece[1:]

    def _starts_group(self) -> bool:
        return not self._in_group and self._angle is None and not any(_has_at(word) for word in self._words)

    def end_group(self) -> None:
        self._end_mailbox()
        if self._in_group:
            self._in_group = False
            self.groups.append(Group(None))

    def _end_mailbox(self) -> None:
        mailbox = self._mailbox()
        self._clear()
        if mailbox is not None:
            self.groups[-1].mailboxes.append(mailbox)
            self.count += 1

    def _mailbox(self) -> Mailbox | None:
        if self._angle is not None:
            email = _without_route("".join(piece for piece in self._angle if not piece.isspace()))
            name = _phrase(self._words) or self._comment
            return Mailbox(name, email) if email or name else None
        return _bare(self._words, self._comment)


def _bare(words: list[str], comment: str | None) -> Mailbox | None:
    """No angle brackets: an addr-spec, perhaps with words before it, or whatever was written instead."""
    text = _SPACES.sub(" ", "".join(words)).strip().replace(" @", "@").replace("@ ", "@")
    if not text:
        return Mailbox(comment, "") if comment else None
    quoted_only = len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2
    if quoted_only:
        return Mailbox(comment, _ESCAPED.sub(r"\1", text[1:-1]))
    before, space, last = text.rpartition(" ")
    if space and "@" in last and "@" not in before and before.count('"') % 2 == 0:
        return Mailbox(_phrase([before]) or comment, last)
    return Mailbox(comment, text.replace(" ", "") if "@" in text and '"' not in text else text)


def _phrase(words: list[str]) -> str | None:
    """Display name: quotes and their escapes undone, white space made single."""
    parts = [_unquote(word) if word.startswith('"') else _ESCAPED.sub(r"\1", word) for word in words]
    return _SPACES.sub(" ", "".join(parts)).strip() or None


def _unquote(word: str) -> str:
    inner = word[1:-1] if len(word) > 1 and word.endswith('"') else word[1:]
    return _ESCAPED.sub(r"\1", inner)


def _without_route(email: str) -> str:
    """RFC 5322 §4.4 source routes: "@a,@b:user@c"."""
    if email.startswith("@") and ":" in email:
        return email.partition(":")[2]
    return email


def _has_at(word: str) -> bool:
    return "@" in word and not word.startswith('"')


def _tokens(text: str) -> list[tuple[str, bool]]:
    """Tokens, and whether each is a comment (its content, without the outer parentheses)."""
    closing = _matching(text)
    tokens: list[tuple[str, bool]] = []
    position = 0
    while position < len(text):
        close = closing.get(position)
        if close is not None:
            tokens.append((_SPACES.sub(" ", _ESCAPED.sub(r"\1", text[position + 1 : close])).strip(), True))
            position = close + 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            break
        tokens.append((match[0], False))
        position = match.end()
    return tokens


def _matching(text: str) -> dict[int, int]:
    """Offset of every outermost "(" that is closed → offset of its ")". Quotes mean nothing inside a comment."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    position = 0
    while match := _PAREN.search(text, position):
        piece = match[0]
        position = match.end()
        if piece == "(":
            opened.append(match.start())
        elif piece == ")" and opened:
            start = opened.pop()
            if not opened:
                closing[start] = match.start()
        elif piece.startswith('"') and opened:
            position = match.start() + 1
    return closing
