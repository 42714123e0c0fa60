"""RFC 8620 §3.3 and §3.6.1; RFC 7493."""

import pytest

from services.gateway.jmap.errors import RequestError
from services.gateway.jmap.request import ApiRequest, parse_request
from services.gateway.limits import Limits

CORE = "urn:ietf:params:jmap:core"
LIMITS = Limits(max_calls_in_request=2, max_nesting=20)


def parse(body: bytes, content_type: str = "application/json") -> ApiRequest:
    return parse_request(body, content_type, {CORE}, LIMITS)


def error_of(body: bytes, content_type: str = "application/json") -> RequestError:
    with pytest.raises(RequestError) as raised:
        parse(body, content_type)
    return raised.value


def test_a_request_is_calls_in_order() -> None:
    body = b'{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":1},"x"],["B/get",{},"y"]]}'
    request = parse(body, "application/json; charset=utf-8")
    assert [(call.name, call.arguments, call.call_id) for call in request.calls] == [
        ("Core/echo", {"a": 1}, "x"),
        ("B/get", {}, "y"),
    ]
    assert request.using == [CORE]
    assert request.created_ids is None


def test_created_ids_are_taken_when_given() -> None:
    assert parse(b'{"using":[],"methodCalls":[],"createdIds":{"k1":"M1"}}').created_ids == {"k1": "M1"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"using":[],"methodCalls":[]} x',
        b'{"using":["\xff"],"methodCalls":[]}',
        b'{"using":[],"methodCalls":[],"a":"\\ud800"}',
        b'{"using":[],"using":[],"methodCalls":[]}',
        b'{"using":[],"methodCalls":[["A/b",{"x":1,"x":2},"c"]]}',
        b'{"using":[],"methodCalls":[],"a":NaN}',
        b'{"using":[],"methodCalls":[],"a":' + b"[" * 30 + b"]" * 30 + b"}",
        b"[" * 100_000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_i_json_is_not_json(body: bytes) -> None:
    assert (error_of(body).type, error_of(body).status) == ("notJSON", 400)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/jsonx", "application/x-www-form-urlencoded"])
def test_another_content_type_is_not_json(content_type: str) -> None:
    assert error_of(b'{"using":[],"methodCalls":[]}', content_type).type == "notJSON"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"methodCalls":[]}',
        b'{"using":[1],"methodCalls":[]}',
        b'{"using":"x","methodCalls":[]}',
        b'{"using":[]}',
        b'{"using":[],"methodCalls":{}}',
        b'{"using":[],"methodCalls":[["A/b",{}]]}',
        b'{"using":[],"methodCalls":[["A/b",[],"c"]]}',
        b'{"using":[],"methodCalls":[["A/b",{},1]]}',
        b'{"using":[],"methodCalls":[],"createdIds":[]}',
        b'{"using":[],"methodCalls":[],"createdIds":{"a":1}}',
        b'{"using":[],"methodCalls":[],"createdIds":{"a b":"x"}}',
    ],
)
def test_json_of_another_shape_is_not_a_request(body: bytes) -> None:
    assert error_of(body).type == "notRequest"


def test_an_unknown_capability_refuses_the_whole() -> None:
    error = error_of(b'{"using":["urn:ietf:params:jmap:core","https://x.example/foo"],"methodCalls":[]}')
    assert error.type == "unknownCapability"
    assert "https://x.example/foo" in error.detail


def test_too_many_calls_name_the_limit() -> None:
    error = error_of(b'{"using":[],"methodCalls":[["A/b",{},"1"],["A/b",{},"2"],["A/b",{},"3"]]}')
    assert (error.type, error.limit) == ("limit", "maxCallsInRequest")


def test_wide_but_shallow_requests_are_not_too_deep() -> None:
    body = b'{"using":[],"methodCalls":[["A/b",{"x":[' + b",".join([b"[]"] * 500) + b"]},1]]}"
    assert error_of(body).type == "notRequest"


@pytest.mark.parametrize("item", [b'{"":{}}', b"[]", b'""', b"1"])
def test_more_items_than_can_be_read_cheaply_are_refused_before_they_are_read(item: bytes) -> None:
    body = b'{"using":[],"methodCalls":[["A/b",{"x":[' + b",".join([item] * 400_000) + b']},"1"]]}'
    assert (error_of(body).type, error_of(body).limit) == ("limit", "maxSizeRequest")


@pytest.mark.parametrize("text", [b"{[,:", b"\\\\", b'\\"', b'\\\\\\"'])
def test_signs_in_a_text_are_no_items(text: bytes) -> None:
    body = b'{"using":[],"methodCalls":[["A/b",{"x":"' + b",:" * 250_000 + text * 100_000 + b'"},"1"]]}'
    assert len(parse(body).calls) == 1
