"""SearchSnippet/get (RFC 8621 §5.1)."""

import re
from collections.abc import Mapping
from html import escape
from unicodedata import is_normalized, normalize

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import MAX_OBJECTS_IN_GET, Arguments, Id, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.jmap.email_filter import read_filter
from services.mail.application.ports import Blobs
from services.mail.application.rows import SnippetRow
from services.mail.application.store import Store
from services.mail.domain.email_query import text_conditions
from services.mail.domain.ids import EMAIL, to_number
from services.mail.domain.mime.rendition import text_at_the_beginning
from services.mail.domain.search_terms import Term, parse_terms
from services.mail.domain.sought import Sought, candidates, marks
from services.mail.domain.words import Place

MAX_OCTETS = 255
"""RFC 8621 §5: a preview is no longer than this."""

LEAD = 40
"""So many characters stand before the first match."""

LOOKED_THROUGH = 65_536
"""Octets of a rendition that are read: a match further on has no snippet."""

Lexemes = Mapping[str, str | None]
_BLANK = re.compile(r"\s")


class SnippetArguments(Arguments):
    filter: JsonObject | None = None
    emailIds: list[Id]


def get_snippets(store: Store, blobs: Blobs, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(SnippetArguments, arguments)
    if len(asked.emailIds) > MAX_OBJECTS_IN_GET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_GET} ids")
    subject_terms, body_terms = _terms(asked.filter)
    ids = list(dict.fromkeys(asked.emailIds))
    numbers = {id_: number for id_ in ids if (number := to_number(EMAIL, id_)) is not None}
    with store.view(call.account_id) as view:
        rows = {row.email_id: row for row in view.snippets(list(numbers.values()))}
        in_subject, in_body = view.sought(subject_terms), view.sought(body_terms)
    found = [(id_, rows[numbers[id_]]) for id_ in ids if numbers.get(id_) in rows]
    subjects = [_Looked(_composed(row.subject), in_subject) for _, row in found]
    bodies = [_Looked(text, in_body) for text in _texts(blobs, [row for _, row in found], in_body)]
    words = {word for looked in (*subjects, *bodies) for word in looked.words}
    with store.view(call.account_id) as view:
        lexemes = view.lexemes(words) if words else {}
    return {
        "accountId": call.account_id,
        "list": [
            {"emailId": id_, "subject": subject.whole(lexemes), "preview": body.preview(lexemes)}
            for (id_, _), subject, body in zip(found, subjects, bodies, strict=True)
        ],
        "notFound": [id_ for id_ in ids if numbers.get(id_) not in rows],
    }


def _terms(filter_: JsonObject | None) -> tuple[list[Term], list[Term]]:
    subject: list[Term] = []
    body: list[Term] = []
    for condition in text_conditions(read_filter(filter_)):
        terms = parse_terms(str(condition.value))
        if condition.name in ("text", "subject"):
            subject += terms
        if condition.name in ("text", "body"):
            body += terms
    return subject, body


def _texts(blobs: Blobs, rows: list[SnippetRow], in_body: list[Sought]) -> list[str]:
    """Of each row, "" where nothing is sought or the text is not there."""
    if not any(in_body):
        return [""] * len(rows)
    wanted = [row.rendition for row in rows if row.rendition]
    octets = dict(zip(wanted, blobs.beginnings(wanted, LOOKED_THROUGH), strict=True))
    return [_composed(text_at_the_beginning(octets.get(row.rendition or "") or b"")) for row in rows]


def _composed(text: str) -> str:
    """An accent that stands by itself after its letter would keep the letter from being known."""
    return text if is_normalized("NFC", text) else normalize("NFC", text)


class _Looked:
    """A text with the places of words that may match."""

    def __init__(self, text: str, sought: list[Sought]) -> None:
        self._text = text
        self._sought = sought
        self._candidates = candidates(text, sought) if text else []

    @property
    def words(self) -> set[str]:
        return {self._text[start:end] for start, end in self._candidates}

    def whole(self, lexemes: Lexemes) -> str | None:
        found = marks(self._text, self._candidates, self._sought, lexemes)
        return _marked(self._text, found, 0) if found else None

    def preview(self, lexemes: Lexemes) -> str | None:
        """From a little before the first match on."""
        found = marks(self._text, self._candidates, self._sought, lexemes)
        return _marked(self._text, found, _start(self._text, found[0][0])) if found else None


def _start(text: str, first: int) -> int:
    start = max(0, first - LEAD)
    if not start:
        return 0
    blank = text.find(" ", start, first)
    return blank + 1 if blank >= 0 else first


def _marked(text: str, places: list[Place], start: int) -> str:
    """From `start` on, HTML-escaped, matches between <mark> and </mark>, at most MAX_OCTETS in UTF-8."""
    made, room, position = "", MAX_OCTETS, start
    for mark_start, mark_end in (place for place in places if place[0] >= start):
        before = _fitting(text[position:mark_start], room)
        made, room = made + before, room - len(before.encode())
        word = f"<mark>{escape(text[mark_start:mark_end])}</mark>"
        if len(before) < len(escape(text[position:mark_start])) or len(word.encode()) > room:
            return made
        made, room, position = made + word, room - len(word.encode()), mark_end
    return made + _fitting(text[position:], room)


def _fitting(text: str, room: int) -> str:
    """As much of `text` as fits once escaped; never half of a character or of an entity."""
    octets = escape(_BLANK.sub(" ", text[:room])).encode()
    if len(octets) <= room:
        return octets.decode()
    cut = octets[:room].decode("utf-8", "ignore")
    entity = cut.rfind("&")
    return cut if entity < 0 or ";" in cut[entity:] else cut[:entity]
