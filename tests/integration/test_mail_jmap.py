"""Mail as real processes on the bus: an account that auth made gets its mailboxes; a message is composed in the parser
pool, sent to oneself, delivered, listed in one call, and told of."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from chassis.blobs import BlobStore
from chassis.blobs.files import FileBlobStore
from chassis.broadcast import listen_broadcast
from chassis.rpc_client import RpcClient
from contracts.base import Event
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import Invocation, JmapBatch
from contracts.mail import BlobRegistration, BlobRequest, MailApi, MailStateChanged
from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.infra.processes import Processes

SECONDS = 20.0
ADDRESS = "camille.brindacier@ac-montpellier.example"


@pytest.fixture(scope="module")
def mail(processes: Processes) -> Iterator[System]:
    names = ("mail-rpc", "mail-events", "mail-outbox", "mail-parser", "mail-delivery")
    with processes("auth-outbox", *names) as system:
        yield system


@pytest.fixture(scope="module")
def account(mail: System) -> str:
    """An active account, of which mail may not have heard yet."""
    arguments = [sys.executable, "-m", "services.auth.cli", "agent", "--address", ADDRESS.partition("@")[0]]
    environment = mail.environment | {"PASSWORD": "tambour des lilas"}
    done = subprocess.run(
        arguments, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout.strip()


class Agent:
    def __init__(self, client: RpcClient, account: str) -> None:
        self._client = client
        self.account = account

    async def batch(self, *calls: tuple[str, dict[str, Any]]) -> list[Invocation]:
        invocations = [
            Invocation(name=name, arguments={"accountId": self.account} | arguments, call_id=str(number))
            for number, (name, arguments) in enumerate(calls)
        ]
        batch = JmapBatch(account_id=self.account, using=["urn:ietf:params:jmap:mail"], calls=invocations)
        return (await self._client.call(MailApi.jmap, batch, timeout=10)).responses

    async def until(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Asks until the response is no error and has a list or ids."""
        end = time.monotonic() + SECONDS
        while True:
            (answer,) = await self.batch((name, arguments))
            if answer.arguments.get("list") or answer.arguments.get("ids") or time.monotonic() > end:
                return answer.arguments
            await asyncio.sleep(0.1)


def test_from_the_account_to_a_message_that_was_sent_and_received(mail: System, account: str) -> None:
    heard: list[Event] = []

    async def hear(event: Event) -> None:
        heard.append(event)

    async def nothing_lost() -> None:
        listening.set()

    async def act() -> None:
        url = mail.addresses.amqp_url
        ears = asyncio.create_task(listen_broadcast(url, [MailStateChanged], hear, on_gap=nothing_lost))
        await asyncio.wait_for(listening.wait(), SECONDS)
        async with RpcClient(url) as client:
            agent = Agent(client, account)
            mailboxes = {box["role"]: box["id"] for box in (await agent.until("Mailbox/get", ids=None))["list"]}
            assert set(mailboxes) == {"inbox", "drafts", "sent", "archive", "junk", "trash"}
            await send_to_oneself(agent, mailboxes, FileBlobStore(mail.addresses.blobs))
            asked = {"filter": {"inMailbox": mailboxes["inbox"]}, "collapseThreads": True, "limit": 50}
            assert (await agent.until("Email/query", **asked))["ids"]
            reference = {"resultOf": "0", "name": "Email/query", "path": "/ids"}
            query, got = await agent.batch(("Email/query", asked), ("Email/get", {"#ids": reference}))
            (email,) = got.arguments["list"]
            assert email["id"] == query.arguments["ids"][0]
            assert (email["subject"], email["bcc"]) == ("Ordre du jour", None)
            assert email["preview"] == "Bonjour à toutes et à tous."
            await check_download(client, account, email["blobId"], email["size"], mail)
        states = [event for event in heard if isinstance(event, MailStateChanged) and event.account_id == account]
        assert any("EmailDelivery" in event.changed for event in states)
        ears.cancel()

    listening = asyncio.Event()
    asyncio.run(act())


async def send_to_oneself(agent: Agent, mailboxes: dict[str, str], blobs: BlobStore) -> None:
    text = blobs.put("Bonjour à toutes et à tous.".encode())
    draft = {
        "mailboxIds": {mailboxes["drafts"]: True},
        "keywords": {"$draft": True},
        "from": [{"email": ADDRESS}],
        "bcc": [{"email": ADDRESS}],
        "subject": "Ordre du jour",
        "textBody": [{"partId": "t", "type": "text/plain"}],
        "bodyValues": {"t": {"value": {"blob": text.sha256, "size": text.size}}},
    }
    sent = {f"mailboxIds/{mailboxes['drafts']}": None, f"mailboxIds/{mailboxes['sent']}": True, "keywords/$draft": None}
    answers = await agent.batch(
        ("Email/set", {"create": {"d": draft}}),
        (
            "EmailSubmission/set",
            {"create": {"s": {"identityId": "i1", "emailId": "#d"}}, "onSuccessUpdateEmail": {"#s": sent}},
        ),
    )
    assert [answer.name for answer in answers] == ["Email/set", "EmailSubmission/set", "Email/set"]
    assert answers[1].arguments["notCreated"] is None, answers[1].arguments
    assert answers[2].arguments["updated"] == {answers[0].arguments["created"]["d"]["id"]: None}


async def check_download(client: RpcClient, account: str, blob_id: str, size: int, mail: System) -> None:
    location = await client.call(MailApi.locate_blob, BlobRequest(account_id=account, blob_id=blob_id), timeout=5)
    blobs = FileBlobStore(mail.addresses.blobs)
    octets = b"".join(
        segment.inline or blobs.read(segment.sha256 or "", segment.offset, segment.length)
        for segment in location.segments
    )
    assert octets.startswith(b"Return-Path: <")
    assert len(octets) == size == location.size
    assert b"Bcc" not in octets
    upload = blobs.put(b"une piece")
    registration = BlobRegistration(account_id=account, sha256=upload.sha256, size=upload.size, type="text/plain")
    registered = await client.call(MailApi.register_blob, registration, timeout=5)
    assert registered.blob_id == f"B{upload.sha256}"
    with pytest.raises(ServiceError) as refusal:
        await client.call(MailApi.locate_blob, BlobRequest(account_id=account, blob_id="M999"), timeout=5)
    assert refusal.value.code == ErrorCode.NOT_FOUND


def test_an_account_that_mail_does_not_know(mail: System) -> None:
    async def act() -> None:
        async with RpcClient(mail.addresses.amqp_url) as client:
            (answer,) = await Agent(client, "anobodynobody").batch(("Mailbox/get", {"ids": None}))
            assert answer.arguments["type"] == "accountNotFound"

    asyncio.run(act())
