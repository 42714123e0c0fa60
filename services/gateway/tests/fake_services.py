"""Services that behave badly on demand, as real nameko processes on a real bus:
`python -m services.gateway.tests.fake_services auth|mail|calendar` with AMQP_URL and HEALTH_PORT."""

from chassis import green  # noqa: F401,I001  must be first

import os
import sys
from collections.abc import Mapping

import eventlet

from chassis.health import HealthServer
from chassis.jmap.batch import Call, Handler, run_batch
from chassis.logging import configure
from chassis.rpc_server import RpcService, rpc, serve
from contracts.auth import Agent, Credentials, Session, SessionToken, SignInReply
from contracts.base import Empty
from contracts.calendar import CalendarApi
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import JmapBatch, JmapBatchReply, JsonObject
from services.gateway.tests.people import ACCOUNT, ADDRESS, AGENT, PASSWORD, SESSION, TOKEN, signed_in


class AuthFake(RpcService):
    """One agent, one session, which sign_out ends."""

    name = "auth"
    open = True

    @rpc
    def sign_in(self, request: Credentials) -> SignInReply:
        self.verify_password(request)
        AuthFake.open = True
        return SignInReply(signed_in=signed_in(request.client))

    @rpc
    def verify_password(self, request: Credentials) -> Agent:
        if (request.login, request.password.get_secret_value()) != (ADDRESS, PASSWORD):
            raise ServiceError(ErrorCode.BAD_CREDENTIALS)
        return AGENT

    @rpc
    def verify_session(self, request: SessionToken) -> Session:
        if not AuthFake.open or request.token.get_secret_value() != TOKEN:
            raise ServiceError(ErrorCode.BAD_CREDENTIALS)
        return SESSION

    @rpc
    def sign_out(self, request: SessionToken) -> Empty:
        AuthFake.open = False
        return Empty()


class MailFake(RpcService):
    name = "mail"

    @rpc
    def jmap(self, request: JmapBatch) -> JmapBatchReply:
        return run_batch(request, HANDLERS)


class CalendarFake(RpcService):
    name = "calendar"

    @rpc
    def jmap(self, request: JmapBatch) -> JmapBatchReply:
        return run_batch(request, HANDLERS)


def query(call: Call, arguments: JsonObject) -> JsonObject:
    return {"accountId": ACCOUNT, "ids": [f"e{number}" for number in range(arguments.get("limit", 3))]}


def get(call: Call, arguments: JsonObject) -> JsonObject:
    """Each object is as large as `size` says."""
    found = [{"id": id_, "text": "é" * (arguments.get("size", 0) // 2)} for id_ in arguments["ids"]]
    return {"accountId": ACCOUNT, "state": "s1", "list": found, "notFound": []}


def pause(call: Call, arguments: JsonObject) -> JsonObject:
    eventlet.sleep(arguments["seconds"])
    return {"accountId": ACCOUNT}


HANDLERS: Mapping[str, Handler] = {
    "Email/query": query,
    "Email/get": get,
    "Mailbox/get": get,
    "Thread/get": get,
    "Email/changes": pause,
    "Email/set": pause,
    "CalendarEvent/get": get,
    "CalendarEvent/changes": pause,
}
FAKES: dict[str, type[RpcService]] = {"auth": AuthFake, "mail": MailFake, "calendar": CalendarFake}
_calendar: type[CalendarApi] = CalendarFake


def main() -> None:
    name = sys.argv[1]
    configure(f"fake-{name}")
    health = HealthServer("127.0.0.1", int(os.environ["HEALTH_PORT"]))
    serve(FAKES[name], amqp_url=os.environ["AMQP_URL"], health=health, max_workers=32)


if __name__ == "__main__":
    main()
