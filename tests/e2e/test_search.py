"""Searching as agents type: criteria in French, proposals by keyboard, what was understood, words of attachments."""

import pytest
from playwright.sync_api import expect

from services.mail.tests.search import documents
from tests.e2e.agents import SOLENE, YOUSSEF, Agent
from tests.e2e.app import App
from tests.e2e.conftest import PHONE, WIDE, OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site


@pytest.mark.parametrize(("size", "agent"), [(WIDE, SOLENE), (PHONE, YOUSSEF)], ids=["1440", "390"])
def test_search(site: Site, open_app: OpenApp, size: tuple[int, int], agent: Agent) -> None:
    rules = letter(agent.address, "Règlement de la cour", "Le règlement est joint.")
    odt = documents.odt("Règlement", "Les trottinettes restent au portail.")
    rules.add_attachment(odt, maintype="application", subtype="vnd.oasis.opendocument.text", filename="reglement.odt")
    post(site, rules)
    post(site, letter(agent.address, "Cour de récréation", "Le marquage de la cour est refait."))

    app = open_app(size, f"{size[0]}-recherche")
    app.enter(agent)
    expect(app.row("Cour de récréation")).to_be_visible()
    criteria_are_proposed_and_understood(app)
    words_of_an_attachment_are_found(app)
    what_finds_nothing_says_what_to_do(app)


def criteria_are_proposed_and_understood(app: App) -> None:
    box = app.page.get_by_role("combobox", name="Rechercher dans les messages")
    box.fill("cour ob")
    expect(app.page.get_by_role("option", name="objet:")).to_be_visible()
    app.photograph("01-propositions")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("cour objet:")
    box.press_sequentially("règlement avec:pj")
    box.press("Enter")
    expect(app.row("Règlement de la cour")).to_be_visible()
    expect(app.row("Cour de récréation")).to_have_count(0)
    understood = app.page.get_by_role("list", name="Critères de la recherche")
    expect(understood.get_by_role("listitem")).to_have_count(3)
    app.photograph("02-criteres")
    understood.get_by_role("button", name="Retirer le critère «\u202fAvec pièce jointe\u202f»").click()
    understood.get_by_role("button", name="Retirer le critère «\u202fObjet\u202f: règlement\u202f»").click()
    expect(app.row("Cour de récréation")).to_be_visible()
    expect(understood).to_have_count(0)


def words_of_an_attachment_are_found(app: App) -> None:
    """Once they have been read, which happens apart from delivery."""
    for _ in range(30):
        app.search("trottinette")
        if app.row("Règlement de la cour").count():
            break
        app.page.wait_for_timeout(500)
    expect(app.row("Règlement de la cour")).to_be_visible()


def what_finds_nothing_says_what_to_do(app: App) -> None:
    app.search('"cour introuvable" de:personne')
    expect(app.page.get_by_text("Aucun message trouvé.")).to_be_visible()
    expect(app.page.get_by_text("Retirez les guillemets")).to_be_visible()
    app.photograph("03-rien")
