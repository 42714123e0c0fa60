"""RPC methods of a nameko service: one request model in, one reply model out.

from chassis import green  # noqa: F401,I001  must be first
from chassis.rpc_server import RpcService, rpc, serve

class AuthRpc(RpcService):
    name = "auth"
    application: ClassVar[Application]     # set by main() before serve(): nameko makes one AuthRpc per call

    @rpc
    def sign_in(self, request: Credentials) -> SignInReply:
        return self.application.sign_in(request)

_implements: type[AuthApi] = AuthRpc       # mypy --strict holds it to the contract

serve(AuthRpc, amqp_url=…, max_workers=64, health=HealthServer(host, port, database=db))
"""

import inspect
import logging
import time
import typing
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import amqp
from eventlet.support.greenlets import GreenletExit
from nameko.extensions import Entrypoint, SharedExtension, register_entrypoint

from chassis import metrics
from chassis.container import BrokerLink
from chassis.correlation import correlated
from chassis.deadline import deadline_at, expired
from chassis.failures import as_service_error
from chassis.link import TRANSIENT, BrokerAwayError, Link
from chassis.rpc_wire import (
    CONTENT_ENCODING,
    CONTENT_TYPE,
    CORRELATION_HEADER,
    INTERRUPTED,
    decode_request,
    encode_error,
    encode_reply,
    read_deadline,
)
from chassis.serve import serve
from chassis.topology import RPC_EXCHANGE, rpc_queue, rpc_queue_arguments
from contracts.base import Contract, Ping, Pong
from contracts.errors import ErrorCode, ServiceError

__all__ = ["RpcService", "rpc", "serve"]

DEFAULT_SECONDS = 30.0
"""The deadline of a caller that does not give one (none of ours)."""

_EXPECTED = frozenset(ErrorCode) - {ErrorCode.INTERNAL, ErrorCode.UNAVAILABLE}

Method = TypeVar("Method", bound=Callable[[Any, Any], Contract])

_log = logging.getLogger(__name__)


def rpc(method: Method) -> Method:
    """Offers `method` on the bus under its own name. Request and reply models come from its type hints.

    A ServiceError that it raises reaches the caller; any other exception is logged (type and place only) and reaches
    the caller as `internal`, a database that is away as `unavailable`. It runs at most once per request.
    """
    register_entrypoint(method, RpcEntrypoint())
    return method


class RpcRouter(SharedExtension):  # type: ignore[misc]  # nameko has no types
    """The service's queue, whose messages go to the entrypoint that their routing key names."""

    broker = BrokerLink()

    def __init__(self) -> None:
        super().__init__()
        self._entrypoints: dict[str, RpcEntrypoint] = {}

    def setup(self) -> None:
        self.broker.link.on_connect(self._declare)

    def register(self, entrypoint: "RpcEntrypoint") -> None:
        self._entrypoints[f"{self.container.service_name}.{entrypoint.method_name}"] = entrypoint

    def _declare(self, link: Link, channel: Any) -> None:
        service = self.container.service_name
        queue = rpc_queue(service)
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=rpc_queue_arguments())
        channel.queue_bind(queue, RPC_EXCHANGE, f"{service}.*")
        link.consume(channel, queue, self.container.max_workers, self._receive)

    def _receive(self, message: amqp.Message) -> None:
        entrypoint = self._entrypoints.get(message.delivery_info["routing_key"])
        if entrypoint is not None:
            self.container.spawn_worker(entrypoint, (message,), {})
            return
        metrics.rpc_served.labels(metrics.UNKNOWN, str(ErrorCode.INVALID_REQUEST)).inc()
        respond(self.broker.link, message, encode_error(ServiceError(ErrorCode.INVALID_REQUEST, "no such method")))


class RpcEntrypoint(Entrypoint):  # type: ignore[misc]  # nameko has no types
    router = RpcRouter()

    def setup(self) -> None:
        self.request_model = request_model(getattr(self.container.service_cls, self.method_name))
        self.router.register(self)

    def stop(self) -> None:
        self.router.broker.link.cancel()

    def work(self, service: Any, message: amqp.Message) -> None:
        """Runs one call and answers it; a caller that gave up is not answered."""
        started = time.perf_counter()
        headers = message.headers or {}
        with (
            correlated(headers.get(CORRELATION_HEADER)),
            deadline_at(read_deadline(headers, DEFAULT_SECONDS)),
        ):
            outcome, body = self._outcome(service, message)
            respond(self.router.broker.link, message, body)
            metrics.rpc_served.labels(self.method_name, outcome).inc()
            metrics.rpc_served_seconds.labels(self.method_name).observe(time.perf_counter() - started)

    def _outcome(self, service: Any, message: amqp.Message) -> tuple[str, bytes | None]:
        if not message.properties.get("reply_to"):
            _log.warning("a call without reply_to was dropped", extra={"method": self.method_name})
            return "no-reply-to", None
        if expired():
            return "expired", None
        try:
            if message.delivery_info["redelivered"]:
                raise ServiceError(ErrorCode.UNAVAILABLE, "interrupted", retryable=True, details=INTERRUPTED)
            method = getattr(service, self.method_name)
            return "ok", encode_reply(method(decode_request(message.body, self.request_model)))
        except GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001  a bare Timeout or SystemExit must not leave the process deaf
            return self._failure(error)

    def _failure(self, error: BaseException) -> tuple[str, bytes]:
        answer = as_service_error(error)
        if answer.code not in _EXPECTED:
            _log.error("a call failed", exc_info=error, extra={"method": self.method_name})
        return str(answer.code), encode_error(answer)


def respond(link: Link, message: amqp.Message, body: bytes | None) -> None:
    """Sends `body` to whoever asked, then acknowledges. A reply that cannot be sent is lost: the caller's deadline
    tells it so, and the call does not run again."""
    reply_to = message.properties.get("reply_to")
    if body is not None and reply_to:
        try:
            link.send(
                RPC_EXCHANGE,
                reply_to,
                body,
                content_type=CONTENT_TYPE,
                content_encoding=CONTENT_ENCODING,
                delivery_mode=TRANSIENT,
                correlation_id=message.properties.get("correlation_id", ""),
            )
        except BrokerAwayError:
            _log.warning("a reply was lost: the broker is away")
    link.acknowledge(message)


def request_model(method: Callable[..., Any]) -> type[Contract]:
    """The model of a method's only parameter, from its type hints. Raises TypeError for any other signature."""
    names = list(inspect.signature(method).parameters)
    hints = typing.get_type_hints(method)
    if len(names) != 2 or not issubclass(hints.get(names[1], object), Contract):
        raise TypeError(f"{method.__qualname__} must take one contract model")
    if not issubclass(hints.get("return", object), Contract):
        raise TypeError(f"{method.__qualname__} must return a contract model")
    model: type[Contract] = hints[names[1]]
    return model


class RpcService:
    """Base of a nameko service class. `name` is the service's name on the bus."""

    name: ClassVar[str]

    @rpc
    def ping(self, _request: Ping) -> Pong:
        return Pong(service=self.name)
