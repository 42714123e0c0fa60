"""Filter conditions and sorts of Email/query (RFC 8621 §4.4) as SQL. Every value is a parameter."""

# ruff: noqa: S608  only fragments of this page are put together

from collections.abc import Callable

from chassis.db import Transaction
from services.mail.adapters.store.lexicon import sought
from services.mail.adapters.store.search import ANY_FIELD, BODY, RECIPIENTS, SENDER, SUBJECT, tsquery
from services.mail.domain.email_query import Condition, EmailQuery, Filter, Sort, conditions_that_must_hold
from services.mail.domain.search_terms import literal_patterns, parse_terms

_FIELDS = {
    "text": ANY_FIELD,
    "from": SENDER,
    "to": RECIPIENTS,
    "cc": RECIPIENTS,
    "bcc": RECIPIENTS,
    "subject": SUBJECT,
    "body": BODY,
}
_IN_BODIES = frozenset({"text", "body"})
"""The others look into header fields only."""

_FROM, _TO = 'm."from"', 'm."to"'
_RECHECKED = {"to": _TO, "cc": "m.cc", "bcc": "m.bcc"}
"""Indexed together; the column tells them apart among the hits, where there is something to tell apart."""

_LITERAL_COLUMNS = {
    "text": f"m.subject, mail_addresses({_FROM}), mail_addresses({_TO})",
    "from": f"mail_addresses({_FROM})",
    "to": f"mail_addresses({_TO})",
    "cc": "mail_addresses(m.cc)",
    "bcc": "mail_addresses(m.bcc)",
    "subject": "m.subject",
}

_QUANTIFIERS = {
    "allInThreadHaveKeyword": "NOT EXISTS ({others} AND NOT {has})",
    "someInThreadHaveKeyword": "EXISTS ({others} AND {has})",
    "noneInThreadHaveKeyword": "NOT EXISTS ({others} AND {has})",
}


