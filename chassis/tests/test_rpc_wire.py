import time

import pytest
from pydantic import SecretStr

from chassis.rpc_wire import (
    DEADLINE_HEADER,
    deadline_header,
    decode_reply,
    decode_request,
    encode_error,
    encode_reply,
    encode_request,
    read_deadline,
)
from contracts.auth import Credentials
from contracts.base import MAX_MESSAGE_BYTES, Pong
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import Invocation, JmapBatchReply
from contracts.mail import BlobSegment


def test_a_request_survives_the_wire_secrets_included() -> None:
    sent = Credentials(login="élodie", password=SecretStr("clé \u2028"))
    assert decode_request(encode_request(sent), Credentials) == sent


def test_bytes_survive_the_wire() -> None:
    sent = BlobSegment(inline=bytes(range(256)))
    assert decode_request(encode_request(sent), BlobSegment) == sent


def test_a_reply_survives_the_wire() -> None:
    sent = JmapBatchReply(responses=[Invocation(name="Core/echo", arguments={"a": [1, None, "é"]}, call_id="0")])
    assert decode_reply(encode_reply(sent), JmapBatchReply) == sent


def test_an_unknown_field_is_ignored_so_that_contracts_can_grow() -> None:
    assert decode_reply(b'{"result":{"service":"auth","since":2},"error":null}', Pong) == Pong(service="auth")


@pytest.mark.parametrize("code", list(ErrorCode))
def test_a_service_error_survives_the_wire(code: ErrorCode) -> None:
    sent = ServiceError(code, "why", retryable=True, details={"advice": ["too-short"]})
    with pytest.raises(ServiceError) as caught:
        decode_reply(encode_error(sent), Pong)
    assert (caught.value.code, caught.value.detail) == (code, "why")
    assert caught.value.retryable and caught.value.details == {"advice": ["too-short"]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"result":{},"error":null}',
        b'{"result":null,"error":{"exc_type":"MethodNotFound","exc_args":["x"]}}',
        b'{"result":null,"error":{"exc_type":"ServiceError","exc_args":["no-such-code","",false,{}]}}',
        b'{"result":null,"error":{"exc_type":"ServiceError","exc_args":[]}}',
        b'{"result":null,"error":"text"}',
    ],
)
def test_a_reply_that_is_not_ours_is_internal(body: bytes) -> None:
    with pytest.raises(ServiceError) as caught:
        decode_reply(body, Pong)
    assert caught.value.code == ErrorCode.INTERNAL


def test_what_does_not_fit_is_told_by_place_and_kind_only() -> None:
    with pytest.raises(ServiceError) as caught:
        decode_request(b'{"args":[{"login":["planted"],"password":7}],"kwargs":{}}', Credentials)
    assert caught.value.details == {
        "faults": [{"at": ["login"], "type": "string_type"}, {"at": ["password"], "type": "string_type"}]
    }
    assert "planted" not in str(caught.value) and caught.value.__suppress_context__


def test_nothing_larger_than_the_limit_is_encoded() -> None:
    with pytest.raises(ServiceError) as caught:
        encode_reply(Pong(service="x" * MAX_MESSAGE_BYTES))
    assert caught.value.code == ErrorCode.TOO_LARGE


def test_the_deadline_crosses_in_milliseconds() -> None:
    at = time.time() + 5
    assert read_deadline({DEADLINE_HEADER: deadline_header(at)}, 1) == pytest.approx(at, abs=0.001)
    assert read_deadline({}, 30) == pytest.approx(time.time() + 30, abs=1)
    assert read_deadline({DEADLINE_HEADER: "soon"}, 30) == pytest.approx(time.time() + 30, abs=1)
