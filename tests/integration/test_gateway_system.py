"""The gateway in front of the real services: first sign-in, sending, push, reading, downloading, over HTTP alone."""

import asyncio
import base64
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.infra.processes import Processes

MAIL = ("mail-parser", "mail-rpc", "mail-events", "mail-outbox", "mail-delivery")
NUMEN = "34S2612345XYZ"
PASSWORD = "tambour des lilas"
SENDER, READER, NEWCOMER = (f"{name}@ac-montpellier.example" for name in ("zoe.fictif", "jean.essai", "ana.nouvelle"))
HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement"
CSV = f"{HEADER}\nNouvelle;Ana;14/07/1981;{NUMEN};administratif;0340042X;Gard\n"
USING = [
    "urn:ietf:params:jmap:core",
    "urn:ietf:params:jmap:mail",
    "urn:ietf:params:jmap:submission",
    "urn:ietf:params:jmap:calendars",
    "urn:webmail-montpellier:safe-html",
]
Calls = list[list[Any]]


@pytest.fixture(scope="module")
def system(processes: Processes) -> Iterator[System]:
    with processes("gateway", "auth-rpc", "auth-outbox", *MAIL, "calendar-rpc", "calendar-events") as started:
        for address in (SENDER, READER):
            cli(started, "agent", "--address", address, "--password-stdin", stdin=PASSWORD)
        cli(started, "import", "-", stdin=CSV)
        yield started


def cli(system: System, *arguments: str, stdin: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "services.auth.cli", *arguments],
        cwd=CHECKOUT,
        env=system.environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


class Program:
    """A JMAP program with an agent's address and password."""

    def __init__(self, system: System, address: str) -> None:
        credentials = base64.b64encode(f"{address}:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}"}
        self.http = httpx.Client(base_url=system.addresses.web, headers=self.headers, timeout=30)
        self.account = self.http.get("/.well-known/jmap").json()["primaryAccounts"]["urn:ietf:params:jmap:mail"]

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def jmap(self, *calls: list[Any]) -> Calls:
        named = [[name, {"accountId": self.account, **arguments}, call_id] for name, arguments, call_id in calls]
        answer = self.http.post("/jmap/api", json={"using": USING, "methodCalls": named})
        assert answer.status_code == 200, answer.text
        responses: Calls = answer.json()["methodResponses"]
        return responses

    def mailboxes(self) -> dict[str, str]:
        """Role → id, once mail knows the account."""
        answers = until(lambda: self.jmap(["Mailbox/get", {}, "m"]), lambda found: found[0][0] == "Mailbox/get")
        return {mailbox["role"]: mailbox["id"] for mailbox in answers[0][1]["list"]}


def until(ask: Callable[[], Any], good: Callable[[Any], bool], seconds: float = 20.0) -> Any:
    end = time.monotonic() + seconds
    while not good(answer := ask()):
        assert time.monotonic() < end, answer
        time.sleep(0.1)
    return answer


def compose(program: Program, boxes: dict[str, str], subject: str, blob_id: str, to: str) -> Calls:
    identity = program.jmap(["Identity/get", {}, "i"])[0][1]["list"][0]
    draft = {
        "mailboxIds": {boxes["drafts"]: True},
        "keywords": {"$draft": True, "$seen": True},
        "from": [{"name": identity["name"], "email": identity["email"]}],
        "to": [{"email": to}],
        "subject": subject,
        "bodyValues": {
            "t": {"value": "Bonjour à tous, la réunion est à 10 h."},
            "h": {"value": "<p>Bonjour <b>à tous</b></p><script>alert(1)</script>"},
        },
        "textBody": [{"partId": "t", "type": "text/plain"}],
        "htmlBody": [{"partId": "h", "type": "text/html"}],
        "attachments": [{"blobId": blob_id, "type": "application/pdf", "name": "Été.pdf", "disposition": "attachment"}],
    }
    moved = {f"mailboxIds/{boxes['drafts']}": None, f"mailboxIds/{boxes['sent']}": True, "keywords/$draft": None}
    return program.jmap(
        ["Email/set", {"create": {"d": draft}}, "s"],
        [
            "EmailSubmission/set",
            {
                "create": {"k": {"emailId": "#d", "identityId": identity["id"]}},
                "onSuccessUpdateEmail": {"#k": moved},
            },
            "e",
        ],
    )


def test_a_first_sign_in_leads_to_a_password_and_a_session(system: System) -> None:
    with httpx.Client(base_url=system.addresses.web, timeout=30) as page:
        first = page.post("/api/v1/session", json={"login": NEWCOMER, "password": NUMEN})
        assert first.json()["state"] == "must-choose-password"
        ticket = first.json()["ticket"]
        weak = page.post("/api/v1/activation", json={"ticket": ticket, "password": "azertyuiop"})
        assert (weak.status_code, weak.json()["code"]) == (422, "weak-password")
        assert "too-short" in weak.json()["advice"]
        chosen = page.post("/api/v1/activation", json={"ticket": ticket, "password": PASSWORD})
        session = chosen.json()["session"]
        assert (chosen.json()["state"], session["address"]) == ("signed-in", NEWCOMER)
        assert page.get("/api/v1/session").json() == session
        body = {"using": USING[:1], "methodCalls": [["Core/echo", {"a": 1}, "0"]]}
        assert page.post("/jmap/api", json=body).json()["code"] == "csrf"
        csrf = {"X-CSRF-Token": session["csrf"]}
        assert page.post("/jmap/api", json=body, headers=csrf).json()["methodResponses"] == body["methodCalls"]
        assert page.delete("/api/v1/session", headers=csrf).status_code == 204
        assert page.get("/api/v1/session").status_code == 401
        again = page.post("/api/v1/session", json={"login": NEWCOMER, "password": NUMEN})
        assert (again.status_code, again.json()["code"]) == (401, "bad-credentials")
        used = page.post("/api/v1/activation", json={"ticket": ticket, "password": PASSWORD})
        assert (used.status_code, used.json()["code"]) == (410, "ticket-expired")


