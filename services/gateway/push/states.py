"""The current states of an account, asked of the services: for a client that may have missed some."""

import asyncio
import secrets
from collections.abc import Collection

from contracts.errors import ServiceError
from contracts.jmap import Invocation, JmapBatch
from services.gateway.caller import Caller
from services.gateway.jmap.methods.service import Registry, ServiceMethods

ASK_SECONDS = 5.0
NEVER_ASKED = frozenset({"EmailDelivery"})
"""Types without a /get (RFC 8621 §1.5)."""
ACCOUNT = "Account"
"""Told by auth's broadcasts only: whoever may have missed one gets a state that nobody knows, and reads it again."""


class CurrentStates:
    def __init__(self, client: Caller, registry: Registry) -> None:
        self._client = client
        self._registry = registry

    def types(self, wanted: Collection[str] | None) -> set[str]:
        """Those of `wanted` (None: all) whose state can be told."""
        known = {type_ for service in self._registry.services for type_ in service.pushed} - NEVER_ASKED | {ACCOUNT}
        return known if wanted is None else known & set(wanted)

    async def of(self, account_id: str, types: Collection[str]) -> dict[str, str]:
        """Type → state. What a service that doesn't answer would have told is missing."""
        answers = await asyncio.gather(*(self._ask(service, account_id, types) for service in self._registry.services))
        states = {type_: state for answer in answers for type_, state in answer.items()}
        return states | {ACCOUNT: secrets.token_hex(8)} if ACCOUNT in types else states

    async def _ask(self, service: ServiceMethods, account_id: str, types: Collection[str]) -> dict[str, str]:
        wanted = [type_ for type_ in service.pushed if type_ in types]
        if not wanted:
            return {}
        calls = [
            Invocation(name=f"{type_}/get", arguments={"accountId": account_id, "ids": []}, call_id=type_)
            for type_ in wanted
        ]
        batch = JmapBatch(account_id=account_id, using=list(service.capabilities), calls=calls)
        try:
            reply = await self._client.call(service.method, batch, timeout=ASK_SECONDS)
        except ServiceError:
            return {}
        return {
            answer.call_id: answer.arguments["state"]
            for answer in reply.responses
            if answer.name != "error" and isinstance(answer.arguments.get("state"), str)
        }
