"""What an agent sends, by any JMAP client: to a colleague, to a hidden colleague, and out by the relay."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
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
    "mail-clock",
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


def test_what_is_held_goes_at_its_time_though_the_clock_was_killed_and_what_is_called_back_does_not(
    system: System,
) -> None:
    with Jmap(system.addresses.web, JEANNE, PASSWORD) as jeanne, Jmap(system.addresses.web, LUC, PASSWORD) as luc:
        known = set(luc.email_ids())
        called_back = _send(jeanne, hold="3600")
        held = _send(jeanne, hold="1")
        os.kill(system.pids("mail-clock")[0], signal.SIGKILL)
        answer = jeanne.call("EmailSubmission/set", update={called_back: {"undoStatus": "canceled"}})
        assert answer["updated"] == {called_back: None}
        assert eventually(lambda: set(luc.email_ids()) - known)
        wanted = {called_back: "canceled", held: "final"}
        assert eventually(lambda: _undo_statuses(jeanne, wanted) == wanted)
        assert eventually(lambda: _final_status(jeanne, held))
        assert len(set(luc.email_ids()) - known) == 1
        late = jeanne.call("EmailSubmission/set", update={held: {"undoStatus": "canceled"}})
        assert late["notUpdated"][held]["type"] == "cannotUnsend"


def _undo_statuses(jmap: Jmap, ids: Iterable[str]) -> dict[str, str]:
    return {one["id"]: one["undoStatus"] for one in jmap.call("EmailSubmission/get", ids=list(ids))["list"]}


def _send(jmap: Jmap, *, hold: str | None = None) -> str:
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
    submission: dict[str, object] = {"emailId": "#mail", "identityId": identity}
    if hold is not None:
        sender = {"email": JEANNE, "parameters": {"HOLDFOR": hold}}
        submission["envelope"] = {"mailFrom": sender, "rcptTo": [{"email": LUC}]}
    created, submitted = jmap.calls(
        ("Email/set", {"create": {"mail": draft}}), ("EmailSubmission/set", {"create": {"go": submission}})
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
