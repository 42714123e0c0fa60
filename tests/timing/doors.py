"""The ways in to auth: the bus, as the gateway asks it, and the gateway, as anybody does. Both tell all that a caller
learns, but for what is drawn by chance each time."""

import time
from typing import Protocol, Self

import httpx

from chassis.rpc_client import RpcClient
from contracts.auth import AuthApi, Credentials
from contracts.errors import ServiceError
from contracts.recovery import Identification, RecoveryApi

TIMEOUT = 30.0
ANOTHER_EACH_TIME = frozenset({"date", "x-correlation-id"})


class Door(Protocol):
    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    async def sign_in(self, request: Credentials) -> str: ...

    async def identify(self, request: Identification) -> str: ...


class Bus:
    def __init__(self, amqp_url: str) -> None:
        self._client = RpcClient(amqp_url, name="timing")

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.__aexit__(None, None, None)

    async def sign_in(self, request: Credentials) -> str:
        try:
            await self._client.call(AuthApi.sign_in, request, timeout=TIMEOUT)
        except ServiceError as error:
            return repr((error.code.value, error.detail, error.details, error.retryable))
        raise AssertionError("nobody's password was taken")

    async def identify(self, request: Identification) -> str:
        reply = await self._client.call(RecoveryApi.identify, request, timeout=TIMEOUT)
        return _begun(reply.recovery.get_secret_value(), reply.expires_at)


class Web:
    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def sign_in(self, request: Credentials) -> str:
        form = {"login": request.login, "password": request.password.get_secret_value()}
        answer = await self._client.post("/session", json=form)
        assert answer.status_code == 401, "nobody's password was taken"
        return _told(answer, answer.text)

    async def identify(self, request: Identification) -> str:
        form = {
            "numen": request.numen.get_secret_value(),
            "birth_date": request.birth_date.get_secret_value(),
            "solved": request.solved.model_dump(),
        }
        answer = await self._client.post("/recovery", json=form)
        reply = answer.json()
        return _told(answer, _begun(reply["recovery"], reply["expires_at"]))


def _begun(recovery: str, expires_at: float) -> str:
    return f"{len(recovery)} characters for {round((expires_at - time.time()) / 60)} minutes"


def _told(answer: httpx.Response, body: str) -> str:
    """The length of the body stands among the headers."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in ANOTHER_EACH_TIME)
    return f"{answer.status_code} {headers} {body}"
