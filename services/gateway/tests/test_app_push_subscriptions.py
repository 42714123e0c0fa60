"""Push subscriptions (RFC 8620 §7.2) and the key of RFC 9749, as clients see them."""

from typing import Any

import orjson

from chassis.jmap.batch import Call
from contracts.jmap import JmapBatch, JsonObject
from services.gateway.tests.people import ACCOUNT, SESSION
from services.gateway.tests.world import BASIC, JMAP, SIGNED_IN, World

CORE = "urn:ietf:params:jmap:core"
VAPID = "urn:ietf:params:jmap:webpush-vapid"


def created(call: Call, arguments: JsonObject) -> JsonObject:
    return {"created": {key: {"id": f"P{key}"} for key in arguments["create"]}, "notCreated": None}


def told(call: Call, arguments: JsonObject) -> JsonObject:
    return {"list": [{"id": id_} for id_ in arguments["ids"] or []], "notFound": []}


def ask(world: World, headers: dict[str, str], *calls: list[Any], using: list[str] | None = None) -> Any:
    world.bus.services["auth"] = {"PushSubscription/set": created, "PushSubscription/get": told}
    body = orjson.dumps({"using": [CORE] if using is None else using, "methodCalls": calls})
    return world.request("POST", "/jmap/api", headers=headers, content=body).json()["methodResponses"]


def asked(world: World) -> list[JmapBatch]:
    return [request for name, request in world.bus.calls if isinstance(request, JmapBatch) and "push" in name]


def test_they_belong_to_the_core_capability_and_to_no_account(world: World) -> None:
    answers = ask(
        world, JMAP, ["PushSubscription/get", {"ids": ["P1"]}, "a"], ["PushSubscription/get", {"ids": None}, "b"]
    )
    assert answers == [
        ["PushSubscription/get", {"list": [{"id": "P1"}], "notFound": []}, "a"],
        ["PushSubscription/get", {"list": [], "notFound": []}, "b"],
    ]
    assert len(asked(world)) == 1
    (refusal,) = ask(world, JMAP, ["PushSubscription/get", {"ids": None}, "a"], using=[])
    assert refusal[1]["type"] == "unknownMethod"


def test_auth_learns_which_session_asks_and_that_a_password_is_none(world: World) -> None:
    ask(world, SIGNED_IN, ["PushSubscription/set", {"create": {"a": {}}}, "0"])
    ask(world, JMAP, ["PushSubscription/set", {"create": {"a": {}}}, "0"])
    assert [(batch.account_id, batch.session_id) for batch in asked(world)] == [
        (ACCOUNT, SESSION.session_id),
        (ACCOUNT, ""),
    ]


def test_no_other_service_learns_it(world: World) -> None:
    ask(
        world,
        SIGNED_IN,
        ["Mailbox/get", {"accountId": ACCOUNT, "ids": []}, "0"],
        using=[CORE, "urn:ietf:params:jmap:mail"],
    )
    assert [batch.session_id for batch in world.bus.batches("mail")] == [""]


def test_the_session_object_announces_the_key_of_the_server_and_its_change(world: World) -> None:
    world.vapid_public_key = "BKey"
    session = world.request("GET", "/.well-known/jmap", headers=BASIC).json()
    assert session["capabilities"][VAPID] == {"applicationServerKey": "BKey"}
    assert VAPID not in session["accounts"][ACCOUNT]["accountCapabilities"]
    assert ask(world, JMAP, ["PushSubscription/get", {"ids": None}, "a"], using=[CORE, VAPID])[0][0] != "error"
    world.vapid_public_key = "BOther"
    world.start()
    assert world.request("GET", "/.well-known/jmap", headers=BASIC).json()["state"] != session["state"]


def test_without_a_key_there_is_no_such_capability(world: World) -> None:
    assert VAPID not in world.request("GET", "/.well-known/jmap", headers=BASIC).json()["capabilities"]