class Statement:
    """The FROM and WHERE of one query, being put together.

    Where every result must have certain words, rows come from email_fts; where every result must be in a mailbox, from
    email_mailbox, whose index has the order of a listing; otherwise from email. Tables beyond that are joined only
    where a condition or a sort asks for them. Words that only may be there are a CTE, so that their search runs once,
    on its index.
    """

    def __init__(self, tx: Transaction, account_id: str, query: EmailQuery) -> None:
        self._tx = tx
        self.params: dict[str, object] = {"account": account_id}
        self._ctes: list[str] = []
        self._joins: set[str] = set()
        must_hold = list(conditions_that_must_hold(query.filter))
        self._words_that_must_be = [c for c in must_hold if c.name in _FIELDS and self._compiled(c) is not None]
        in_mailbox = next((c for c in must_hold if c.name == "inMailbox"), None)
        self._mailbox = None if self._words_that_must_be else in_mailbox
        alias = "f" if self._words_that_must_be else "em" if self._mailbox else "e"
        self._alias = alias
        self.id = "e.id" if alias == "e" else f"{alias}.email_id"
        self.thread, self.received = f"{alias}.thread_id", f"{alias}.received_at"
        self._where = [] if query.filter is None else [self._filter(query.filter)]
        self._sorted_by = self._sorts(query.sort)
        self.order = ", ".join(f"{key} {direction}" for key, direction in self._sorted_by)
        self.keys = ", ".join(f"{key} AS key{place}" for place, (key, _) in enumerate(self._sorted_by))
        """The sort keys as columns, and the same order by them."""
        self.order_of_keys = ", ".join(f"key{place} {way}" for place, (_, way) in enumerate(self._sorted_by))

    @property
    def finds_words(self) -> bool:
        """Whether rows come from the index of words."""
        return self._alias == "f"

    def select(self, columns: str) -> str:
        """`SELECT columns FROM … WHERE …`, without order, after the CTEs it needs."""
        where = [f"{self._alias}.account_id = %(account)s"]
        if self._mailbox:
            where.append(f"em.mailbox_id = {self._param(self._mailbox.value)}")
        table = {"f": "email_fts f", "em": "email_mailbox em", "e": "email e"}[self._alias]
        if self._joins and self._alias != "e":
            table += f" JOIN email e ON e.account_id = {self._alias}.account_id AND e.id = {self.id}"
        if "message" in self._joins:
            table += " JOIN message m ON m.id = e.message_id"
        ctes = f"WITH {', '.join(self._ctes)} " if self._ctes else ""
        return f"{ctes}SELECT {columns} FROM {table} WHERE {' AND '.join([*where, *self._where])}"

    def _param(self, value: object) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = list(value) if isinstance(value, tuple) else value
        return f"%({name})s"

    def _filter(self, filter_: Filter) -> str:
        if isinstance(filter_, Condition):
            return "true" if filter_ is self._mailbox else self._condition(filter_)
        parts = [self._filter(part) for part in filter_.conditions]
        if filter_.operator == "NOT":
            return f"NOT ({' OR '.join(parts) or 'false'})"
        empty = "true" if filter_.operator == "AND" else "false"
        return f"({f' {filter_.operator} '.join(parts) or empty})"

    def _condition(self, condition: Condition) -> str:
        if condition.name in _FIELDS:
            return self._words(condition)
        if condition.name in _QUANTIFIERS:
            return self._in_thread(condition.name, condition.value)
        simple: dict[str, Callable[[Condition], str]] = {
            "inMailbox": self._in_mailbox,
            "inMailboxOtherThan": self._in_another_mailbox,
            "before": lambda c: f"{self.received} < {self._param(c.value)}",
            "after": lambda c: f"{self.received} >= {self._param(c.value)}",
            "minSize": lambda c: f"{self._message('m.size')} >= {self._param(c.value)}",
            "maxSize": lambda c: f"{self._message('m.size')} < {self._param(c.value)}",
            "hasAttachment": lambda c: f"{self._message('m.has_attachment')} = {self._param(c.value)}",
            "hasKeyword": lambda c: self._keyword(c.value),
            "notKeyword": lambda c: f"NOT {self._keyword(c.value)}",
            "header": self._header,
        }
        return simple[condition.name](condition)

    def _message(self, column: str) -> str:
        self._joins |= {"email", "message"}
        return column

    def _keyword(self, keyword: object) -> str:
        if self._mailbox and keyword == "$seen":
            return "em.seen"
        self._joins.add("email")
        return f"e.keywords @> ARRAY[{self._param(keyword)}]"

    def _in_mailbox(self, condition: Condition) -> str:
        value = self._param(condition.value)
        return (
            "EXISTS (SELECT 1 FROM email_mailbox x WHERE x.account_id = %(account)s"
            f" AND x.email_id = {self.id} AND x.mailbox_id = {value})"
        )

    def _in_another_mailbox(self, condition: Condition) -> str:
        """Who is in these mailboxes alone is left out: they are few (trash, junk), where the others are most of all."""
        value = self._param(condition.value)
        elsewhere = (
            "SELECT 1 FROM email_mailbox y WHERE y.account_id = x.account_id AND y.email_id = x.email_id"
            f" AND y.mailbox_id <> ALL ({value}::bigint[])"
        )
        return (
            f"{self.id} NOT IN (SELECT x.email_id FROM email_mailbox x WHERE x.account_id = %(account)s"
            f" AND x.mailbox_id = ANY ({value}::bigint[]) AND NOT EXISTS ({elsewhere}))"
        )

    def _in_thread(self, quantifier: str, keyword: object) -> str:
        others = f"SELECT 1 FROM email x WHERE x.account_id = %(account)s AND x.thread_id = {self.thread}"
        return _QUANTIFIERS[quantifier].format(others=others, has=f"x.keywords @> ARRAY[{self._param(keyword)}]")

    def _compiled(self, condition: Condition, weights: str | None = None) -> str | None:
        """The tsquery of a condition on words, None when it has only stop words."""
        wanted = _FIELDS[condition.name] if weights is None else weights
        return tsquery(sought(self._tx, parse_terms(str(condition.value))), wanted)

    def _words(self, condition: Condition) -> str:
        words = self._compiled(condition)
        if words is None:
            return self._literally(condition)
        in_bodies = condition.name in _IN_BODIES
        if condition.name == "body":
            words = self._compiled(condition, ANY_FIELD)
        query, vector = f"{self._param(words)}::tsquery", "vector" if in_bodies else "head"
        if any(condition is one for one in self._words_that_must_be):
            found = f"f.{vector} @@ {query}"
            if condition.name == "body":
                found += f" AND {self._not_in_header_fields(condition, 'f.')}"
        else:
            hit = f"hit{len(self._ctes)}"
            more = f" AND {self._not_in_header_fields(condition, '')}" if condition.name == "body" else ""
            self._ctes.append(
                f"{hit} AS MATERIALIZED (SELECT email_id FROM email_fts"
                f" WHERE account_id = %(account)s AND {vector} @@ {query}{more})"
            )
            found = f"{self.id} IN (SELECT email_id FROM {hit})"
        if condition.name not in _RECHECKED:
            return found
        column = self._message(_RECHECKED[condition.name])
        anywhere = self._param(self._compiled(condition, ANY_FIELD))
        alone = "m.cc IS NULL AND m.bcc IS NULL" if condition.name == "to" else "false"
        return f"({found} AND ({alone} OR mail_vector(mail_addresses({column})) @@ {anywhere}::tsquery))"

    def _not_in_header_fields(self, condition: Condition, table: str) -> str:
        """The index finds words anywhere. Which field they stand in is in the vectors alone: that of a body is fetched
        only where header fields have one of the words too."""
        terms = sought(self._tx, parse_terms(str(condition.value)))
        any_of_them = self._param(tsquery(terms, ANY_FIELD, "|"))
        in_body = self._param(tsquery(terms, BODY))
        return f"(NOT {table}head @@ {any_of_them}::tsquery OR {table}vector @@ {in_body}::tsquery)"

    def _literally(self, condition: Condition) -> str:
        """What no index holds (stop words, punctuation, emoji alone), looked for as written where people look for it:
        in subjects and addresses. Bodies are not read through for it. No text at all is no condition."""
        patterns = literal_patterns(parse_terms(str(condition.value)))
        if not patterns:
            return "true"
        columns = _LITERAL_COLUMNS.get(condition.name)
        if columns is None:
            return "false"
        text = self._message(f"lower(concat_ws(' ', {columns}))")
        return "(" + " AND ".join(f"{text} ~ {self._param(pattern)}" for pattern in patterns) + ")"

    def _header(self, condition: Condition) -> str:
        """On the header fields as the parser kept them, not decoded."""
        name, *text = condition.value if isinstance(condition.value, tuple) else ()
        has = f"lower(field ->> 0) = lower({self._param(name)})"
        if text:
            has += f" AND position(lower({self._param(text[0])}) IN lower(field ->> 1)) > 0"
        fields = f"json_array_elements({self._message('m.detail')}::json -> 'headers')"
        return f"EXISTS (SELECT 1 FROM {fields} AS field WHERE {has})"

    def _sorts(self, sorts: tuple[Sort, ...]) -> list[tuple[str, str]]:
        """The order asked for, then newest first: total, so that pages never overlap."""
        order = [(self._sort(sort), "ASC" if sort.ascending else "DESC") for sort in sorts]
        by_time = next((sort for sort in sorts if sort.property == "receivedAt"), None)
        if by_time is None:
            order.append((self.received, "DESC"))
        return [*order, (self.id, "ASC" if by_time and by_time.ascending else "DESC")]

    def _sort(self, sort: Sort) -> str:
        match sort.property:
            case "receivedAt":
                return self.received
            case "sentAt":
                return f"coalesce({self._message('m.sent_instant')}, {self.received})"
            case "size":
                return self._message("m.size")
            case "subject":
                return self._message("m.base_subject")
            case "from":
                return f"mail_first_name({self._message(_FROM)})"
            case "to":
                return f"mail_first_name({self._message(_TO)})"
            case "hasKeyword":
                return f"({self._keyword(sort.keyword)})"
            case quantifier:
                return f"({self._in_thread(quantifier, sort.keyword)})"
