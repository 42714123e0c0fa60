"""New mail shows by itself, quickly."""

import time

from playwright.sync_api import expect

from tests.e2e.agents import GASPARD
from tests.e2e.conftest import OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site


def test_mail_shows_within_a_second_of_being_accepted(site: Site, open_app: OpenApp) -> None:
    app = open_app()
    app.enter(GASPARD)
    post(site, letter(GASPARD.address, "Premier", "Pour chauffer le chemin."))
    expect(app.row("Premier")).to_be_visible()
    delays = []
    for number in range(5):
        post(site, letter(GASPARD.address, f"Message {number}", "Bonjour."))
        accepted = time.monotonic()
        expect(app.row(f"Message {number}")).to_be_visible()
        delays.append(time.monotonic() - accepted)
    assert sorted(delays)[2] < 1.0, f"median of {[round(delay, 2) for delay in delays]} s"
