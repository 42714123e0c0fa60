"""What the services of these tests say to each other."""

from typing import ClassVar, Literal, Protocol

from contracts.base import Contract, Empty, Event, Ping, Pong, rpc_service

Failure = Literal["service-error", "value-error", "bare-timeout", "system-exit", "too-large", "wrong-type", "crash"]

SECRET = "numen-20X1234567ABC"
"""Planted in an exception: must never be seen on the wire or in a log."""


LINGER_SECONDS = 30.0
"""How long `Counted.how == "linger"` stays in its handler."""


class Text(Contract):
    text: str


class Pause(Contract):
    seconds: float
    mark: str = ""


class Count(Contract):
    count: int


class Fail(Contract):
    how: Failure


@rpc_service("echo")
class EchoApi(Protocol):
    def ping(self, request: Ping, /) -> Pong: ...

    def echo(self, request: Text, /) -> Text: ...

    def pause(self, request: Pause, /) -> Text:
        """Replies with its deadline's remaining seconds, after the pause."""
        ...

    def pause_in_database(self, request: Pause, /) -> Text: ...

    def ran(self, request: Text, /) -> Count:
        """How often `pause` began with this mark, in this process."""
        ...

    def fail(self, request: Fail, /) -> Empty: ...


@rpc_service("nobody")
class NobodyApi(Protocol):
    def ping(self, request: Ping, /) -> Pong: ...


class Counted(Event):
    """Adds `amount` to the counter `name` of whoever hears it, in the way that `how` says."""

    type: ClassVar[str] = "source.counted"
    consumers: ClassVar[tuple[str, ...]] = ("sink",)
    name: str
    amount: int = 1
    how: Literal["well", "fail", "fail-once", "crash", "linger", "system-exit"] = "well"


class Noticed(Event):
    """A broadcast."""

    type: ClassVar[str] = "source.noticed"
    text: str
