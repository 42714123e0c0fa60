"""Adding lines to the trail, and tampering with it as only the owner of the tables can."""

from dataclasses import dataclass

from contracts.auth import Client
from services.auth.adapters.store import PostgresStore
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry
from services.auth.tests.system import System, settings


@dataclass
class Trail:
    system: System

    @property
    def store(self) -> PostgresStore:
        return PostgresStore(self.system.database)

    @property
    def keys(self) -> KeyRing:
        return KeyRing(settings(self.system.url).hmac_keys())

    def add(self, count: int = 1, *, keys: KeyRing | None = None, account_id: str = "a") -> None:
        client = Client(source="192.0.2.1", user_agent="Navigateur d’essai")
        for number in range(count):
            entry = Entry(Action.SIGNED_IN, account_id, By.AGENT, client, {"n": number})
            with self.store.begin() as tx:
                record(tx, keys or self.keys, self.system.clock(), entry)
            self.system.clock.advance(microseconds=1_000_001)

    def next_month(self) -> None:
        self.system.clock.advance(days=31)

    def tamper(self, sql: str, *params: object) -> None:
        with self.system.owner.transaction() as tx:
            tx.execute("ALTER TABLE trail_line DISABLE TRIGGER trail_is_kept")
            assert tx.execute(sql, params)
            tx.execute("ALTER TABLE trail_line ENABLE TRIGGER trail_is_kept")

    def places(self) -> list[tuple[str, int]]:
        rows = self.system.rows("SELECT month, number FROM trail_line ORDER BY month, number")
        return [(f"{row['month']:%Y-%m}", row["number"]) for row in rows]
