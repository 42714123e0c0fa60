"""Whatever JSON a client sends, it gets an answer of RFC 8620, never a 500."""

import asyncio
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gateway.tests.people import ACCOUNT
from services.gateway.tests.world import JMAP, World

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
CALL_ID = st.sampled_from(["0", "1", "2", ""])
REFERENCE = st.fixed_dictionaries(
    {},
    optional={
        "resultOf": CALL_ID | JSON,
        "name": st.sampled_from(["Email/get", "Core/echo"]) | JSON,
        "path": st.sampled_from(["/list/*/id", "/x", "", "/ids/0", "/*"]) | JSON,
    },
)
ARGUMENTS = st.dictionaries(
    st.sampled_from(["accountId", "#accountId", "ids", "#ids", "create", "#create", "fromAccountId", "x"]),
    st.just(ACCOUNT) | REFERENCE | JSON,
    max_size=5,
)
METHODS = ["Email/get", "Email/set", "Mailbox/get", "Core/echo", "CalendarEvent/get", "Nothing/get"]
NAME = st.sampled_from(METHODS) | st.text(max_size=12)
USING = st.lists(
    st.sampled_from(["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:calendars"]),
    max_size=3,
)
REQUEST = st.fixed_dictionaries(
    {"using": USING, "methodCalls": st.lists(st.tuples(NAME, ARGUMENTS, CALL_ID), max_size=6)},
    optional={"createdIds": st.dictionaries(st.text("ab", min_size=1), st.text("ab", min_size=1), max_size=2)},
)
BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def post(world: World, body: bytes) -> tuple[int, Any]:
    answer = world.request("POST", "/jmap/api", headers=JMAP, content=body)
    return answer.status_code, answer.json()


@BOUNDED
@given(request=REQUEST)
def test_each_call_is_answered_in_order_under_its_id(world: World, request: dict[str, Any]) -> None:
    status, answer = post(world, orjson.dumps(request))
    assert status == 200, answer
    assert [call_id for _, _, call_id in answer["methodResponses"]] == [call[2] for call in request["methodCalls"]]
    assert ("createdIds" in answer) == ("createdIds" in request)


@BOUNDED
@given(body=JSON.map(orjson.dumps) | st.binary(max_size=60))
def test_anything_else_is_a_request_error(world: World, body: bytes) -> None:
    status, answer = post(world, body)
    assert status == 400
    assert answer["type"].startswith("urn:ietf:params:jmap:error:not")


def test_the_loop_is_not_left_with_tasks(world: World) -> None:
    async def act(client: Any) -> int:
        body = orjson.dumps({"using": ["urn:ietf:params:jmap:core"], "methodCalls": [["Core/echo", {}, "0"]]})
        await client.post("/jmap/api", headers=JMAP, content=body)
        return len(asyncio.all_tasks())

    assert world.run(act) == 1
