"""An RPC service that does what it is told, failures included. AMQP_URL, DATABASE_URL, HEALTH_PORT."""

from chassis import green  # noqa: F401,I001  must be first

import os
import signal
from collections import Counter
from typing import ClassVar

import eventlet

from chassis.correlation import correlation_id
from chassis.db import Database
from chassis.deadline import remaining
from chassis.health import HealthServer
from chassis.logging import configure
from chassis.rpc_server import RpcService, rpc, serve
from chassis.serve import SHUTDOWN_SECONDS
from contracts.base import MAX_MESSAGE_BYTES, Empty
from contracts.errors import ErrorCode, ServiceError
from tests.integration.bus.contract import SECRET, Count, EchoApi, Fail, Pause, Text


class EchoRpc(RpcService):
    name = "echo"
    db: ClassVar[Database]
    begun: ClassVar[Counter[str]] = Counter()

    @rpc
    def echo(self, request: Text) -> Text:
        return Text(text=correlation_id() if request.text == "correlation" else request.text)

    @rpc
    def pause(self, request: Pause) -> Text:
        self.begun[request.mark] += 1
        eventlet.sleep(request.seconds)
        return Text(text=str(remaining()))

    @rpc
    def pause_in_database(self, request: Pause) -> Text:
        with self.db.transaction() as tx:
            tx.execute("SELECT pg_sleep(%s)", (request.seconds,))
        return Text(text="")

    @rpc
    def ran(self, request: Text) -> Count:
        return Count(count=self.begun[request.text])

    @rpc
    def fail(self, request: Fail) -> Empty:
        match request.how:
            case "service-error":
                raise ServiceError(ErrorCode.CONFLICT, "on purpose", retryable=True, details={"row": 7})
            case "value-error":
                raise ValueError(SECRET)
            case "bare-timeout":
                raise eventlet.Timeout(0)
            case "system-exit":
                raise SystemExit(SECRET)
            case "too-large":
                return Text(text="x" * MAX_MESSAGE_BYTES)  # type: ignore[return-value]  # Empty by contract, on purpose
            case "wrong-type":
                return None  # type: ignore[return-value]  # on purpose
            case "crash":
                os.kill(os.getpid(), signal.SIGKILL)
        return Empty()


_implements: type[EchoApi] = EchoRpc


def main() -> None:
    configure("echo")
    EchoRpc.db = Database(os.environ["DATABASE_URL"], size=32)
    health = HealthServer("127.0.0.1", int(os.environ["HEALTH_PORT"]), database=EchoRpc.db)
    patience = float(os.environ.get("SHUTDOWN_SECONDS", SHUTDOWN_SECONDS))
    serve(EchoRpc, amqp_url=os.environ["AMQP_URL"], health=health, max_workers=32, shutdown_seconds=patience)


if __name__ == "__main__":
    main()
