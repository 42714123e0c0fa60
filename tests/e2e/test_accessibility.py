"""axe finds nothing to say, page after page, in light and dark."""

import json

import pytest
from playwright.sync_api import expect

from deploy.local.layout import CHECKOUT
from tests.e2e.agents import ACHILLE
from tests.e2e.app import App
from tests.e2e.conftest import PHONE, WIDE, OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site

AXE = CHECKOUT / "services/gateway/web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(app: App) -> list[str]:
    app.page.evaluate(AXE.read_text("utf-8"))
    found = app.page.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    return [f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in found["violations"]]


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (WIDE, True), (PHONE, False)], ids=["1440", "dark", "390"])
def test_pages_are_accessible(site: Site, open_app: OpenApp, size: tuple[int, int], *, dark: bool) -> None:
    post(site, letter(ACHILLE.address, "Visite médicale", "Bonjour,\n\n> Quand venez-vous ?\n\nMardi."))
    app = open_app(size, f"axe-{size[0]}", dark=dark)
    pages: dict[str, list[str]] = {"connexion": violations(app)}
    app.page.goto("/#/aide/numen")
    expect(app.page.get_by_role("heading", name="Retrouver votre NUMEN")).to_be_visible()
    pages["aide"] = violations(app)
    app.page.goto("/#/")
    app.enter(ACHILLE)
    expect(app.row("Visite médicale").first).to_be_visible()
    pages["liste"] = violations(app)
    app.read("Visite médicale")
    pages["lecture"] = violations(app)
    app.page.get_by_role("button", name="Répondre", exact=True).click()
    expect(app.body).to_be_visible()
    pages["rédaction"] = violations(app)
    app.page.get_by_role("button", name="Supprimer le brouillon").click()
    app.go("Agenda")
    expect(app.page.get_by_role("button", name="Semaine suivante")).to_be_visible()
    pages["agenda"] = violations(app)
    app.page.goto("/#/contacts/annuaire")
    expect(app.page.get_by_test_id("contact").first).to_be_visible()
    pages["annuaire"] = violations(app)
    assert {page: found for page, found in pages.items() if found} == {}


def test_nothing_is_cut_off_at_320_pixels(site: Site, open_app: OpenApp) -> None:
    post(site, letter(ACHILLE.address, "Petit écran", "Bonjour."))
    app = open_app((320, 640), "320")
    app.enter(ACHILLE)
    for page in ("courrier/inbox", "agenda", "contacts/annuaire", "aide"):
        app.page.goto(f"/#/{page}")
        expect(app.page.get_by_role("heading", level=1)).to_be_visible()
        assert app.page.evaluate("document.documentElement.scrollWidth") == 320, page
        app.photograph(page.replace("/", "-"))
