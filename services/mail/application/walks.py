"""Jobs of the clock that walk through everything: a stretch a turn, one process at a time, on from where they were."""

from typing import Protocol

from chassis.db import Transaction


class Walks(Protocol):
    def claim(self, tx: Transaction, job: str) -> str | None:
        """Where the job has come to ("" at the start), the job's own until `tx` ends; None while another has it."""
        ...

    def advance(self, tx: Transaction, job: str, place: str) -> None: ...
