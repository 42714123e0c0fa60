"""Words sought, as a tsquery; and where the words of emails stand."""

from collections.abc import Sequence
from itertools import pairwise

from chassis.db import Transaction
from services.mail.application.rows import SnippetRow
from services.mail.domain.sought import Sought, SoughtWord

ANY_FIELD, SUBJECT, SENDER, RECIPIENTS, BODY = "", "A", "B", "C", "D"


def tsquery(sought: Sequence[Sought], weights: str, operator: str = "&") -> str | None:
    """The terms, joined by `operator`, in fields of these weights; None when they are nothing but stop words."""
    return f" {operator} ".join(f"({_phrase(term, weights)})" for term in sought if term) or None


def _phrase(term: Sought, weights: str) -> str:
    made = _word(term[0], weights)
    for before, word in pairwise(term):
        made += f" <{word.place - before.place}> {_word(word, weights)}"
    return made


def _word(word: SoughtWord, weights: str) -> str:
    either = [f"{_quoted(lexeme)}:{weights}" for lexeme in sorted(word.lexemes)]
    if word.prefix:
        either.append(f"{_quoted(word.prefix)}:*{weights}")
    return f"({' | '.join(either)})"


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


_SNIPPETS = """
SELECT e.id, coalesce(m.subject, ''), m.rendition FROM email e JOIN message m ON m.id = e.message_id
WHERE e.account_id = %s AND e.id = ANY(%s)
"""


def snippets(tx: Transaction, account_id: str, ids: Sequence[int]) -> list[SnippetRow]:
    return [SnippetRow(*row) for row in tx.tuples(_SNIPPETS, (account_id, list(ids)))]
