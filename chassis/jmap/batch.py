"""Runs a batch of JMAP calls inside the service that owns them."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

import orjson

from chassis.deadline import expired
from chassis.jmap.errors import MethodError
from chassis.jmap.references import resolve
from contracts.jmap import Invocation, JmapBatch, JmapBatchReply, JsonObject

REPLY_BYTES = 240_000
"""A reply stays below MAX_MESSAGE_BYTES of the bus, its envelope included."""
ROOM_BEFORE_A_WRITE = 32_000
"""A call that may write is run only while no more than this was answered: its response can't be left aside."""
READS = ("/get", "/query", "/changes", "/queryChanges", "/parse", "/lookup")

LISTS_OF_IDS = frozenset({"ids", "blobIds", "emailIds"})

log = logging.getLogger(__name__)


@dataclass
class Call:
    """What a method handler gets besides its arguments.

    account_id: the signed-in principal's account. using: capabilities of the request. created_ids: creation ids of
    the whole request so far; a handler adds its own, which are forgotten when it fails. call_id: to be put on implicit
    responses.
    """

    account_id: str
    using: frozenset[str]
    created_ids: dict[str, str]
    call_id: str
    implicit: list[tuple[str, JsonObject]] = field(default_factory=list)
    """Responses that follow the call's own (RFC 8621 §7.5: the Email/set of onSuccessUpdateEmail)."""


Handler = Callable[[Call, JsonObject], JsonObject]


def run_batch(batch: JmapBatch, handlers: Mapping[str, Handler], of_no_account: Collection[str] = ()) -> JmapBatchReply:
    """Every call is answered, in order. A handler's MethodError costs its own call only; any other exception becomes
    serverFail, logged without its text. What comes after the deadline, and what would make the reply too large for the
    bus, is left unanswered: nobody waits for it any more, and a write must not happen behind its caller's back. An
    answer that fills a reply alone becomes requestTooLarge with its size as `bytes`, and ends the batch: the gateway
    may ask for it in pieces before it goes on.

    of_no_account: methods that take no accountId (RFC 8620 §7.2)."""
    responses: list[Invocation] = []
    created = dict(batch.created_ids)
    used = answered = 0
    for invocation in batch.calls:
        if expired():
            break
        reads = invocation.name.endswith(READS)
        if not reads and used > ROOM_BEFORE_A_WRITE:
            break
        answers = list(_run(batch, invocation, handlers, of_no_account, responses, created))
        size = sum(len(orjson.dumps(answer.arguments)) for answer in answers)
        if reads and used + size > REPLY_BYTES:
            if not answered:
                responses.append(_too_large(invocation, size))
                answered = 1
            break
        responses.extend(answers)
        used += size
        answered += 1
    fresh = {key: value for key, value in created.items() if batch.created_ids.get(key) != value}
    return JmapBatchReply(responses=responses, created_ids=fresh, unanswered=len(batch.calls) - answered)


def _too_large(invocation: Invocation, size: int) -> Invocation:
    error = MethodError("requestTooLarge", "ask for fewer objects or properties", bytes=size)
    return Invocation(name="error", arguments=error.as_json(), call_id=invocation.call_id)


def _run(
    batch: JmapBatch,
    invocation: Invocation,
    handlers: Mapping[str, Handler],
    of_no_account: Collection[str],
    earlier: list[Invocation],
    created: dict[str, str],
) -> Iterable[Invocation]:
    call = Call(batch.account_id, frozenset(batch.using), dict(created), invocation.call_id)
    try:
        handler = handlers.get(invocation.name)
        if handler is None:
            raise MethodError("unknownMethod")
        arguments = resolve(invocation.arguments, earlier)
        if invocation.name not in of_no_account:
            _check_account(call, arguments)
        arguments = _with_created(arguments, call.created_ids)
        answer = handler(call, arguments)
        created.update(call.created_ids)
        yield Invocation(name=invocation.name, arguments=answer, call_id=invocation.call_id)
        for name, body in call.implicit:
            yield Invocation(name=name, arguments=body, call_id=invocation.call_id)
    except MethodError as error:
        yield Invocation(name="error", arguments=error.as_json(), call_id=invocation.call_id)
    except Exception:
        log.exception("JMAP method failed", extra={"method": invocation.name})
        yield Invocation(name="error", arguments={"type": "serverFail"}, call_id=invocation.call_id)


def _with_created(arguments: JsonObject, created: Mapping[str, str]) -> JsonObject:
    """What is asked for may have been created by the same request (RFC 8620 §5.3; RFC 9404 §4.2 shows it for ids)."""
    for name in LISTS_OF_IDS & arguments.keys():
        ids = arguments[name]
        if isinstance(ids, list) and any(isinstance(id_, str) and id_[:1] == "#" for id_ in ids):
            known = [created.get(id_[1:], id_) if isinstance(id_, str) and id_[:1] == "#" else id_ for id_ in ids]
            arguments = arguments | {name: known}
    return arguments


def _check_account(call: Call, arguments: JsonObject) -> None:
    """RFC 8620 §3.6.2: a missing accountId is invalidArguments; one that isn't theirs, accountNotFound."""
    account_id = arguments.get("accountId")
    if not isinstance(account_id, str):
        raise MethodError("invalidArguments", "accountId is required")
    if account_id != call.account_id:
        raise MethodError("accountNotFound")
