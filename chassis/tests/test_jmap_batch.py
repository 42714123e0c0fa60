"""A reply never outgrows the bus, and no write is ever run twice for it."""

import pytest

from chassis.deadline import deadline_at
from chassis.jmap.batch import REPLY_BYTES, Call, run_batch
from chassis.jmap.errors import MethodError
from contracts.jmap import Invocation, JmapBatch, JsonObject

ACCOUNT = "a1"


def batch(*names: str) -> JmapBatch:
    calls = [Invocation(name=name, arguments={"accountId": ACCOUNT}, call_id=str(i)) for i, name in enumerate(names)]
    return JmapBatch(account_id=ACCOUNT, using=[], calls=calls)


class Handlers:
    def __init__(self, size: int) -> None:
        self.size = size
        self.writes = 0

    def get(self, call: Call, arguments: JsonObject) -> JsonObject:
        return {"list": ["x" * self.size]}

    def set(self, call: Call, arguments: JsonObject) -> JsonObject:
        self.writes += 1
        return {"updated": {}}


def test_what_does_not_fit_is_left_for_another_batch() -> None:
    handlers = Handlers(REPLY_BYTES // 2)
    reply = run_batch(batch("Email/get", "Email/get", "Email/get"), {"Email/get": handlers.get})
    assert [response.call_id for response in reply.responses] == ["0"]
    assert reply.unanswered == 2


def test_a_write_is_not_run_when_its_answer_might_not_fit() -> None:
    handlers = Handlers(REPLY_BYTES // 2)
    reply = run_batch(batch("Email/get", "Email/set"), {"Email/get": handlers.get, "Email/set": handlers.set})
    assert (reply.unanswered, handlers.writes) == (1, 0)


def test_one_answer_that_fills_a_reply_alone_tells_its_size_and_ends_the_batch() -> None:
    handlers = Handlers(REPLY_BYTES + 1)
    reply = run_batch(batch("Email/get", "Email/set"), {"Email/get": handlers.get, "Email/set": handlers.set})
    error = reply.responses[0].arguments
    assert error["type"] == "requestTooLarge"
    assert error["bytes"] > REPLY_BYTES
    assert (reply.unanswered, handlers.writes) == (1, 0)


@pytest.mark.parametrize("size", [0, 1_000])
def test_small_batches_are_answered_whole(size: int) -> None:
    handlers = Handlers(size)
    reply = run_batch(batch("Email/get", "Email/set"), {"Email/get": handlers.get, "Email/set": handlers.set})
    assert [response.name for response in reply.responses] == ["Email/get", "Email/set"]
    assert reply.unanswered == 0


def test_nothing_is_written_after_the_deadline() -> None:
    handlers = Handlers(1)
    with deadline_at(0.0):
        reply = run_batch(batch("Email/set", "Email/set"), {"Email/set": handlers.set})
    assert (reply.responses, reply.unanswered, handlers.writes) == ([], 2, 0)


def test_what_a_failed_set_made_is_not_known_to_later_calls() -> None:
    known: list[dict[str, str]] = []

    def make(call: Call, arguments: JsonObject) -> JsonObject:
        call.created_ids[f"k{call.call_id}"] = f"x{call.call_id}"
        if call.call_id == "1":
            raise MethodError("serverPartialFail")
        if call.call_id == "2":
            raise ZeroDivisionError
        return {}

    def see(call: Call, arguments: JsonObject) -> JsonObject:
        known.append(dict(call.created_ids))
        return {}

    reply = run_batch(batch("X/set", "X/set", "X/set", "X/get"), {"X/set": make, "X/get": see})
    assert [response.name for response in reply.responses] == ["X/set", "error", "error", "X/get"]
    assert known == [{"k0": "x0"}]
    assert reply.created_ids == {"k0": "x0"}
