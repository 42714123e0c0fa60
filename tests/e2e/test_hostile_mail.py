"""A hostile message is read without telling anyone: judged by a tracker's hits, not by the browser's word."""

import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import cast

import pytest
from playwright.sync_api import expect

from tests.e2e.agents import ACHILLE, GASPARD
from tests.e2e.conftest import OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site

VECTORS = """
<html><head><link rel="stylesheet" href="{t}/css"><link rel="preload" as="image" href="{t}/preload">
<link rel="dns-prefetch" href="{t}/dns"><meta http-equiv="refresh" content="0;url={t}/refresh"><base href="{t}/base/">
<style>@import url({t}/import); body {{ background: url({t}/bg) }} @font-face {{ font-family: x; src: url({t}/font) }}
p {{ font-family: x; list-style-image: url({t}/list); cursor: url({t}/cursor), auto }}</style></head>
<body background="{t}/attribute" onload="new Image().src='{t}/onload'">
<p style="background-image:url({t}/inline)">Lisez-moi</p>
<img src="{t}/img"><img srcset="{t}/srcset 1x"><picture><source srcset="{t}/picture"><img></picture>
<img src="x" onerror="fetch('{t}/onerror')">
<video src="{t}/video" poster="{t}/poster"></video><audio src="{t}/audio"></audio><iframe src="{t}/iframe"></iframe>
<object data="{t}/object"></object><embed src="{t}/embed"><input type="image" src="{t}/input">
<svg><image href="{t}/svg"/><use href="{t}/use#a"/></svg><math><mi xlink:href="{t}/math">x</mi></math>
<form action="{t}/form"><button>Valider</button></form>
<script src="{t}/script"></script><script>fetch("{t}/inline-script")</script>
<a href="{t}/lien" ping="{t}/ping">un lien</a>
<table background="{t}/table"><tr><td background="{t}/cell">x</td></tr></table>
</body></html>
"""


@pytest.fixture
def tracker() -> Iterator[tuple[str, list[str]]]:
    """A server that notes whatever is asked of it."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", hits
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def raw(subject: str, mime: bytes) -> EmailMessage:
    """A message with this MIME block and body, whatever is wrong with them."""
    head = f"From: Musée <accueil@musee-automates.example>\r\nTo: {ACHILLE.address}\r\nSubject: {subject}\r\n"
    return cast(EmailMessage, message_from_bytes(head.encode() + mime))


def test_what_is_sealed_attached_or_past_a_bound_is_told_and_shown(
    site: Site, open_app: OpenApp, tracker: tuple[str, list[str]]
) -> None:
    address, hits = tracker
    inner = letter("x@dehors.example", "Lettre dans la lettre", "Version texte")
    inner.add_alternative(VECTORS.format(t=address), subtype="html")
    outer = letter(ACHILLE.address, "Une lettre jointe", "Voir ci-joint.")
    outer.add_attachment(inner)
    post(site, outer)
    sealed = b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nMIIB\r\n"
    post(site, raw("Un secret", sealed))
    deep = b"Content-Type: text/html\r\n\r\n" + b"<div>" * 5_000 + b"<p>Au fond de tout</p>\r\n"
    post(site, raw("Une page sans fond", deep))
    app = open_app(name="sealed")
    app.enter(ACHILLE)
    app.read("Un secret")
    expect(app.page.get_by_text("Ce message est chiffré")).to_be_visible()
    app.read("Une page sans fond")
    expect(app.page.frame_locator("[data-testid=message-frame]").get_by_text("Au fond de tout")).to_be_visible()
    app.read("Une lettre jointe")
    app.page.get_by_role("button", name="Ouvrir Lettre dans la lettre").or_(
        app.page.get_by_role("button", name="Ouvrir message joint.eml")
    ).click()
    dialog = app.page.get_by_role("dialog")
    expect(dialog.get_by_text("Lettre dans la lettre")).to_be_visible()
    expect(dialog.frame_locator("[data-testid=message-frame]").get_by_text("Lisez-moi")).to_be_visible()
    app.photograph("attached")
    app.page.wait_for_timeout(1_000)
    assert hits == []


def test_reading_answering_and_forwarding_ask_nothing_of_the_sender(
    site: Site, open_app: OpenApp, tracker: tuple[str, list[str]]
) -> None:
    address, hits = tracker
    message = letter(GASPARD.address, "Offre exceptionnelle", "Version texte")
    message.add_alternative(VECTORS.format(t=address), subtype="html")
    post(site, message)
    app = open_app(name="hostile")
    app.enter(GASPARD)
    app.read("Offre exceptionnelle")
    frame = app.page.frame_locator("[data-testid=message-frame]")
    expect(frame.get_by_text("Lisez-moi")).to_be_visible()
    expect(app.page.get_by_text("bloquée")).to_be_visible()
    app.photograph("message")
    for action in ("Répondre", "Transférer"):
        app.page.get_by_role("button", name=action, exact=True).click()
        expect(app.body).to_contain_text("Lisez-moi")
        app.page.get_by_role("button", name="Supprimer le brouillon").click()
    app.page.wait_for_timeout(1_500)
    assert hits == []
    assert frame.locator("script, iframe, object, form, link").count() == 0
