"""The whole application over an in-memory bus, and how tests talk to it."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx

from chassis.blobs.files import FileBlobStore
from chassis.jmap.batch import Call
from chassis.settings import HelpContact, Institution, InstitutionSettings
from contracts.jmap import JsonObject
from services.gateway.blobs.threads import DiskThreads
from services.gateway.bootstrap import Parts, assemble
from services.gateway.limits import Limits
from services.gateway.settings import GatewaySettings
from services.gateway.tests.in_memory import InMemoryBus
from services.gateway.tests.people import ADDRESS, CSRF, PASSWORD, TOKEN

BASE = "http://localhost:8080"
COOKIE = {"Cookie": f"wm_session={TOKEN}"}
SIGNED_IN = {**COOKIE, "X-CSRF-Token": CSRF, "Content-Type": "application/json"}
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{ADDRESS}:{PASSWORD}".encode()).decode()}
JMAP = {**BASIC, "Content-Type": "application/json"}
ECHO = '{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"x":1},"c"]]}'
INSTITUTION = InstitutionSettings(
    institution=Institution(name="Académie", domain="ac-montpellier.example"), help=[HelpContact(status="s", label="l")]
)


def get_state(call: Call, arguments: JsonObject) -> JsonObject:
    return {"accountId": call.account_id, "state": "now", "list": [], "notFound": []}


class World:
    """The application, its bus and its store; `limits` and settings may be replaced before the first request."""

    def __init__(self, root: Path, store: FileBlobStore) -> None:
        self.bus = InMemoryBus({"auth": {}, "mail": {"Email/get": get_state, "Mailbox/get": get_state}})
        self.store = store
        self.web = root / "web"
        self.limits = Limits()
        self.public_url = ""
        self.outward: dict[str, str] = {}
        self.vapid_public_key = ""
        self.parts: Parts | None = None

    def start(self) -> Parts:
        given: dict[str, object] = {
            "amqp_url": "",
            "blob_root": Path(),
            "public_url": self.public_url,
            "web_root": self.web,
        }
        given |= {"vapid_public_key": self.vapid_public_key, **self.outward}
        settings = GatewaySettings.model_validate(given)
        self.parts = assemble(settings, INSTITUTION, self.bus, self.store, DiskThreads(2), self.limits)
        return self.parts

    def run(self, act: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
        async def running() -> Any:
            transport = httpx.ASGITransport(app=(self.parts or self.start()).app)
            async with httpx.AsyncClient(transport=transport, base_url=self.public_url or BASE) as client:
                return await act(client)

        return asyncio.run(running())

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer: httpx.Response = self.run(lambda client: client.request(method, path, **options))
        return answer


def code(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    return answer.status_code, document["code"]
