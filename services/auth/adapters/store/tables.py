"""What every group of tables stands on: the transaction it is used in."""

from chassis.db import Transaction


class Tables:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
