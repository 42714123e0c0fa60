"""The first sign-in: the NUMEN opens it while the administration lets it, once, and for nobody who has to be more than
that."""

from playwright.sync_api import expect

from tests.e2e.administration import Administration
from tests.e2e.agents import PASSWORD
from tests.e2e.app import App
from tests.e2e.conftest import OpenApp

REFUSED = "Identifiant ou mot de passe incorrect"
INBOX = "Boîte de réception"


def is_refused(app: App) -> None:
    expect(app.page.get_by_text(REFUSED).first).to_be_visible()
    expect(app.page.get_by_role("button", name="Se connecter")).to_be_enabled()


def test_the_numen_opens_once_and_the_password_from_then_on(administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Prune", "Mirabelle")
    app = open_app(name="activation")
    app.sign_in(agent.address, "11E2399999ZZZ")
    is_refused(app)
    typed = f"{agent.numen[:3]} {agent.numen[3:]}".lower()
    app.sign_in("pmirabel", typed)
    expect(app.page.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_visible()
    app.choose_password("mirabelle au sirop")
    expect(app.page.get_by_text("Trop proche de votre nom").first).to_be_visible()
    app.photograph("mot-de-passe-refuse")
    app.choose_password(PASSWORD)
    expect(app.page.get_by_role("heading", name=INBOX)).to_be_visible()
    app.sign_out()
    app.sign_in(agent.address, agent.numen)
    is_refused(app)
    app.sign_in("PMirabel", PASSWORD)
    expect(app.page.get_by_role("heading", name=INBOX)).to_be_visible()


def test_who_has_much_to_lose_needs_the_code_on_paper_too(administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Rose", "Tremiere", "direction")
    code = administration.code_for(agent)
    app = open_app(name="activation-code")
    app.sign_in(agent.address, agent.numen)
    field = app.page.get_by_label("Code à usage unique")
    field.fill("K7M2-P9HX-4TWD")
    app.choose_password(PASSWORD)
    expect(app.page.get_by_text("Ce code n’est pas le bon").first).to_be_visible()
    app.photograph("code-refuse")
    field.fill(code.lower().replace("-", " "))
    app.page.get_by_role("button", name="Enregistrer et ouvrir ma messagerie").click()
    expect(app.page.get_by_role("heading", name=INBOX)).to_be_visible()


def test_after_its_time_the_numen_is_refused_like_a_wrong_one(
    administration: Administration, open_app: OpenApp
) -> None:
    agent = administration.newcomer("Basil", "Romarin")
    administration.lapse_activation(agent)
    app = open_app(name="activation-close")
    app.sign_in(agent.address, agent.numen)
    is_refused(app)
    administration.open_activation(agent)
    app.choose_first_password(agent)
