"""One log line a request, with the correlation id that every service logs too; never a query, an address or a body."""

import logging
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.correlation import correlated

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
        log.info(
            "request",
            extra={
                "method": scope["method"],
                "route": self._templates.get(scope.get("endpoint"), "-"),
                "status": status,
                "ms": round((time.perf_counter() - began) * 1_000, 2),
            },
        )
