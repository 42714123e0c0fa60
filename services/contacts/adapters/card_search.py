"""ContactCard/query in SQL: the same tree of conditions over two tables, the directory and the personal cards."""

from typing import Any, Literal

from services.contacts.application.ports import CardQuery, SortColumn
from services.contacts.domain.card_filter import (
    All,
    AnyOf,
    Equals,
    Filter,
    HasMember,
    InBook,
    Not,
    Words,
    Written,
)
from services.contacts.domain.ids import is_directory, parse_book_id

Table = Literal["agent", "card"]

_RANK: dict[Table, int] = {"card": 0, "agent": 1}
_DEFAULT_ORDER: tuple[tuple[SortColumn, bool], ...] = (("key_surname", True), ("key_given", True))
_COLUMNS = "key_full, key_given, key_surname, created_at, updated_at, number"


def has_words(node: Filter) -> bool:
    match node:
        case All(parts) | AnyOf(parts):
            return any(has_words(part) for part in parts)
        case Not(part):
            return has_words(part)
    return isinstance(node, Words)


class Where:
    """A condition on one table, with its parameters in order."""

    def __init__(self, table: Table, account_id: str, filter_: Filter) -> None:
        self._table = table
        self.params: list[Any] = [] if table == "agent" else [account_id]
        own = "state <> 'departed'" if table == "agent" else "account_id = %s"
        self.sql = f"{own} AND {self._condition(filter_)}"

    def _condition(self, node: Filter) -> str:
        match node:
            case All(parts):
                return self._joined(parts, " AND ", "true")
            case AnyOf(parts):
                return self._joined(parts, " OR ", "false")
            case Not(part):
                return f"NOT {self._condition(part)}"
            case Words(query):
                return self._with("words @@ %s::tsquery", query)
            case InBook(id_):
                return self._in_book(id_)
            case HasMember(uid):
                return "false" if self._table == "agent" else self._with("jsonb_exists(data -> 'members', %s)", uid)
            case Written(column, before, moment):
                return self._with(f"{column} {'<' if before else '>='} %s", moment)
            case Equals("kind", value):
                same = "true" if value == "individual" else "false"
                return same if self._table == "agent" else self._with("kind = %s", value)
            case Equals("uid", value):
                return self._with("uid = %s", value)
        raise TypeError("a condition that has no SQL")

    def _joined(self, parts: tuple[Filter, ...], operator: str, of_none: str) -> str:
        return "(" + operator.join(self._condition(part) for part in parts) + ")" if parts else of_none

    def _in_book(self, id_: str) -> str:
        if self._table == "agent":
            return "true" if is_directory(id_) else "false"
        number = parse_book_id(id_)
        return "false" if number is None else self._with("book = %s", number)

    def _with(self, sql: str, value: object) -> str:
        self.params.append(value)
        return f"coalesce({sql}, false)" if "jsonb" in sql else sql


def estimate_sql(account_id: str, query: CardQuery) -> tuple[str, list[Any]]:
    """Asks the planner how many colleagues it expects; it answers without looking at them."""
    where = Where("agent", account_id, query.filter)
    return f"EXPLAIN (FORMAT JSON) SELECT FROM agent WHERE {where.sql}", where.params


def find_sql(
    account_id: str, query: CardQuery, start: int, limit: int | None, *, sort_all: bool
) -> tuple[str, list[Any]]:
    """Rows (rank, number): rank 0 for personal cards. Each table gives its first ones in order before they are merged.

    `sort_all`: find all colleagues that match, then sort them. Otherwise the planner may walk the directory in order
    until enough match, which takes long for few matches whose names stand together (every Dupont).
    """
    order = _order(query)
    parts: list[str] = []
    params: list[Any] = []
    for table in ("card", "agent"):
        where = Where(table, account_id, query.filter)
        found = f"SELECT {_COLUMNS} FROM {table} WHERE {where.sql}"  # noqa: S608  own words
        if sort_all and table == "agent":
            found += " OFFSET 0"
        part = f"SELECT {_RANK[table]} AS rank, {_COLUMNS} FROM ({found}) own"  # noqa: S608  own words
        params += where.params
        if limit is not None:
            part += f" ORDER BY {order}, number LIMIT %s"
            params.append(start + limit)
        parts.append(f"({part})")
    sql = f"SELECT rank, number FROM ({' UNION ALL '.join(parts)}) found ORDER BY {order}, rank, number"  # noqa: S608
    if limit is not None:
        sql += " LIMIT %s"
        params.append(limit)
    return sql + " OFFSET %s", [*params, start]


def count_sql(account_id: str, query: CardQuery) -> tuple[str, list[Any]]:
    own, common = Where("card", account_id, query.filter), Where("agent", account_id, query.filter)
    sql = (
        f"SELECT (SELECT count(*) FROM card WHERE {own.sql})"  # noqa: S608  own words
        f" + (SELECT count(*) FROM agent WHERE {common.sql}) AS n"
    )
    return sql, own.params + common.params


def _order(query: CardQuery) -> str:
    asked = dict(query.sort)
    columns = [*query.sort, *(column for column in _DEFAULT_ORDER if column[0] not in asked)]
    return ", ".join(f"{column} {'ASC' if ascending else 'DESC'}" for column, ascending in columns)
