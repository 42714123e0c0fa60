"""Handing a mail to the relay: what becomes of it, in which envelope, and encrypted where that is offered."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.auth.adapters import relay_smtp
from services.auth.adapters.relay_smtp import SmtpPost
from services.auth.application.ports.post import Posted
from services.auth.domain.notice_text import NoticeText

SENDER, TO = "ne-pas-repondre@ac-montpellier.example", "camille@exemple.fr"
TEXT = NoticeText("Essai", ("Bonjour,",), "https://messagerie.example/#/x/t", ("Fin.",))


@dataclass
class Relay:
    """`rcpt`, `data`: what it answers."""

    rcpt: str = "250 2.1.5 OK"
    data: str = "250 2.0.0 OK"
    taken: list[tuple[str | None, list[str], bool]] = field(default_factory=list)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data.startswith("250"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, session.ssl is not None))
        return self.data


@asynccontextmanager
async def listening(connected: Callable[[], Any]) -> AsyncIterator[int]:
    """The port."""
    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def post_to(port: int) -> SmtpPost:
    return SmtpPost("127.0.0.1", port, "auth.ac-montpellier.example", SENDER, "Messagerie")


def sent(relay: Relay, tls: ssl.SSLContext | None = None) -> Posted:
    async def act() -> Posted:
        async with listening(lambda: SMTP(relay, hostname="relay.example", tls_context=tls)) as port:
            return await post_to(port).send(TEXT, TO)

    return asyncio.run(act())


def test_the_relay_takes_it_in_an_envelope_of_its_own() -> None:
    relay = Relay()
    assert sent(relay) is Posted.SENT
    assert relay.taken == [(SENDER, [TO], False)]


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """Signed by nobody, as many a relay's is."""
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=relay.example"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def test_the_connection_is_encrypted_where_the_relay_offers_it(certificate: ssl.SSLContext) -> None:
    relay = Relay()
    assert sent(relay, certificate) is Posted.SENT
    assert relay.taken == [(SENDER, [TO], True)]


@pytest.mark.parametrize(
    ("relay", "posted"),
    [
        (Relay(rcpt="550 5.1.1 <camille@exemple.fr> unknown"), Posted.REFUSED),
        (Relay(rcpt="450 4.2.1 later"), Posted.AWAY),
        (Relay(data="554 5.7.1 no"), Posted.REFUSED),
        (Relay(data="451 4.3.0 later"), Posted.AWAY),
    ],
)
def test_a_refusal_is_for_good_or_for_now_and_its_text_stays_out_of_the_log(
    relay: Relay, posted: Posted, caplog: pytest.LogCaptureFixture
) -> None:
    assert sent(relay) is posted
    assert TO not in caplog.text
    assert "/t" not in caplog.text


def test_a_relay_that_is_not_there_or_says_nothing_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_smtp, "TOTAL_SECONDS", 0.2)

    async def gone() -> Posted:
        async with listening(asyncio.Protocol) as port:
            pass
        return await post_to(port).send(TEXT, TO)

    async def silent() -> Posted:
        async with listening(asyncio.Protocol) as port:
            return await post_to(port).send(TEXT, TO)

    for act in (gone, silent):
        assert asyncio.run(act()) is Posted.AWAY
