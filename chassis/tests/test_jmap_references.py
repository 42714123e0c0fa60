"""RFC 8620 §3.7."""

import pytest

from chassis.jmap.errors import MethodError
from chassis.jmap.references import MAX_VISITS, resolve
from contracts.jmap import Invocation

THREADS = Invocation(
    name="Thread/get",
    arguments={"list": [{"id": "t1", "emailIds": ["e1", "e2"]}, {"id": "t2", "emailIds": ["e3"]}]},
    call_id="1",
)


def reference(path: str, name: str = "Thread/get", call_id: str = "1") -> dict[str, object]:
    return {"#ids": {"resultOf": call_id, "name": name, "path": path}, "accountId": "a"}


def test_star_joins_the_arrays_it_maps_over() -> None:
    assert resolve(reference("/list/*/emailIds"), [THREADS]) == {"ids": ["e1", "e2", "e3"], "accountId": "a"}


def test_an_index_selects_one_item() -> None:
    assert resolve(reference("/list/1/id"), [THREADS])["ids"] == "t2"


def test_arguments_without_references_pass_untouched() -> None:
    arguments = {"ids": ["x"]}
    assert resolve(arguments, []) is arguments


@pytest.mark.parametrize(
    "broken",
    [
        reference("/list/*/nothing"),
        reference("/list/9/id"),
        reference("/list/01/id"),
        reference("list"),
        reference("/list/*/id", name="Email/get"),
        reference("/list/*/id", call_id="2"),
        {"#ids": "t1"},
    ],
)
def test_what_cannot_be_followed_is_an_invalid_result_reference(broken: dict[str, object]) -> None:
    with pytest.raises(MethodError) as raised:
        resolve(broken, [THREADS])
    assert raised.value.type == "invalidResultReference"


def test_a_failed_producer_is_an_invalid_result_reference() -> None:
    failed = Invocation(name="error", arguments={"type": "serverFail"}, call_id="1")
    with pytest.raises(MethodError) as raised:
        resolve(reference("/list/*/id"), [failed])
    assert raised.value.type == "invalidResultReference"


def test_the_same_argument_twice_is_invalid_arguments() -> None:
    with pytest.raises(MethodError) as raised:
        resolve(reference("/list/*/id") | {"ids": []}, [THREADS])
    assert raised.value.type == "invalidArguments"


def test_arrays_that_select_nothing_are_not_walked_for_ever() -> None:
    hollow = Invocation(name="X/get", arguments={"list": [[] for _ in range(MAX_VISITS // 4)]}, call_id="1")
    one = {"resultOf": "1", "name": "X/get", "path": "/list/*/*"}
    assert resolve({"#a": one}, [hollow]) == {"a": []}
    with pytest.raises(MethodError) as raised:
        resolve({f"#a{number}": one for number in range(4)}, [hollow])
    assert raised.value.type == "invalidResultReference"


def test_what_is_joined_again_on_the_way_up_counts_again() -> None:
    deep = Invocation(name="X/get", arguments={"list": [[[0] * (MAX_VISITS // 3)]]}, call_id="1")
    for path, fits in (("/list/*", True), ("/list/*/*", True), ("/list/*/*/*", False)):
        reference = {"#a": {"resultOf": "1", "name": "X/get", "path": path}}
        if fits:
            assert resolve(reference, [deep])
        else:
            with pytest.raises(MethodError):
                resolve(reference, [deep])
