"""A hostile message is read without telling anyone: judged by a tracker's hits, not by the browser's word."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import expect

from tests.e2e.agents import GASPARD
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
