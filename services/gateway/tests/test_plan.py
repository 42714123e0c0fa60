"""What waits for what."""

from contracts.jmap import Invocation, JsonObject
from services.gateway.jmap.plan import plan


def call(call_id: str, arguments: JsonObject | None = None) -> Invocation:
    return Invocation(name="X/y", arguments=arguments or {}, call_id=call_id)


def reference(call_id: str) -> JsonObject:
    return {"#ids": {"resultOf": call_id, "name": "X/y", "path": "/ids"}}


def test_consecutive_calls_of_one_service_are_one_run() -> None:
    runs = plan([call("1"), call("2", reference("1")), call("3")], ["mail", "mail", "mail"])
    assert [(run.owner, list(run.positions), run.after) for run in runs] == [("mail", [0, 1, 2], frozenset())]


def test_runs_of_different_services_wait_for_nothing() -> None:
    runs = plan([call("1"), call("2"), call("3")], ["mail", "calendar", "contacts"])
    assert [run.after for run in runs] == [frozenset(), frozenset(), frozenset()]


def test_a_service_keeps_the_order_of_its_own_calls() -> None:
    runs = plan([call("1"), call("2"), call("3")], ["mail", "calendar", "mail"])
    assert runs[2].after == {0}


def test_a_result_reference_waits_for_its_producer_only() -> None:
    runs = plan([call("1"), call("2"), call("3", reference("2"))], ["mail", "calendar", "contacts"])
    assert runs[2].after == {1}


def test_a_creation_id_waits_for_whoever_creates_it() -> None:
    creates = call("1", {"create": {"k1": {}}})
    uses = call("2", {"create": {"e": {"calendarIds": {"#k1": True}}}})
    imports = call("3", {"emails": {"k2": {}}})
    uses_both = call("4", {"update": {"x": {"ref": ["#k2"]}}})
    runs = plan([creates, uses, imports, uses_both], ["mail", "calendar", "contacts", "auth"])
    assert [run.after for run in runs] == [frozenset(), {0}, frozenset(), {2}]


def test_what_was_made_by_the_later_of_two_calls_is_waited_for_there_only() -> None:
    makes = [call("1", {"create": {"k1": {}}}), call("2", {"create": {"k2": {}}})]
    uses = call("3", {"update": {"x": {"#k2": True}}, **reference("k1")})
    assert plan([*makes, uses], ["mail", "calendar", "contacts"])[2].after == {1}


def test_no_calls_no_runs() -> None:
    assert plan([], []) == []
