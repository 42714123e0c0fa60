"""Push by the real processes, from a device's subscription to what its push server gets; the sender is killed."""

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deploy.local.system import System
from services.auth.tests.push_client import PushClient
from tests.infra.outside import Authority, Site, content
from tests.infra.processes import Processes
from tests.integration.browser import cli, eventually

CORE, MAIL = "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"
VAPID = "urn:ietf:params:jmap:webpush-vapid"
ADDRESS, PASSWORD = "zoe.fictif@ac-montpellier.example", "tambour des lilas"
PROGRAMS = (
    *("auth-rpc", "auth-outbox", "auth-push", "gateway"),
    *("mail-parser", "mail-rpc", "mail-events", "mail-outbox"),
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[Site]:
    with Site(tls=authority.server("127.0.0.1")).open() as site:
        yield site


@pytest.fixture(scope="module")
def system(processes: Processes, server: Site, authority: Authority) -> Iterator[System]:
    with processes(
        *PROGRAMS,
        OUTWARD_ALLOWED_FOR_TESTS=server.endpoint,
        SSL_CERT_FILE=str(authority.bundle),
        AUTH_ARGON2_TIME_COST="1",
        AUTH_ARGON2_MEMORY_KIB="8192",
    ) as started:
        yield started


class Device:
    """A JMAP program with the agent's address and password, and a push server of its own."""

    def __init__(self, system: System, server: Site) -> None:
        self._http = httpx.Client(base_url=system.addresses.web, auth=(ADDRESS, PASSWORD), timeout=20)
        self._server = server
        self.client = PushClient()
        self.account_id = next(iter(self.session()["accounts"]))

    def close(self) -> None:
        self._http.close()

    def session(self) -> Any:
        return self._http.get("/.well-known/jmap").raise_for_status().json()

    def call(self, name: str, **arguments: Any) -> Any:
        body = {"using": [CORE, MAIL], "methodCalls": [[name, arguments, "0"]]}
        ((answered, answer, _),) = self._http.post("/jmap/api", json=body).raise_for_status().json()["methodResponses"]
        assert answered == name, answer
        return answer

    def new_mailbox(self) -> str:
        """The state of the mailboxes once there is one more."""
        create = {"a": {"name": secrets.token_hex(4)}}
        answer = self.call("Mailbox/set", accountId=self.account_id, create=create)
        assert answer["created"], answer
        return str(answer["newState"])

    def pushed(self) -> list[Any]:
        return [self.client.read(hit.body) for hit in self._server.hits]

    def is_told(self, state: str) -> bool:
        states = [message["changed"][self.account_id] for message in self.pushed() if message["@type"] == "StateChange"]
        return any(changed.get("Mailbox") == state for changed in states)


@pytest.fixture(scope="module")
def device(system: System, server: Site) -> Iterator[Device]:
    cli(system, "agent", "--address", ADDRESS, "--password-stdin", stdin=PASSWORD)
    with contextlib.closing(Device(system, server)) as made:
        eventually(lambda: has_mailboxes(made))
        yield made


def has_mailboxes(device: Device) -> bool:
    """Mail hears of a new account a moment later."""
    try:
        return bool(device.call("Mailbox/get", accountId=device.account_id, ids=None)["list"])
    except AssertionError:
        return False


def test_a_device_is_told_encrypted_and_signed_also_after_the_sender_was_killed(
    system: System, server: Site, device: Device
) -> None:
    server.pages["/push"] = content(b"", "text/plain", 201)
    key = device.session()["capabilities"][VAPID]["applicationServerKey"]

    given = {
        "deviceClientId": "telephone",
        "url": server.url("/push"),
        "keys": device.client.keys,
        "types": ["Mailbox"],
    }
    id_ = device.call("PushSubscription/set", create={"a": given})["created"]["a"]["id"]
    eventually(lambda: bool(server.hits))
    (verification,) = device.pushed()
    assert verification["pushSubscriptionId"] == id_
    assert server.hits[0].headers["authorization"].endswith(f"k={key}")
    code = verification["verificationCode"]
    device.call("PushSubscription/set", update={id_: {"verificationCode": code}})

    state = device.new_mailbox()
    eventually(lambda: device.is_told(state))
    assert server.hits[-1].headers["content-encoding"] == "aes128gcm"

    server.pages["/push"] = content(b"", "text/plain", 503)
    os.kill(system.pids("auth-push")[0], signal.SIGKILL)
    missed = device.new_mailbox()
    server.pages["/push"] = content(b"", "text/plain", 201)
    system.wait_until_ready("auth-push")
    eventually(lambda: device.is_told(missed))


def test_a_device_is_told_nothing_more_once_its_credentials_have_ended(
    system: System, server: Site, device: Device
) -> None:
    """After the test before: the subscription is there and verified."""
    assert len(device.call("PushSubscription/get", ids=None)["list"]) == 1
    cli(system, "suspend", "--address", ADDRESS, "--operator", "DPE bureau 3")
    cli(system, "restore", "--address", ADDRESS, "--operator", "DPE bureau 3")
    eventually(lambda: has_mailboxes(device))
    assert device.call("PushSubscription/get", ids=None)["list"] == []
    server.forget()
    device.new_mailbox()
    time.sleep(1.5)
    assert server.connections == 0
