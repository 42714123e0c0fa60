"""Words: what a person typed as a tsquery, and where its words stand in a message."""

from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.application.rows import SnippetRow
from services.mail.domain.search_terms import Term

ANY_FIELD, SUBJECT, SENDER, RECIPIENTS, BODY = "", "A", "B", "C", "D"
_START, _STOP = "\x02", "\x03"
_OPTIONS = f"HighlightAll=true, StartSel={_START}, StopSel={_STOP}"


def compile_terms(tx: Transaction, terms: Sequence[Term], weights: str) -> str | None:
    """The tsquery in which all terms must match; None when they are nothing but stop words."""
    if not terms:
        return None
    rows = tx.tuples(
        "SELECT mail_term(text, %s, prefix)::text FROM unnest(%s::text[], %s::boolean[]) AS term (text, prefix)",
        (weights, [term.text.replace("\0", " ") for term in terms], [term.prefix for term in terms]),
    )
    queries = [f"({query})" for (query,) in rows if query]
    return " & ".join(queries) or None


_SNIPPETS = """
SELECT e.id, coalesce(m.subject, ''), m.search_text,
       CASE WHEN %(subject)s::text IS NOT NULL
            THEN ts_headline('public.mail_french', mail_words(m.subject), %(subject)s::tsquery, %(options)s) END,
       CASE WHEN %(body)s::text IS NOT NULL
            THEN ts_headline('public.mail_french', mail_words(m.search_text), %(body)s::tsquery, %(options)s) END
FROM email e JOIN message m ON m.id = e.message_id
WHERE e.account_id = %(account)s AND e.id = ANY(%(ids)s)
"""


def snippets(
    tx: Transaction, account_id: str, ids: Sequence[int], subject_terms: Sequence[Term], body_terms: Sequence[Term]
) -> list[SnippetRow]:
    """Any of the terms is marked wherever it stands."""
    rows = tx.tuples(
        _SNIPPETS,
        {
            "account": account_id,
            "ids": list(ids),
            "subject": _any_of(tx, subject_terms),
            "body": _any_of(tx, body_terms),
            "options": _OPTIONS,
        },
    )
    return [
        SnippetRow(id_, subject, _marks(subject, marked_subject), body, _marks(body, marked_body))
        for id_, subject, body, marked_subject, marked_body in rows
    ]


def _any_of(tx: Transaction, terms: Sequence[Term]) -> str | None:
    queries = [compile_terms(tx, [term], ANY_FIELD) for term in terms]
    return " | ".join(query for query in queries if query) or None


def _marks(source: str, marked: str | None) -> list[tuple[int, int]]:
    """Places in `source`: `marked` is the same text, blank for blank, with marks put in."""
    if marked is None or len(marked) - marked.count(_START) - marked.count(_STOP) != len(source):
        return []
    before, *pieces = marked.split(_START)
    marks: list[tuple[int, int]] = []
    position = len(before)
    for piece in pieces:
        word, _, rest = piece.partition(_STOP)
        marks.append((position, position + len(word)))
        position += len(word) + len(rest)
    return marks
