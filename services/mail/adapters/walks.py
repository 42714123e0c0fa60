"""How far the jobs of the clock have come that walk through everything."""

from chassis.db import Transaction


class Walks:
    """Implements application.walks.Walks."""

    def claim(self, tx: Transaction, job: str) -> str | None:
        row = tx.one("SELECT place FROM walk WHERE job = %s FOR UPDATE SKIP LOCKED", (job,))
        return None if row is None else str(row["place"])

    def advance(self, tx: Transaction, job: str, place: str) -> None:
        tx.execute("UPDATE walk SET place = %s WHERE job = %s", (place, job))
