"""A plain JMAP client (RFC 8620) with Basic authentication, as any program would use."""

from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import quote, urljoin

import httpx

USING = [
    "urn:ietf:params:jmap:core",
    "urn:ietf:params:jmap:mail",
    "urn:ietf:params:jmap:submission",
    "urn:webmail-montpellier:safe-html",
]
SECONDS = 60.0

Arguments = dict[str, Any]


class JmapError(Exception):
    """A method answered with an error (RFC 8620 §3.6.2)."""


class Jmap:
    """`with Jmap(web, address, password) as jmap:`"""

    def __init__(self, web: str, address: str, password: str) -> None:
        self._http = httpx.Client(auth=httpx.BasicAuth(address, password), timeout=SECONDS)
        session = self._http.get(urljoin(web, "/.well-known/jmap"), follow_redirects=True)
        session.raise_for_status()
        self._session: Arguments = session.json()
        self.account_id: str = self._session["primaryAccounts"]["urn:ietf:params:jmap:mail"]
        self.max_objects: int = self._session["capabilities"]["urn:ietf:params:jmap:core"]["maxObjectsInGet"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def calls(self, *calls: tuple[str, Arguments]) -> list[Arguments]:
        """The arguments of each response, in order. Raises JmapError for the first error among them."""
        named = [
            [name, {"accountId": self.account_id, **given}, str(number)] for number, (name, given) in enumerate(calls)
        ]
        answer = self._http.post(self._session["apiUrl"], json={"using": USING, "methodCalls": named})
        if answer.status_code != 200:
            raise JmapError(f"HTTP {answer.status_code}: {answer.text[:300]}")
        responses = answer.json()["methodResponses"]
        for name, given, _ in responses:
            if name == "error":
                raise JmapError(str(given))
        return [given for _, given, _ in responses]

    def call(self, name: str, **arguments: Any) -> Arguments:
        (answer,) = self.calls((name, arguments))
        return answer

    def email_ids(self, page: int = 500, **query: Any) -> Iterator[str]:
        """Every email, newest first."""
        position = 0
        while True:
            sort = [{"property": "receivedAt", "isAscending": False}]
            found = self.call("Email/query", sort=sort, position=position, limit=page, **query)
            yield from found["ids"]
            position += len(found["ids"])
            if not found["ids"]:
                return

    def emails(self, ids: list[str], properties: list[str], page: int = 100, **arguments: Any) -> Iterator[Arguments]:
        """Raises JmapError when one is not found."""
        size = min(page, self.max_objects)
        for start in range(0, len(ids), size):
            wanted = ids[start : start + size]
            got = self.call("Email/get", ids=wanted, properties=properties, **arguments)
            if got["notFound"]:
                raise JmapError(f"not found: {got['notFound']}")
            yield from got["list"]

    def download(self, blob_id: str) -> bytes:
        url = self._session["downloadUrl"].format(
            accountId=self.account_id, blobId=quote(blob_id), name="message.eml", type="message/rfc822"
        )
        answer = self._http.get(url)
        if answer.status_code != 200:
            raise JmapError(f"download: HTTP {answer.status_code}")
        return answer.content
