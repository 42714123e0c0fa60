"""The gateway's process: HTTP on HTTP_HOST:HTTP_PORT until SIGTERM, then 8 s at most to finish."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
import uvloop

from chassis.health import AsyncHealthServer
from chassis.logging import configure
from chassis.settings import from_environment, institution
from services.gateway.bootstrap import Gateway, gateway
from services.gateway.entrypoints.protocol import BoundedHttpProtocol
from services.gateway.settings import GatewaySettings

GRACE_SECONDS = 5
KEEP_ALIVE_SECONDS = 65
BACKLOG = 1_024


class Server(uvicorn.Server):
    """Ends with status 0 on SIGTERM and SIGINT; tells `on_stop` first, so that open streams end by themselves."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def stop(self) -> None:
        self.should_exit = True
        self._on_stop()


def server(settings: GatewaySettings, running: Gateway) -> Server:
    config = uvicorn.Config(
        running.app,
        host=settings.http_host,
        port=settings.http_port,
        loop="none",
        http=BoundedHttpProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        server_header=False,
        limit_concurrency=settings.http_max_connections,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return Server(config, running.hub.stop)


async def serve(settings: GatewaySettings) -> None:
    async with (
        gateway(settings, institution()) as running,
        AsyncHealthServer(settings.health_host, settings.health_port) as health,
    ):

        async def broker() -> bool:
            return running.client.connected

        health.add_check("broker", broker)
        await serve_while_listening(server(settings, running), running.listening)


async def serve_while_listening(http: Server, listening: asyncio.Task[None]) -> None:
    """Without broadcasts the caches would go stale: then the process ends with that error, to be started again."""
    serving = asyncio.create_task(http.serve())
    await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
    if listening.done():
        http.stop()
    await serving
    if listening.done():
        listening.result()
        raise RuntimeError("listening for broadcasts ended")


def main() -> None:
    configure("gateway")
    settings = from_environment(GatewaySettings)
    institution()
    uvloop.run(serve(settings))


if __name__ == "__main__":
    main()
