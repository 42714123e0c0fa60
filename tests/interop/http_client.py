"""A plain HTTP client of one agent, that knows nothing but RFC 8620."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.interop.agents import Agent

CORE, MAIL = "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"
SUBMISSION, BLOB = "urn:ietf:params:jmap:submission", "urn:ietf:params:jmap:blob"
LEARNT_SECONDS = 30.0

Json = Any


class HttpClient:
    """session: the Session object. account: the primary one for mail."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.session: Json = http.get("/.well-known/jmap").json()
        self.account: str = self.session["primaryAccounts"][MAIL]

    def post(self, body: Json = None, **more: Any) -> httpx.Response:
        """A request as it is given: `body` as JSON, or `content` and headers of one's own."""
        if body is not None:
            more["json"] = body
        return self.http.post(self.session["apiUrl"], **more)

    def call(self, *calls: tuple[str, Json] | tuple[str, Json, str], **request: Json) -> list[Json]:
        """The method responses; accountId and call ids are added where they are not given."""
        return self.request(*calls, **request)["methodResponses"]  # type: ignore[no-any-return]

    def request(self, *calls: tuple[str, Json] | tuple[str, Json, str], **request: Json) -> Json:
        numbered = [
            [call[0], {"accountId": self.account} | call[1], call[2] if len(call) == 3 else f"c{number}"]
            for number, call in enumerate(calls)
        ]
        answer = self.post({"using": [CORE, MAIL, SUBMISSION, BLOB], "methodCalls": numbered} | request)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    def ask(self, method: str, **arguments: Any) -> Json:
        (response,) = self.call((method, arguments))
        assert response[0] == method, response
        return response[1]

    def error(self, method: str, **arguments: Any) -> str:
        (response,) = self.call((method, arguments))
        assert response[0] == "error", response
        return str(response[1]["type"])

    def upload(self, octets: bytes, type_: str) -> httpx.Response:
        url = self.session["uploadUrl"].replace("{accountId}", self.account)
        return self.http.post(url, content=octets, headers={"Content-Type": type_} if type_ else {})

    def download(self, blob_id: str, name: str, type_: str, **headers: str) -> httpx.Response:
        values = {"accountId": self.account, "blobId": blob_id, "name": name, "type": type_}
        url: str = self.session["downloadUrl"]
        for key, value in values.items():
            url = url.replace(f"{{{key}}}", httpx.URL("/", params={"": value}).query.decode()[1:].replace("+", "%20"))
        return self.http.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def signed_in(base_url: str, agent: Agent) -> Iterator[HttpClient]:
    """Once mail knows the account."""
    with httpx.Client(base_url=base_url, auth=(agent.address, agent.password), timeout=30) as http:
        client = HttpClient(http)
        until = time.monotonic() + LEARNT_SECONDS
        while (got := client.call(("Mailbox/get", {"ids": None})))[0][0] == "error":
            assert time.monotonic() < until, got
            time.sleep(0.1)
        yield client