def test_a_message_is_sent_pushed_read_and_downloaded(system: System) -> None:
    with Program(system, SENDER) as sender, Program(system, READER) as reader:
        boxes = sender.mailboxes()
        inbox = reader.mailboxes()["inbox"]
        attachment = b"%PDF-1.4 " + bytes(range(256)) * 2_000
        uploaded = sender.http.post(
            f"/jmap/upload/{sender.account}", content=attachment, headers={"Content-Type": "application/pdf"}
        ).json()
        assert uploaded["size"] == len(attachment)

        async def send_and_wait() -> dict[str, str]:
            async with (
                httpx.AsyncClient(base_url=system.addresses.web, headers=reader.headers, timeout=30) as http,
                http.stream("GET", "/jmap/eventsource?types=Email&closeafter=state&ping=0") as stream,
            ):
                sent = await asyncio.to_thread(compose, sender, boxes, "Réunion de rentrée", uploaded["blobId"], READER)
                assert [name for name, _, _ in sent] == ["Email/set", "EmailSubmission/set", "Email/set"], sent
                async with asyncio.timeout(15):
                    async for line in stream.aiter_lines():
                        if line.startswith("data:"):
                            changed: dict[str, str] = json.loads(line[5:])["changed"][reader.account]
                            return changed
            raise AssertionError("nothing was pushed")

        assert asyncio.run(send_and_wait()).keys() == {"Email"}
        wanted = ["subject", "bodyValues", "safeHtml", "textBody", "htmlBody", "attachments", "blobId", "size"]
        listed, got = reader.jmap(
            ["Email/query", {"filter": {"inMailbox": inbox, "text": "réunion"}}, "q"],
            [
                "Email/get",
                {
                    "#ids": {"resultOf": "q", "name": "Email/query", "path": "/ids"},
                    "properties": wanted,
                    "fetchAllBodyValues": True,
                },
                "g",
            ],
        )
        assert len(listed[1]["ids"]) == 1
        email = got[1]["list"][0]
        text, html = (email["bodyValues"][email[name][0]["partId"]]["value"] for name in ("textBody", "htmlBody"))
        assert text == "Bonjour à tous, la réunion est à 10 h."
        assert "<script>" in html
        assert email["safeHtml"] == {"html": "<p>Bonjour <b>à tous</b></p>", "blockedRemote": 0, "cids": {}}
        part = email["attachments"][0]
        link = f"/jmap/download/{reader.account}/{part['blobId']}/{part['name']}?type=application/pdf"
        assert reader.http.get(link).content == attachment
        whole = f"/jmap/download/{reader.account}/{email['blobId']}/message.eml"
        original = reader.http.get(whole)
        assert len(original.content) == email["size"] == int(original.headers["content-length"])
        ranges = [reader.http.get(whole, headers={"Range": f"bytes={a}-{b}"}) for a, b in ((0, 99), (100, 10_000_000))]
        assert [answer.status_code for answer in ranges] == [206, 206]
        assert (
            hashlib.sha256(b"".join(answer.content for answer in ranges)).digest()
            == hashlib.sha256(original.content).digest()
        )
        stolen = sender.http.get(f"/jmap/download/{sender.account}/{email['blobId']}/message.eml")
        assert (stolen.status_code, stolen.json()["code"]) == (404, "not-found")


def test_a_body_larger_than_the_bus_is_sent_and_read_back(system: System) -> None:
    text = "Compte rendu. " * 40_000
    with Program(system, SENDER) as sender:
        boxes = sender.mailboxes()
        draft = {
            "mailboxIds": {boxes["drafts"]: True},
            "subject": "Long",
            "bodyValues": {"t": {"value": text}},
            "textBody": [{"partId": "t", "type": "text/plain"}],
        }
        created = sender.jmap(["Email/set", {"create": {"d": draft}}, "s"])[0][1]["created"]["d"]
        wanted = {"ids": [created["id"]], "properties": ["bodyValues", "textBody"], "fetchTextBodyValues": True}
        email = sender.jmap(["Email/get", wanted, "g"])[0][1]["list"][0]
        assert email["bodyValues"][email["textBody"][0]["partId"]]["value"].rstrip() == text.rstrip()
        cut = sender.jmap(["Email/get", wanted | {"maxBodyValueBytes": 100}, "g"])[0][1]["list"][0]
        value = cut["bodyValues"][cut["textBody"][0]["partId"]]
        assert (len(value["value"]), value["isTruncated"]) == (100, True)


def test_a_stopped_calendar_costs_the_agenda_only_and_heals(system: System) -> None:
    calls: list[list[Any]] = [["Mailbox/get", {}, "m"], ["Calendar/get", {}, "c"]]

    def names(program: Program) -> list[str]:
        return [arguments.get("type", name) if name == "error" else name for name, arguments, _ in program.jmap(*calls)]

    with Program(system, SENDER) as sender:
        until(lambda: names(sender), lambda found: found == ["Mailbox/get", "Calendar/get"])
        system.stop("calendar-rpc")
        until(lambda: names(sender), lambda found: found == ["Mailbox/get", "serverUnavailable"])
        until(lambda: sender.http.get("/api/v1/services").json(), lambda states: states["calendar"] == "down")
        system.start("calendar-rpc")
        until(lambda: names(sender), lambda found: found == ["Mailbox/get", "Calendar/get"])
        until(lambda: sender.http.get("/api/v1/services").json(), lambda states: states["calendar"] == "up")
