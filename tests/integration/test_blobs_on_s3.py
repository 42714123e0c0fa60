"""The whole system with its blobs in a bucket: delivery, renditions, uploads, downloads; and what it says while the
bucket does not answer."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from chassis.blobs.s3 import S3BlobStore
from chassis.blobs.settings import S3Settings
from deploy.local.system import System
from tests.infra.buckets import KEYS, Way
from tests.infra.processes import Processes
from tests.integration.test_gateway_system import Program, cli, compose, until

PASSWORD = "tambour des lilas"
ADDRESS = "zoe.fictif@ac-montpellier.example"
PROCESSES = (
    *("gateway", "auth-rpc", "auth-outbox"),
    *("mail-parser", "mail-rpc", "mail-events", "mail-outbox", "mail-smtp", "mail-delivery", "mail-clock"),
)
FILE = bytes(range(256)) * 12_000
"""Three megabytes: some ranges of a download, and more than a writer holds in RAM."""
UNAVAILABLE = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.fixture
def system(processes: Processes, bucket: S3Settings, way: Way) -> Iterator[System]:
    environment = {
        "BLOB_S3_BUCKET": bucket.bucket,
        "BLOB_S3_ENDPOINT": f"http://127.0.0.1:{way.port}",
        "BLOB_S3_ACCESS_KEY": KEYS[0],
        "BLOB_S3_SECRET_KEY": KEYS[1],
    }
    with processes(*PROCESSES, **environment) as started:
        cli(started, "agent", "--address", ADDRESS, "--password-stdin", stdin=PASSWORD)
        yield started


def send(system: System, subject: str) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "paul@dehors.example", ADDRESS, subject
    message.set_content("Bonjour, voici le fichier.")
    message.add_alternative("<p>Bonjour, <b>voici</b> le fichier.</p>", subtype="html")
    message.add_attachment(FILE, maintype="application", subtype="octet-stream", filename="fichier.bin")
    with smtplib.SMTP("127.0.0.1", system.addresses.ports["smtp"], timeout=60) as connection:
        connection.send_message(message)


def received(program: Program, subject: str) -> dict[str, Any]:
    """The email, with what comes from its rendition."""
    ask = ["Email/query", {"filter": {"subject": f'"{subject}"'}}, "q"]
    ids = until(lambda: program.jmap(ask)[0][1].get("ids"), bool, seconds=60)
    properties = ["bodyValues", "safeHtml", "attachments", "htmlBody", "textBody", "preview"]
    asked = {"ids": ids[:1], "properties": properties, "fetchAllBodyValues": True}
    (email,) = program.jmap(["Email/get", asked, "g"])[0][1]["list"]
    return dict(email)


def test_a_day_on_a_bucket(system: System, bucket: S3Settings, way: Way) -> None:
    with Program(system, ADDRESS) as program:
        boxes = program.mailboxes()
        _receives(system, program)
        _uploads_and_sends(program, boxes)
        _waits_while_the_bucket_does_not_answer(system, program, way)
    store = S3BlobStore(bucket)
    assert sum(1 for _ in store.shelf("")) > 5
    assert [path for path in system.layout.blobs.rglob("*") if path.is_file()] == []


def _receives(system: System, program: Program) -> None:
    send(system, "Livraison")
    email = received(program, "Livraison")
    assert email["preview"] == "Bonjour, voici le fichier."
    assert "<b>voici</b>" in email["safeHtml"]["html"]
    assert any("voici le fichier" in value["value"] for value in email["bodyValues"].values())
    (part,) = email["attachments"]
    path = f"/jmap/download/{program.account}/{part['blobId']}/fichier.bin"
    assert program.http.get(path).content == FILE


def _uploads_and_sends(program: Program, boxes: dict[str, str]) -> None:
    path = f"/jmap/upload/{program.account}"
    uploaded = program.http.post(path, content=FILE, headers={"Content-Type": "application/pdf"})
    assert uploaded.status_code == 201, uploaded.text
    blob_id = uploaded.json()["blobId"]
    part = program.http.get(
        f"/jmap/download/{program.account}/{blob_id}/f", headers={"Range": f"bytes=1000-{len(FILE) - 1001}"}
    )
    assert (part.status_code, part.content) == (206, FILE[1_000:-1_000])
    set_, sent, _ = compose(program, boxes, "Retour", blob_id, ADDRESS)
    assert sent[1]["notCreated"] is None, (set_, sent)
    ask = ["Email/query", {"filter": {"inMailbox": boxes["inbox"], "subject": "Retour"}}, "q"]
    assert until(lambda: program.jmap(ask)[0][1].get("ids"), bool, seconds=60)


def _waits_while_the_bucket_does_not_answer(system: System, program: Program, way: Way) -> None:
    """Nothing is said to be stored; the mail that was refused comes again, and is taken."""
    way.refusal = UNAVAILABLE
    with pytest.raises(smtplib.SMTPDataError, match=r"4\.3\.0"):
        send(system, "Patience")
    uploaded = program.http.post(f"/jmap/upload/{program.account}", content=b"autre chose")
    assert (uploaded.status_code, uploaded.json()["code"]) == (503, "storage-unavailable")
    way.refusal = None
    send(system, "Patience")
    assert received(program, "Patience")["attachments"]
