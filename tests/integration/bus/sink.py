"""Takes events in. AMQP_URL, DATABASE_URL; with DIE_BEFORE_ACK it ends in place of its first acknowledgement."""

from chassis import green  # noqa: F401,I001  must be first

import os
import signal
from typing import ClassVar

import eventlet

from chassis.db import Database, Transaction
from chassis.event_wire import RetryPolicy
from chassis.events import EventService, on_event
from chassis.health import HealthServer
from chassis.link import Link
from chassis.logging import configure
from chassis.serve import serve
from tests.integration.bus.contract import LINGER_SECONDS, SECRET, Counted


class SinkEvents(EventService):
    name = "sink-events"
    db: ClassVar[Database]
    retries = RetryPolicy(delays_ms=(100, 200), attempts=4)

    @on_event(Counted, consumer="sink")
    def counted(self, event: Counted, tx: Transaction) -> None:
        tried = self._try(event.name)
        tx.execute(
            "INSERT INTO counter (name, total) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET total = counter.total + excluded.total",
            (event.name, event.amount),
        )
        match event.how:
            case "fail":
                raise ValueError(SECRET)
            case "fail-once" if tried == 1:
                raise ValueError(SECRET)
            case "system-exit":
                raise SystemExit(SECRET)
            case "crash":
                os.kill(os.getpid(), signal.SIGKILL)
            case "linger" if tried == 1:
                eventlet.sleep(LINGER_SECONDS)

    def _try(self, name: str) -> int:
        """How often the handler ran, kept outside the event's transaction so that it outlives a failure."""
        with self.db.transaction() as tx:
            return int(
                tx.only(
                    "INSERT INTO tries (name, count) VALUES (%s, 1)"
                    " ON CONFLICT (name) DO UPDATE SET count = tries.count + 1 RETURNING count",
                    (name,),
                )["count"]
            )


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    configure("sink")
    if "DIE_BEFORE_ACK" in os.environ:
        Link.acknowledge = _die  # type: ignore[assignment]
    SinkEvents.db = Database(os.environ["DATABASE_URL"], size=32)
    health = HealthServer("127.0.0.1", int(os.environ["HEALTH_PORT"]), database=SinkEvents.db)
    serve(SinkEvents, amqp_url=os.environ["AMQP_URL"], health=health, max_workers=8)


if __name__ == "__main__":
    main()
