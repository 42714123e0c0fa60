"""One log line a request, with the correlation id that every service logs too; never a query, an address or a body."""

import logging
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.correlation import correlated
from services.gateway.metrics import http_seconds

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = logging.getLogger(__name__)


class AccessLog:
    """Outermost: errors end here, once their answer is out. `templates`: endpoint → route template."""

    def __init__(self, app: ASGIApp, templates: Mapping[object, str]) -> None:
        self._app = app
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status, answered = 0, False

        async def noted(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-correlation-id", correlation.encode()))
            elif not message.get("more_body", False):
                answered = True
            await send(message)

        with correlated() as correlation:
            try:
                await self._app(scope, receive, noted)
            except Exception:
                log.exception("a request failed")
                if not answered:
                    raise
            finally:
                self._write(scope, status, began)

    def _write(self, scope: Scope, status: int, began: float) -> None:
        seconds = time.perf_counter() - began
        route = self._templates.get(scope.get("endpoint"), "-")
        method = scope["method"] if scope["method"] in METHODS else "-"
        http_seconds.labels(method, route, str(status)).observe(seconds)
        told = {"method": method, "route": route, "status": status, "ms": round(seconds * 1_000, 2)}
        log.info("request", extra=told)
