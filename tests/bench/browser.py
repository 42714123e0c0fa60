"""One signed-in client on one kept-alive connection, with the web app's cookie and CSRF token; as light as can be."""

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Self
from urllib.parse import urlsplit

import orjson

USING = [
    *(f"urn:ietf:params:jmap:{name}" for name in ("core", "mail", "submission", "calendars", "contacts")),
    "urn:webmail-montpellier:safe-html",
]
SECONDS = 60.0

Json = dict[str, Any]
Call = tuple[str, Json]


class RefusedError(Exception):
    """An answer that is not what was asked for."""


@dataclass(frozen=True)
class Session:
    """What all the clients of one agent share."""

    web: str
    account_id: str
    cookie: str
    csrf: str

    @classmethod
    def sign_in(cls, web: str, login: str, password: str) -> Self:
        connection = _connect(web)
        body = orjson.dumps({"login": login, "password": password})
        connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = orjson.loads(_read(response))
        cookie = (response.getheader("Set-Cookie") or "").partition(";")[0]
        connection.close()
        return cls(web, answer["session"]["account_id"], cookie, answer["session"]["csrf"])


class Browser:
    """One connection. `with Browser(session) as browser:`"""

    def __init__(self, session: Session) -> None:
        self.account_id = session.account_id
        self._web = session.web
        self._connection = _connect(session.web)
        self._headers = {"Cookie": session.cookie, "X-CSRF-Token": session.csrf}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def calls(self, *calls: Call) -> list[Json]:
        """The arguments of each response. Raises RefusedError for the first error, that of one object too."""
        named = [[name, {"accountId": self.account_id, **given}, str(n)] for n, (name, given) in enumerate(calls)]
        body = orjson.dumps({"using": USING, "methodCalls": named})
        answers = orjson.loads(self.post("/jmap/api", body, "application/json"))["methodResponses"]
        for name, given, _ in answers:
            if name == "error" or any(given.get(key) for key in ("notCreated", "notUpdated", "notDestroyed")):
                raise RefusedError(f"{name} {given}")
        return [given for _, given, _ in answers]

    def call(self, name: str, **arguments: Any) -> Json:
        return self.calls((name, arguments))[0]

    def post(self, path: str, body: bytes, type_: str) -> bytes:
        self._connection.request("POST", path, body, {**self._headers, "Content-Type": type_})
        return _read(self._connection.getresponse())

    def get(self, path: str) -> bytes:
        self._connection.request("GET", path, headers=self._headers)
        return _read(self._connection.getresponse())

    def events(self) -> "Events":
        """The event source of this agent, open from now on."""
        return Events(_connect(self._web), self._headers)

    def upload(self, data: bytes) -> str:
        """Blob id."""
        answer = self.post(f"/jmap/upload/{self.account_id}", data, "application/octet-stream")
        return str(orjson.loads(answer)["blobId"])

    def download(self, blob_id: str) -> bytes:
        return self.get(f"/jmap/download/{self.account_id}/{blob_id}/x.bin")


class Events:
    """An open event source (RFC 8620 §7.3)."""

    def __init__(self, connection: HTTPConnection, headers: dict[str, str]) -> None:
        connection.request("GET", "/jmap/eventsource?types=Email&closeafter=no&ping=0", headers=headers)
        self._response = connection.getresponse()
        if self._response.status != 200:
            raise RefusedError(f"HTTP {self._response.status}")

    def wait(self) -> None:
        """Returns with the next state event."""
        while not self._response.readline().startswith(b"event: state"):
            continue


def _connect(web: str) -> HTTPConnection:
    place = urlsplit(web)
    return HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)


def _read(response: HTTPResponse) -> bytes:
    data = response.read()
    if response.status >= 300:
        raise RefusedError(f"HTTP {response.status}: {data[:300]!r}")
    return data
