"""What an agent sends, by any JMAP client: to a colleague, to a hidden colleague, and out by the relay."""

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.corpus.jmap import Jmap
from tests.corpus.send import wait_until_known
from tests.infra.processes import Processes

PASSWORD = secrets.token_urlsafe(16)
JEANNE, LUC = "jeanne.envoi@ac-montpellier.example", "luc.envoi@ac-montpellier.example"
OUTSIDE, HIDDEN = "ami@dehors.example", "cache@dehors.example"
PARTS = (
    *("auth-rpc", "auth-outbox", "gateway", "outside"),
    *("mail-parser", "mail-rpc", "mail-events", "mail-outbox", "mail-smtp", "mail-delivery", "mail-outbound"),
)
SECONDS = 20.0

T = TypeVar("T")


@pytest.fixture(scope="module")
def system(processes: Processes) -> Iterator[System]:
    with processes(*PARTS) as started:
        for address in (JEANNE, LUC):
            subprocess.run(
                [sys.executable, "-m", "services.auth.cli", "agent", "--address", address],
                cwd=CHECKOUT,
                env=started.environment | {"PASSWORD": PASSWORD},
                stdout=subprocess.DEVNULL,
                timeout=60,
                check=True,
            )
            wait_until_known(started.environment["SMTP_HOST"], int(started.environment["SMTP_PORT"]), address)
        yield started


def test_each_recipient_gets_it_once_and_nobody_sees_who_is_hidden(system: System) -> None:
    with Jmap(system.addresses.web, JEANNE, PASSWORD) as jeanne, Jmap(system.addresses.web, LUC, PASSWORD) as luc:
        submission = _send(jeanne)
        colleague = eventually(
            lambda: list(luc.emails(list(luc.email_ids()), ["subject", "bcc", "bodyValues", "blobId"]))
        )
        assert [(email["subject"], email["bcc"]) for email in colleague] == [("Sortie au musée", None)]
        assert b"\nBcc:" not in luc.download(colleague[0]["blobId"])
        (outside,) = eventually(lambda: list(Path(system.layout.outside).glob("*.eml")))
        head, _, content = outside.read_bytes().partition(b"Received: from webmail\r\n")
        assert head.decode().splitlines() == [f"X-Envelope-From: <{JEANNE}>", f"X-Envelope-To: {OUTSIDE}, {HIDDEN}"]
        assert HIDDEN.encode() not in content
        assert b"\nBcc:" not in content
        status = eventually(lambda: _final_status(jeanne, submission))
        assert status == {LUC: "yes", OUTSIDE: "unknown", HIDDEN: "unknown"}


def _send(jmap: Jmap) -> str:
    mailboxes = {one["role"]: one["id"] for one in jmap.call("Mailbox/get", ids=None)["list"]}
    identity = jmap.call("Identity/get", ids=None)["list"][0]["id"]
    draft = {
        "mailboxIds": {mailboxes["drafts"]: True},
        "keywords": {"$draft": True},
        "from": [{"name": "Jeanne Envoi", "email": JEANNE}],
        "to": [{"name": None, "email": LUC}, {"name": None, "email": OUTSIDE}],
        "bcc": [{"name": None, "email": HIDDEN}],
        "subject": "Sortie au musée",
        "textBody": [{"partId": "1", "type": "text/plain"}],
        "bodyValues": {"1": {"value": "Départ à 8 h.\n.\nÀ demain."}},
    }
    created, submitted = jmap.calls(
        ("Email/set", {"create": {"mail": draft}}),
        ("EmailSubmission/set", {"create": {"go": {"emailId": "#mail", "identityId": identity}}}),
    )
    assert created["created"]["mail"]["id"], created
    return str(submitted["created"]["go"]["id"])


def _final_status(jmap: Jmap, submission: str) -> dict[str, str]:
    (found,) = jmap.call("EmailSubmission/get", ids=[submission])["list"]
    status = {address: one["delivered"] for address, one in found["deliveryStatus"].items()}
    return {} if "queued" in status.values() else status


def eventually(look: Callable[[], T]) -> T:
    end = time.monotonic() + SECONDS
    while not (found := look()):
        assert time.monotonic() < end, f"did not happen in {SECONDS:.0f} s"
        time.sleep(0.1)
    return found
