"""The main job, end to end: an agent's first day, at a desk and on a telephone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.agents import APOLLINE, INES, OSCAR, PASSWORD, SOLENE, YOUSSEF, Agent
from tests.e2e.app import App
from tests.e2e.conftest import PHONE, WIDE, OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site

SECOND_MS = 1_000


@pytest.mark.parametrize(
    ("size", "agent", "colleague"), [(WIDE, SOLENE, APOLLINE), (PHONE, YOUSSEF, INES)], ids=["1440", "390"]
)
def test_first_day(site: Site, open_app: OpenApp, size: tuple[int, int], agent: Agent, colleague: Agent) -> None:
    visit = letter(agent.address, "Visite du planétarium", "Le bus part à 8 h 15 devant le portail.")
    visit.add_alternative("<p>Le bus part à <b>8 h 15</b> devant le portail.</p>", subtype="html")
    visit.add_attachment(b"%PDF-1.4 programme", maintype="application", subtype="pdf", filename="Programme.pdf")
    post(site, visit)

    app = open_app(size, str(size[0]))
    first_sign_in(app, agent)
    read_with_attachment(app)
    find_a_word(app)
    other = open_app(size, f"{size[0]}-collègue")
    other.enter(colleague)
    reply_with_copy(app, colleague)
    arrives_without_reloading(other, agent)
    add_appointment(app)
    find_in_directory(app)


def first_sign_in(app: App, agent: Agent) -> None:
    app.photograph("01-connexion")
    app.sign_in(agent.address, "mauvais mot de passe")
    expect(app.page.get_by_text("Identifiant ou mot de passe incorrect").first).to_be_visible()
    app.photograph("02-connexion-erreur")
    app.sign_in(agent.address, agent.numen)
    expect(app.page.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_visible()
    app.choose_password("trop court")
    expect(app.page.get_by_text("Trop court").first).to_be_visible()
    app.photograph("03-mot-de-passe")
    app.choose_password(PASSWORD)
    expect(app.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()
    app.close_reminder()
    expect(app.row("Visite du planétarium")).to_be_visible()
    app.photograph("04-boite-de-reception")


def read_with_attachment(app: App) -> None:
    app.read("Visite du planétarium")
    frame = app.page.frame_locator("[data-testid=message-frame]")
    expect(frame.get_by_text("devant le portail")).to_be_visible()
    app.photograph("05-message")
    with app.page.expect_download() as download:
        app.page.get_by_role("link", name="Programme.pdf").click()
    assert download.value.suggested_filename == "Programme.pdf"
    assert download.value.path().read_bytes() == b"%PDF-1.4 programme"
    app.back_to_list()


def find_a_word(app: App) -> None:
    app.search("portail")
    expect(app.row("Visite du planétarium")).to_be_visible()
    expect(app.page.locator("mark", has_text="portail").first).to_be_visible()
    app.photograph("06-recherche")


def reply_with_copy(app: App, colleague: Agent) -> None:
    app.read("Visite du planétarium")
    app.page.get_by_role("button", name="Répondre", exact=True).click()
    app.page.get_by_role("button", name="Cc Cci").click()
    app.add_recipient("Cc", colleague.family[:5], colleague.name)
    app.body.press_sequentially("C’est noté, nous serons à l’heure.")
    expect(app.page.get_by_text("1 destinataire hors académie")).to_be_visible()
    app.photograph("07-reponse")
    app.page.get_by_role("button", name="Envoyer", exact=True).click()
    # A system in service (WEBMAIL_ENDPOINTS) keeps it for a while, in case the agent thinks better of it.
    expect(app.page.get_by_text("Message envoyé")).to_be_visible(timeout=20 * SECOND_MS)


def arrives_without_reloading(other: App, sender: Agent) -> None:
    expect(other.row("Visite du planétarium")).to_be_visible(timeout=10 * SECOND_MS)
    other.photograph("08-reception")
    other.read("Visite du planétarium")
    body = other.page.frame_locator("[data-testid=message-frame]")
    expect(body.get_by_text("C’est noté, nous serons à l’heure.")).to_be_visible()
    expect(other.page.get_by_test_id("message").last).to_contain_text(sender.name)
    other.photograph("09-message-reçu")


def add_appointment(app: App) -> None:
    app.go("Agenda")
    app.page.get_by_role("button", name="événement").locator("visible=true").first.click()
    app.page.get_by_label("Titre").fill("Conseil de classe 4ᵉ B")
    app.page.get_by_label("Lieu").fill("Salle 204")
    app.page.get_by_role("button", name="Ajouter").click()
    expect(app.page.get_by_test_id("event").filter(has_text="Conseil de classe 4ᵉ B")).to_be_visible()
    app.photograph("10-agenda")


def find_in_directory(app: App) -> None:
    app.go("Contacts")
    app.page.get_by_role("link", name="Annuaire académique").locator("visible=true").first.click()
    box = app.page.get_by_label("Rechercher une personne, un établissement")
    box.fill("lanterne")
    person = app.page.get_by_test_id("contact").filter(has_text=OSCAR.name)
    expect(person).to_be_visible()
    expect(app.page.get_by_test_id("contact")).to_have_count(1)
    person.click()
    expect(app.page.get_by_test_id("contact-card")).to_contain_text(OSCAR.address)
    app.photograph("11-annuaire")
