"""A service that is away: the page says so, the rest works, and it heals by itself."""

from playwright.sync_api import expect

from deploy.local.system import System
from tests.e2e.agents import OSCAR
from tests.e2e.conftest import OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site

HEALING_MS = 45_000


def test_the_agenda_goes_and_comes_back_while_mail_works(system: System, site: Site, open_app: OpenApp) -> None:
    app = open_app(name="panne")
    app.enter(OSCAR)
    app.go("Agenda")
    expect(app.page.get_by_label("Mes agendas").or_(app.page.get_by_text("Mes agendas"))).to_be_visible()
    system.stop("calendar-rpc")
    try:
        app.page.get_by_role("button", name="Semaine suivante").click()
        expect(app.page.get_by_test_id("calendar-unavailable")).to_be_visible(timeout=HEALING_MS)
        app.photograph("agenda-indisponible")
        app.go("Courrier")
        post(site, letter(OSCAR.address, "Pendant la panne", "Le courrier marche."))
        expect(app.row("Pendant la panne")).to_be_visible()
        app.read("Pendant la panne")
        expect(app.page.get_by_text("Le courrier marche.").last).to_be_visible()
        app.photograph("courrier-pendant-la-panne")
        app.go("Agenda")
        expect(app.page.get_by_test_id("calendar-unavailable")).to_be_visible(timeout=HEALING_MS)
    finally:
        system.start("calendar-rpc")
    expect(app.page.get_by_test_id("calendar-unavailable")).to_be_hidden(timeout=HEALING_MS)
    app.photograph("agenda-revenu")
