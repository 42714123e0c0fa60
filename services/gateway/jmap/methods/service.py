"""One service as the dispatcher sees it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.base import Ping, Pong
from contracts.jmap import Invocation, JmapBatch, JmapBatchReply, JsonObject
from services.gateway.jmap.budget import Budget

Prepare = Callable[[Invocation], Awaitable[Invocation]]
Finish = Callable[[Invocation, Budget], Awaitable[Invocation]]


async def as_it_is(invocation: Invocation) -> Invocation:
    return invocation


async def answered_as_it_is(invocation: Invocation, _: Budget) -> Invocation:
    return invocation


@dataclass(frozen=True, slots=True)
class ServiceMethods:
    """capability_of: data type ("Email"), or method where it differs ("Blob/copy") → the capability that must stand in
    `using`. pushed: the types whose states
    the service publishes. capabilities: announced for the account (RFC 8620 §2). session_capabilities: for the session
    only.

    seen_here: method → the reference that `prepare` has to find resolved: such a call waits for the answers before it.
    of_no_account: methods that take no accountId. tells_session: whether the service learns by which session is asked.
    prepare: what is done to a call before the bus, may raise MethodError. finish: what is done to a response after it.
    """

    name: str
    method: Callable[[Any, JmapBatch], JmapBatchReply]
    ping: Callable[[Any, Ping], Pong]
    capability_of: Mapping[str, str]
    capabilities: Mapping[str, JsonObject]
    pushed: tuple[str, ...]
    seen_here: Mapping[str, str] = field(default_factory=dict)
    session_capabilities: Mapping[str, JsonObject] = field(default_factory=dict)
    of_no_account: frozenset[str] = frozenset()
    tells_session: bool = False
    prepare: Prepare = as_it_is
    finish: Finish = answered_as_it_is


def one_after_the_other(*prepares: Prepare) -> Prepare:
    async def prepare(invocation: Invocation) -> Invocation:
        for one in prepares:
            invocation = await one(invocation)
        return invocation

    return prepare


def all_of(*finishes: Finish) -> Finish:
    async def finish(invocation: Invocation, budget: Budget) -> Invocation:
        for one in finishes:
            invocation = await one(invocation, budget)
        return invocation

    return finish


class Registry:
    """Finds the service of a method by its data type, so that a service may grow methods without a change here."""

    def __init__(self, *services: ServiceMethods) -> None:
        self.services = services
        self._owners = {type_: service for service in services for type_ in service.capability_of}

    def owner(self, method: str, using: frozenset[str]) -> ServiceMethods | None:
        """None when no service has such a type, or when its capability isn't among `using`."""
        type_, slash, _ = method.partition("/")
        name = method if method in self._owners else type_
        service = self._owners.get(name) if slash else None
        if service is None or service.capability_of[name] not in using:
            return None
        return service
