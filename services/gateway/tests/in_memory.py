"""A bus in memory for unit tests: each service answers with the chassis' own batch runner, so that what the gateway is
tested against is what services really do with a batch."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from chassis.jmap.batch import Handler, run_batch
from contracts.base import Contract, Ping, Pong
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import JmapBatch, JmapBatchReply
from contracts.mail import BlobLocation, BlobRegistered, BlobRegistration, BlobRequest
from services.gateway.tests.auth_answers import AuthAnswers

Req = TypeVar("Req", bound=Contract)
Rep = TypeVar("Rep", bound=Contract)


class InMemoryBus(AuthAnswers):
    """`services`: JMAP handlers by service name; a service that isn't there is unavailable. `calls` remembers every
    call as (service.method, request). `before` runs first in each call and may wait or raise."""

    def __init__(self, services: Mapping[str, Mapping[str, Handler]] | None = None) -> None:
        super().__init__()
        self.services = dict(services or {})
        self.calls: list[tuple[str, Contract]] = []
        self.before: Callable[[str, Contract], Awaitable[None]] | None = None
        self.locations: dict[str, BlobLocation] = {}

    async def call(self, method: Callable[[Any, Req], Rep], request: Req, *, timeout: float) -> Rep:  # noqa: ASYNC109
        service, name = vars(method)["__rpc__"]
        self.calls.append((f"{service}.{name}", request))
        await asyncio.sleep(0)
        if self.before is not None:
            await self.before(f"{service}.{name}", request)
        if service not in self.services:
            raise ServiceError(ErrorCode.UNAVAILABLE, retryable=True)
        return cast(Rep, getattr(self, f"_{name}")(service, request))

    def batches(self, service: str) -> list[JmapBatch]:
        return [request for name, request in self.calls if name == f"{service}.jmap" and isinstance(request, JmapBatch)]

    def _jmap(self, service: str, request: JmapBatch) -> JmapBatchReply:
        return run_batch(request, self.services[service])

    def _push_subscriptions(self, service: str, request: JmapBatch) -> JmapBatchReply:
        return run_batch(request, self.services[service], of_no_account=self.services[service])

    def _ping(self, service: str, request: Ping) -> Pong:
        return Pong(service=service)

    def _register_blob(self, service: str, request: BlobRegistration) -> BlobRegistered:
        return BlobRegistered(blob_id=f"B{request.sha256}")

    def _locate_blob(self, service: str, request: BlobRequest) -> BlobLocation:
        if request.blob_id not in self.locations:
            raise ServiceError(ErrorCode.NOT_FOUND)
        return self.locations[request.blob_id]
