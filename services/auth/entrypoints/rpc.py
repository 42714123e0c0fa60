"""The RPC process of auth: `python -m services.auth.entrypoints.rpc`."""

from chassis import green  # noqa: F401,I001  must be first

import logging
from collections.abc import Callable
from typing import ClassVar

import psycopg2
from eventlet import tpool
from nameko.timer import timer

from chassis import logging as json_logging
from chassis.db import Database, PoolExhaustedError
from chassis.health import HealthServer
from chassis.rpc_server import RpcService, rpc, serve
from chassis.settings import from_environment, institution
from contracts.auth import Activation, Agent, AuthApi, Credentials, Session, SessionToken, SignedIn, SignInReply
from contracts.base import Empty
from services.auth.application import announce_position, sweep
from services.auth.bootstrap import Auth, build
from services.auth.settings import RpcSettings

log = logging.getLogger(__name__)


class AuthRpc(RpcService):
    name = "auth"
    auth: ClassVar[Auth]

    @rpc
    def sign_in(self, request: Credentials) -> SignInReply:
        return self.auth.sign_in(request)

    @rpc
    def activate(self, request: Activation) -> SignedIn:
        return self.auth.choose_password(request)

    @rpc
    def verify_session(self, request: SessionToken) -> Session:
        return self.auth.sessions.verify(request)

    @rpc
    def sign_out(self, request: SessionToken) -> Empty:
        return self.auth.sessions.end(request)

    @rpc
    def verify_password(self, request: Credentials) -> Agent:
        return self.auth.verify_password(request)

    @timer(interval=announce_position.EVERY_SECONDS, eager=True)  # type: ignore[untyped-decorator]  # nameko has no types
    def announce_position(self) -> None:
        _try("announce the directory's position", self.auth.announce_position)

    @timer(interval=sweep.EVERY_SECONDS)  # type: ignore[untyped-decorator]  # nameko has no types
    def sweep(self) -> None:
        _try("sweep what has lapsed", self.auth.sweep)


_implements: type[AuthApi] = AuthRpc


def _try(what: str, work: Callable[[], object]) -> None:
    """A database that is away costs this turn only: the next one comes by itself."""
    try:
        work()
    except (psycopg2.Error, PoolExhaustedError):
        log.warning("could not %s", what, exc_info=True)


def main() -> None:
    settings = from_environment(RpcSettings)
    json_logging.configure("auth-rpc")
    url, size = settings.auth_database_url, settings.auth_rpc_workers
    database = Database(url, size=size, statement_timeout_ms=5_000, application_name="auth-rpc")
    AuthRpc.auth = build(settings, institution(), database, run=tpool.execute)
    serve(
        AuthRpc,
        amqp_url=settings.amqp_url,
        max_workers=settings.auth_rpc_workers,
        health=HealthServer(settings.health_host, settings.health_port, database=database),
    )


if __name__ == "__main__":
    main()
