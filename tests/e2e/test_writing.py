"""An agent writes as who they are: identities and signatures."""

from playwright.sync_api import expect

from tests.e2e.administration import Administration
from tests.e2e.app import App
from tests.e2e.conftest import OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site
from tests.e2e.test_accessibility import violations


def sign_as(app: App, name: str, signature: str) -> None:
    app.page.get_by_label("Nom affiché").fill(name)
    editor = app.page.get_by_role("textbox", name="Signature")
    editor.click()
    editor.press_sequentially(signature)
    assert violations(app) == []
    app.page.get_by_role("button", name="Enregistrer").click()
    expect(app.page.get_by_role("heading", name=name)).to_be_visible()


def test_messages_are_signed_as_who_writes_them(site: Site, administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Marjolaine", "Verger")
    post(site, letter(agent.address, "Réunion de rentrée", "Qui peut venir ?"))
    app = open_app(name="signature")
    app.enter(agent)
    page = app.page
    app.account("identites")
    page.get_by_role("button", name="Modifier").click()
    sign_as(app, "Marjolaine Verger", "Professeure de lettres")
    page.get_by_role("button", name="Ajouter une identité").click()
    sign_as(app, "Club lecture", "Le club lecture")
    app.photograph("identités")

    page.goto("/#/courrier/inbox")
    app.read("Réunion de rentrée")
    page.get_by_role("button", name="Répondre", exact=True).click()
    expect(app.body).to_contain_text("Professeure de lettres")
    app.body.press_sequentially("Moi.")
    page.get_by_label("De", exact=True).select_option("Club lecture")
    expect(app.body).not_to_contain_text("Professeure de lettres")
    text = app.body.inner_text()
    assert text.index("Moi.") < text.index("Le club lecture") < text.index("Qui peut venir")
    app.photograph("réponse")
    page.get_by_role("button", name="Enregistrer le brouillon et fermer").click()
    page.get_by_role("link", name="Brouillons").click()
    app.row("Réunion de rentrée").first.click()
    expect(page.locator("select option:checked")).to_have_text("Club lecture")
    page.get_by_label("De", exact=True).select_option("Marjolaine Verger")
    expect(app.body).to_contain_text("Professeure de lettres")
    expect(app.body).not_to_contain_text("Le club lecture")
    page.get_by_role("button", name="Supprimer le brouillon").click()


def test_messages_begin_from_templates(site: Site, administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Verveine", "Verger")
    app = open_app(name="modèles")
    app.enter(agent)
    page = app.page
    composer = page.get_by_test_id("composer")

    page.get_by_role("button", name="Nouveau message").click()
    app.body.press_sequentially("Bonjour, votre enfant était absent ce matin.")
    composer.get_by_role("button", name="Modèles").click()
    page.get_by_role("menuitem", name="Enregistrer comme modèle").click()
    assert violations(app) == []
    page.get_by_label("Nom du modèle").fill("Absence du matin")
    page.get_by_role("dialog").last.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Modèle « Absence du matin » enregistré")).to_be_visible()
    page.get_by_role("button", name="Supprimer le brouillon").click()

    page.get_by_role("link", name="Modèles").click()
    app.row("Absence du matin").click()
    expect(composer.get_by_label("Objet")).to_have_value("Absence du matin")
    page.get_by_label("À", exact=True).fill(agent.address + ",")
    app.body.press_sequentially("Madame, Monsieur. ")
    app.photograph("depuis-un-modèle")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    page.get_by_role("link", name="Boîte de réception").click()
    expect(app.row("Absence du matin")).to_be_visible(timeout=40_000)
    page.get_by_role("link", name="Modèles").click()
    expect(app.row("Absence du matin")).to_have_count(1)

    page.get_by_role("button", name="Nouveau message").click()
    composer.get_by_role("button", name="Modèles").click()
    page.get_by_role("menuitem", name="Renommer ou supprimer un modèle").click()
    page.get_by_role("button", name="Renommer « Absence du matin »").click()
    page.get_by_label("Nom du modèle").fill("Absence")
    page.get_by_role("dialog").last.get_by_role("button", name="Enregistrer", exact=True).click()
    page.get_by_role("button", name="Supprimer « Absence »").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Supprimer").click()
    expect(app.row("Absence")).to_have_count(0)
