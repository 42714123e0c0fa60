"""What is asked of the database, and with parameters of which form."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chassis.db import Transaction

Statement = tuple[str, str]


@contextmanager
def watched_statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Statement]]:
    """The SQL of each statement inside the block, and the types of its parameters."""
    seen: list[Statement] = []
    with monkeypatch.context() as patch:
        for name in ("execute", "one", "all", "values"):
            _watch(patch, name, seen)
        yield seen


def _watch(patch: pytest.MonkeyPatch, name: str, seen: list[Statement]) -> None:
    real = getattr(Transaction, name)

    def watched(tx: Transaction, sql: str, params: object = (), *more: object) -> object:
        seen.append((sql, _form(params)))
        return real(tx, sql, params, *more)

    patch.setattr(Transaction, name, watched)


def _form(value: object) -> str:
    """An account's id may be nobody's: None. Lists tell their length, since work depends on it."""
    if isinstance(value, list | tuple):
        return "[" + ",".join(_form(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_form(item)}" for key, item in value.items()) + "}"
    return "str|None" if value is None or isinstance(value, str) else type(value).__name__
