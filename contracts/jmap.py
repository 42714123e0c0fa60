"""How a JMAP request (RFC 8620 §3) travels from the gateway to the service that owns its methods.

Consecutive calls for one service go as one batch. The gateway has replaced the result references (§3.7) that point
at calls outside the batch; those that point inside it are resolved by the service.
"""

from typing import Any

from contracts.base import Contract

JsonObject = dict[str, Any]


class Invocation(Contract):
    """RFC 8620 §3.2: [name, arguments, method call id]. In a response, name "error" carries a method-level error."""

    name: str
    arguments: JsonObject
    call_id: str


class JmapBatch(Contract):
    """Calls of one signed-in principal, in order. `account_id` is the only account they may name in this cut.

    `session_id` names the session that asks, where the service keeps something by it; "" when it is not told, or when
    the account's password was sent with the request. `created_ids` maps creation ids of earlier calls of the same
    request to ids (§3.3, §5.3).
    """

    account_id: str
    using: list[str]
    calls: list[Invocation]
    created_ids: dict[str, str] = {}
    session_id: str = ""


class JmapBatchReply(Contract):
    """One or more responses per call, in order, each with its call's id; `created_ids` holds what this batch added.

    `unanswered` is how many of the last calls were left aside, with no effect, because the reply would have grown too
    large for the bus: the gateway sends them again in a batch of their own. At least one call is always answered.
    """

    responses: list[Invocation]
    created_ids: dict[str, str] = {}
    unanswered: int = 0
