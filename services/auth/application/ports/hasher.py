"""Slow password hashes."""

from typing import Protocol


class Hasher(Protocol):
    """Slow password hashes. Both raise ServiceError unavailable or deadline-exceeded rather than queue for ever."""

    @property
    def dummy(self) -> str:
        """A hash of nothing anybody knows, as costly to verify as a real one."""
        ...

    def is_crowded(self) -> bool:
        """Whether so many wait that may only be guessing that one more would wait long."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it is cheaper to guess at than those that `hash` makes now."""
        ...

    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str, password: str, *, ahead: bool = False) -> bool:
        """Costs as much as one of `dummy` would, also when the hash is an older and cheaper one. `ahead`: of those
        who may only be guessing, when many wait."""
        ...
