"""axe finds nothing on the pages of the account, nor in what opens over them; nothing is wider than the window."""

import pytest
from playwright.sync_api import expect

from tests.e2e.administration import Administration
from tests.e2e.agents import PASSWORD
from tests.e2e.app import App
from tests.e2e.conftest import WIDE, OpenApp
from tests.e2e.test_accessibility import violations
from tests.e2e.test_lost_password import ask

NARROW = (320, 640)
NAMES = {(WIDE, False): "Menthe", (WIDE, True): "Thym", (NARROW, False): "Sauge", (NARROW, True): "Laurier"}
WIDER = """width => document.documentElement.scrollWidth > width ||
    [...document.querySelectorAll('main .scroll, dialog, [data-testid=reopening]')].some(
        part => part.scrollWidth > part.clientWidth)"""


class Judge:
    """Notes what is wrong with each page."""

    def __init__(self, app: App, width: int, mode: str) -> None:
        self._app = app
        self._width = width
        self._mode = mode
        self.found: dict[str, list[str]] = {}

    def __call__(self, page: str) -> None:
        faults = violations(self._app)
        if self._app.page.evaluate(WIDER, self._width):
            faults.append("wider than the window")
        if faults:
            self.found[page] = faults
        self._app.photograph(f"{self._mode}{page}")


@pytest.mark.parametrize(("size", "dark"), NAMES, ids=["1440", "1440-dark", "320", "320-dark"])
def test_no_page_of_the_account_has_a_fault(
    administration: Administration, open_app: OpenApp, size: tuple[int, int], *, dark: bool
) -> None:
    agent = administration.newcomer(NAMES[size, dark], "Potager", "direction")
    app = open_app(size, f"compte-{size[0]}", dark=dark)
    judge = Judge(app, size[0], "sombre-" if dark else "")
    page = app.page

    app.sign_in(agent.address, agent.numen)
    page.get_by_label("Code à usage unique").fill(administration.code_for(agent))
    app.choose_password("trop court")
    expect(page.get_by_text("Trop court").first).to_be_visible()
    judge("activation")
    app.choose_password(PASSWORD)
    expect(page.get_by_role("heading", name="Boîte de réception")).to_be_visible()
    expect(page.get_by_text("Aucun moyen de secours")).to_be_visible()
    judge("rappel")
    page.get_by_role("button", name="Fermer ce message").click()

    app.account("securite")
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_text("Saisissez votre mot de passe actuel").first).to_be_visible()
    judge("securite")
    app.account("secours")
    expect(page.get_by_text("Vous n’avez encore aucun moyen de secours")).to_be_visible()
    judge("secours")
    page.get_by_role("button", name="Indiquer une adresse").click()
    page.get_by_role("button", name="Envoyer le lien").click()
    expect(page.get_by_text("Cette adresse est incomplète")).to_be_visible()
    judge("secours-adresse")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Créer des codes").click()
    page.get_by_label("Mot de passe actuel", exact=True).fill(PASSWORD)
    page.get_by_role("dialog").get_by_role("button", name="Créer des codes").click()
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    judge("secours-codes")
    page.keyboard.press("Escape")
    judge("secours-imprimes")
    page.get_by_role("button", name="Oui, fermer").click()

    app.account("appareils")
    expect(page.get_by_test_id("session")).to_have_count(1)
    judge("appareils")
    app.account("activite")
    expect(page.get_by_test_id("activity-line").first).to_be_visible()
    judge("activite")
    app.account("verification")
    expect(page.get_by_test_id("activity-line").first).to_be_visible()
    judge("verification")

    administration.call_back(agent)
    expect(page.get_by_test_id("reopening")).to_be_visible()
    judge("reouverture")
    page.get_by_role("button", name="Ce n’est pas moi").click()
    expect(page.get_by_text("La demande est arrêtée")).to_be_visible()
    judge("reouverture-arretee")

    page.get_by_role("button", name="Mon compte, ").click()
    judge("menu")
    page.get_by_role("menuitem", name="Se déconnecter").click()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    ask(app, administration, agent.numen)
    judge("mot-de-passe-perdu-reponse")
    assert judge.found == {}
