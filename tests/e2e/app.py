"""The app as an agent uses it: by what is written on the screen."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.e2e.agents import PASSWORD, Agent


class App:
    """One browser page. `name` distinguishes its photographs."""

    def __init__(self, page: Page, photographs: Path | None, name: str) -> None:
        self.page = page
        self._photographs = photographs
        self._name = name

    def start(self) -> None:
        self.page.goto("/")

    def photograph(self, step: str) -> None:
        """Keep a picture of this step, where one was asked for."""
        if self._photographs:
            self.page.screenshot(path=self._photographs / f"{self._name}-{step}.png", animations="disabled")

    @property
    def is_phone(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] <= 860

    # Sign-in

    def sign_in(self, login: str, password: str) -> None:
        self.page.get_by_label("Adresse ou identifiant").fill(login)
        self.page.get_by_label("Mot de passe", exact=True).fill(password)
        self.page.get_by_role("button", name="Se connecter").click()

    def choose_password(self, password: str) -> None:
        self.page.get_by_label("Nouveau mot de passe", exact=True).fill(password)
        self.page.get_by_label("Le même, une seconde fois", exact=True).fill(password)
        self.page.get_by_role("button", name="Enregistrer et ouvrir ma messagerie").click()

    def close_reminder(self) -> None:
        """That no way to recover the password is enrolled yet."""
        self.page.get_by_role("button", name="Fermer ce message").click()

    def enter(self, agent: Agent) -> None:
        """Sign in, for the first time if need be, up to the inbox."""
        self.sign_in(agent.address, agent.numen)
        first = self.page.get_by_role("heading", name="Choisissez votre mot de passe")
        refused = self.page.get_by_text("Identifiant ou mot de passe incorrect").first
        expect(first.or_(refused)).to_be_visible()
        if first.is_visible():
            self.choose_password(PASSWORD)
            self.close_reminder()
        else:
            self.sign_in(agent.address, PASSWORD)
        expect(self.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()

    def choose_first_password(self, agent: Agent, recovery_email: str = "") -> None:
        """From the sign-in page, with the NUMEN, up to the inbox."""
        self.sign_in(agent.address, agent.numen)
        expect(self.page.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_visible()
        self.page.get_by_label("Adresse personnelle de secours (recommandé)").fill(recovery_email)
        self.choose_password(PASSWORD)
        expect(self.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()

    def sign_out(self) -> None:
        self.account_menu("Se déconnecter")
        expect(self.page.get_by_role("button", name="Se connecter")).to_be_visible()

    def account_menu(self, item: str) -> None:
        self.page.get_by_role("button", name="Mon compte, ").click()
        self.page.get_by_role("menuitem", name=item).click()

    def account(self, part: str) -> None:
        """A page of « Mon compte », by its address."""
        self.page.goto(f"/#/compte/{part}")
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    # Mail

    def row(self, text: str) -> Locator:
        return self.page.get_by_test_id("message-row").filter(has_text=text)

    def read(self, subject: str) -> Locator:
        """Open the conversation; gives its last message."""
        self.row(subject).first.click()
        message = self.page.get_by_test_id("message").last
        expect(message).to_be_visible()
        return message

    def back_to_list(self) -> None:
        if self.is_phone:
            self.page.get_by_role("link", name="Retour à la liste").click()

    def search(self, text: str) -> None:
        box = self.page.get_by_label("Rechercher dans les messages")
        box.fill(text)
        box.press("Enter")

    def go(self, application: str) -> None:
        self.page.get_by_role("link", name=application).locator("visible=true").first.click()

    def add_recipient(self, field: str, typed: str, chosen: str) -> None:
        """Type the beginning of a name and take the proposal."""
        box = self.page.get_by_label(field, exact=True)
        box.press_sequentially(typed)
        self.page.get_by_role("option", name=chosen).click()
        expect(self.page.get_by_role("button", name=f"Retirer {chosen}")).to_be_visible()

    @property
    def body(self) -> Locator:
        return self.page.get_by_test_id("composer-body")
