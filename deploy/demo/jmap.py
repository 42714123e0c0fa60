"""Asks the services by JMAP over the bus, as the gateway does, for accounts that nobody has signed in to yet."""

import asyncio
from collections.abc import Callable
from typing import Any

from chassis.rpc_client import RpcClient
from contracts.jmap import Invocation, JmapBatch, JmapBatchReply
from deploy.local.failure import Failure

CALL_SECONDS = 30.0
TRIES = 120
PAUSE_SECONDS = 0.5

Jmap = Callable[[Any, JmapBatch], JmapBatchReply]


async def ask(client: RpcClient, api: Jmap, account_id: str, name: str, **arguments: Any) -> dict[str, Any]:
    """One method call. Raises Failure when it answers an error."""
    response = await _call(client, api, account_id, name, arguments)
    if response.name == "error":
        raise Failure(f"démonstration : {name} a répondu {response.arguments.get('type')}")
    return response.arguments


async def wait_for_account(client: RpcClient, api: Jmap, account_id: str, name: str) -> None:
    """Until the service has heard of the account; a minute at most."""
    for _ in range(TRIES):
        response = await _call(client, api, account_id, name, {"ids": []})
        if response.arguments.get("type") != "accountNotFound":
            return
        await asyncio.sleep(PAUSE_SECONDS)
    raise Failure("démonstration : un service n’a pas appris la création des comptes (voir .run/log)")


async def _call(client: RpcClient, api: Jmap, account_id: str, name: str, arguments: dict[str, Any]) -> Invocation:
    invocation = Invocation(name=name, arguments={"accountId": account_id} | arguments, call_id="0")
    batch = JmapBatch(account_id=account_id, using=[], calls=[invocation])
    reply = await client.call(api, batch, timeout=CALL_SECONDS)
    return reply.responses[0]
