"""One log line a request, with the correlation id that every service logs too; never a query, an address or a body."""

import logging
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.correlation import correlated
from services.gateway.problems import ProblemError, respond

log = logging.getLogger(__name__)


class AccessLog:
    """Outermost: also answers what nobody else did with a 500 problem. `templates`: endpoint → route template."""

    def __init__(self, app: ASGIApp, templates: Mapping[object, str]) -> None:
        self._app = app
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-correlation-id", correlation.encode()))
            await send(message)

        with correlated() as correlation:
            try:
                await self._app(scope, receive, noted)
            except Exception:
                log.exception("a request failed")
                if status:
                    raise
                await respond(ProblemError("internal"))(scope, receive, noted)
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
