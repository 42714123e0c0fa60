"""nameko as it comes, without our chassis, on the other end of the wire. Run as `serve` or `call` with AMQP_URL."""

import sys
import warnings

warnings.simplefilter("ignore")
import eventlet  # noqa: E402

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
from typing import Any  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402
from nameko.exceptions import RemoteError  # noqa: E402
from nameko.rpc import rpc  # noqa: E402
from nameko.standalone.rpc import ClusterRpcProxy  # noqa: E402

CONFIG = {"AMQP_URI": os.environ["AMQP_URL"]}


class Stock:
    name = "stock"

    @rpc  # type: ignore[untyped-decorator]  # nameko has no types
    def echo(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"text": payload["text"]}


def serve() -> None:
    container = ServiceContainer(Stock, CONFIG)
    container.start()
    print("ready", flush=True)
    container.wait()


def call() -> None:
    """Calls our echo service twice and prints what it understood."""
    with ClusterRpcProxy(CONFIG, timeout=5) as cluster:
        print(json.dumps(cluster.echo.echo({"text": "Élodie"})))
        try:
            cluster.echo.fail({"how": "service-error"})
        except RemoteError as error:
            print(json.dumps([error.exc_type, error.value]), flush=True)


if __name__ == "__main__":
    {"serve": serve, "call": call}[sys.argv[1]]()
