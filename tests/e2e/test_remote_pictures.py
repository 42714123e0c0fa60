"""Remote pictures wait for the agent's word; then the gateway alone fetches them. Judged by the sender's own server."""

import struct
import zlib

import pytest
from playwright.sync_api import expect

from tests.e2e.agents import INES
from tests.e2e.app import App
from tests.e2e.conftest import PHONE, OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site
from tests.infra.outside import Site as Sender
from tests.infra.outside import content

MESSAGE = """
<html><body><p>Notre catalogue</p>
<img src="{t}/logo.png" alt="Logo" width="40" height="40">
<img src="{t}/pixel.gif?agent=ines" width="1" height="1" alt="">
<table background="{t}/fond.png"><tr><td height="60" width="200">Automne</td></tr></table>
<img src="{t}/piege.svg" alt=""></body></html>
"""


def png(size: int = 8) -> bytes:
    """A red square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\xc0\x20\x30" * size for _ in range(size)))
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def sender(remote_server: Sender) -> Sender:
    remote_server.forget()
    remote_server.pages |= {
        "/logo.png": content(png(), "text/html", Set_Cookie="id=1"),
        "/pixel.gif": content(
            b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"
        ),
        "/fond.png": content(png()),
        "/piege.svg": content(b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    }
    return remote_server


def drawn(app: App) -> int:
    """How many pictures of the message have been drawn."""
    frame = app.page.frame_locator("[data-testid=message-frame]")
    count: int = frame.locator("body").evaluate(
        "body => [...body.querySelectorAll('img')].filter((image) => image.naturalWidth > 0).length"
        " + body.querySelectorAll('[style*=\"blob:\"]').length"
    )
    return count


def wait_until_drawn(app: App, count: int) -> None:
    for _ in range(100):
        if drawn(app) >= count:
            return
        app.page.wait_for_timeout(100)
    assert drawn(app) == count


@pytest.mark.parametrize(("size", "dark"), [((1440, 900), False), (PHONE, True)])
def test_pictures_are_fetched_by_the_gateway_once_the_agent_says_so(
    site: Site, open_app: OpenApp, sender: Sender, size: tuple[int, int], dark: bool
) -> None:
    subject = f"Catalogue {size[0]}"
    message = letter(INES.address, subject, "Version texte")
    message.add_alternative(MESSAGE.format(t=sender.url("")), subtype="html")
    post(site, message)
    app = open_app(size, name=f"images-{size[0]}", dark=dark)
    app.enter(INES)
    app.read(subject)
    banner = app.page.get_by_test_id("pictures-banner")
    expect(banner).to_contain_text("4 images distantes bloquées")
    app.photograph("avant")
    app.page.wait_for_timeout(500)
    assert sender.connections == 0
    banner.get_by_role("button", name="Afficher", exact=True).click()
    wait_until_drawn(app, 3)
    expect(banner).to_have_count(0)
    app.photograph("apres")
    assert sorted(sender.paths()) == ["/fond.png", "/logo.png", "/piege.svg", "/pixel.gif?agent=ines"]
    for hit in sender.hits:
        assert set(hit.headers) == {"host", "user-agent", "accept", "accept-encoding"}
        assert hit.headers["user-agent"] == "Mozilla/5.0"


def test_a_sender_may_be_trusted_with_their_pictures_and_no_longer(
    site: Site, open_app: OpenApp, sender: Sender
) -> None:
    for subject in ("Lettre une", "Lettre deux"):
        message = letter(INES.address, subject, "Version texte")
        message.add_alternative(MESSAGE.format(t=sender.url("")), subtype="html")
        post(site, message)
    app = open_app(name="images-toujours")
    app.enter(INES)
    app.read("Lettre une")
    banner = app.page.get_by_test_id("pictures-banner")
    banner.get_by_role("button", name="Toujours pour cet expéditeur").click()
    wait_until_drawn(app, 3)
    app.read("Lettre deux")
    expect(banner).to_contain_text("toujours affichées")
    wait_until_drawn(app, 3)
    app.photograph("confiance")
    banner.get_by_role("button", name="Ne plus afficher").click()
    app.read("Lettre une")
    expect(banner).to_contain_text("4 images distantes bloquées")
    hits = len(sender.hits)
    app.page.wait_for_timeout(500)
    assert len(sender.hits) == hits
