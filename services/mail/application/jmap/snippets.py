"""SearchSnippet/get (RFC 8621 §5.1)."""

from html import escape

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import MAX_OBJECTS_IN_GET, Arguments, Id, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.jmap.email_filter import read_filter
from services.mail.application.rows import SnippetRow
from services.mail.application.store import Store
from services.mail.domain.email_query import text_conditions
from services.mail.domain.ids import EMAIL, to_id, to_number
from services.mail.domain.search_terms import Term, parse_terms

MAX_OCTETS = 255
"""RFC 8621 §5: a preview is no longer than this."""

LEAD = 40
"""So many characters stand before the first match."""


class SnippetArguments(Arguments):
    filter: JsonObject | None = None
    emailIds: list[Id]


def get_snippets(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(SnippetArguments, arguments)
    if len(asked.emailIds) > MAX_OBJECTS_IN_GET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_GET} ids")
    subject_terms, body_terms = _terms(asked.filter)
    ids = list(dict.fromkeys(asked.emailIds))
    numbers = {id_: number for id_ in ids if (number := to_number(EMAIL, id_)) is not None}
    with store.view(call.account_id) as view:
        rows = {row.email_id: row for row in view.snippets(list(numbers.values()), subject_terms, body_terms)}
    found = [rows[numbers[id_]] for id_ in ids if numbers.get(id_) in rows]
    return {
        "accountId": call.account_id,
        "list": [_describe(row) for row in found],
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


def _describe(row: SnippetRow) -> JsonObject:
    return {
        "emailId": to_id(EMAIL, row.email_id),
        "subject": _marked(row.subject, row.subject_marks, 0) if row.subject_marks else None,
        "preview": _preview(row) if row.body_marks else None,
    }


def _preview(row: SnippetRow) -> str:
    first = row.body_marks[0][0]
    start = max(0, first - LEAD)
    if start:
        blank = row.body.find(" ", start, first)
        start = blank + 1 if blank >= 0 else first
    return _marked(row.body, row.body_marks, start)


def _marked(text: str, marks: list[tuple[int, int]], start: int) -> str:
    """From `start` on, HTML-escaped, matches between <mark> and </mark>, at most MAX_OCTETS in UTF-8."""
    made, room, position = "", MAX_OCTETS, start
    for mark_start, mark_end in (mark for mark in marks if mark[0] >= start):
        before = _fitting(text[position:mark_start], room)
        made, room = made + before, room - len(before.encode())
        word = f"<mark>{escape(text[mark_start:mark_end])}</mark>"
        if len(before) < len(escape(text[position:mark_start])) or len(word.encode()) > room:
            return made
        made, room, position = made + word, room - len(word.encode()), mark_end
    return made + _fitting(text[position:], room)


def _fitting(text: str, room: int) -> str:
    """As much of `text` as fits once escaped; never half of a character or of an entity."""
    made = ""
    for character in text[:room]:
        escaped = escape(" " if character.isspace() else character)
        if len(escaped.encode()) > room:
            break
        made, room = made + escaped, room - len(escaped.encode())
    return made
