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

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from chassis.serve import serve
from contracts.base import Contract, Ping, Pong

__all__ = ["RpcService", "rpc", "serve"]

Method = TypeVar("Method", bound=Callable[[Any, Any], Contract])


def rpc(method: Method) -> Method:
    """Offers `method` on the bus under its own name. Request and reply models come from its type hints.

    A ServiceError that it raises reaches the caller; any other exception is logged (type and place only) and reaches
    the caller as `internal`, a database that is away as `unavailable`. It runs at most once per request.
    """
    raise NotImplementedError


class RpcService:
    """Base of a nameko service class. `name` is the service's name on the bus."""

    name: ClassVar[str]

    @rpc
    def ping(self, request: Ping) -> Pong:
        return Pong(service=self.name)
