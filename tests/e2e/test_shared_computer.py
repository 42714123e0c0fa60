"""A computer that others use too: nothing of the agent is left on its disk once the browser is closed."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Cookie, Response, expect

from tests.e2e.administration import Administration
from tests.e2e.agents import PASSWORD, Agent
from tests.e2e.app import App
from tests.e2e.conftest import CHROMIUM_FLAGS, PATIENCE_MS, OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site

PUBLIC = "/api/v1/settings"
"""The institution's own texts, the same for everybody."""
SUBJECT = "Dossier Pamplemousse"
STORED = """async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((base) => base.name), caches: await caches.keys(),
})"""


class Computer:
    """One browser with its folder on the disk, opened and closed as at a desk."""

    def __init__(self, chromium: Browser, site: Site, profile: Path) -> None:
        self._chromium = chromium
        self._site = site
        self._profile = profile
        self.kept: list[str] = []
        """Addresses of answers about somebody that a browser may keep."""

    @contextmanager
    def opened(self) -> Iterator[App]:
        context = self._chromium.browser_type.launch_persistent_context(
            self._profile,
            executable_path=shutil.which("chromium"),
            args=CHROMIUM_FLAGS,
            base_url=self._site.web,
            locale="fr-FR",
            timezone_id="Europe/Paris",
        )
        try:
            context.set_default_timeout(PATIENCE_MS)
            context.on("response", self._note)
            app = App(context.pages[0], None, "")
            app.start()
            yield app
        finally:
            context.close()

    def files_with(self, text: str) -> list[str]:
        """Files of the profile that hold it, as Chromium writes text."""
        needles = (text.encode(), text.encode("utf-16-le"))
        return [
            str(file.relative_to(self._profile))
            for file in self._profile.rglob("*")
            if file.is_file() and any(needle in file.read_bytes() for needle in needles)
        ]

    def cookies(self) -> dict[str, bool]:
        """Those in the profile, with whether they outlive the browser. Chromium writes the others too, encrypted, and
        throws them away when it starts again."""
        found: dict[str, bool] = {}
        for file in self._profile.rglob("Cookies"):
            with closing(sqlite3.connect(file)) as base:
                found |= {
                    name: bool(lasting) for name, lasting in base.execute("SELECT name, is_persistent FROM cookies")
                }
        return found

    def _note(self, response: Response) -> None:
        personal = any(part in response.url for part in ("/api/", "/jmap/", "/.well-known/"))
        stored = "no-store" not in response.headers.get("cache-control", "")
        if personal and stored and not response.url.endswith(PUBLIC):
            self.kept.append(response.url)


ComputerMaker = Callable[[str], Computer]


@pytest.fixture
def computer(chromium: Browser, site: Site, tmp_path: Path) -> ComputerMaker:
    return lambda name: Computer(chromium, site, tmp_path / name)


def read_mail(app: App, agent: Agent) -> Cookie:
    """Sign in, read the letter; the cookie of the session."""
    app.sign_in(agent.address, PASSWORD)
    app.read(SUBJECT)
    (cookie,) = (cookie for cookie in app.page.context.cookies() if cookie["name"] == "wm_session")
    return cookie


def test_nothing_of_the_agent_stays_on_a_shared_computer(
    administration: Administration, site: Site, open_app: OpenApp, computer: ComputerMaker
) -> None:
    agent = administration.newcomer("Myrtille", "Groseille")
    open_app().choose_first_password(agent)
    post(site, letter(agent.address, SUBJECT, "Rien de ceci ne doit rester."))
    library = computer("cdi")
    with library.opened() as app:
        app.page.get_by_label("Ordinateur partagé").check()
        cookie = read_mail(app, agent)
        expect(app.page.get_by_role("button", name="Mon compte, ")).to_have_accessible_name(re.compile("partagé"))
        app.page.goto("/#/courrier/inbox")
        app.page.get_by_role("button", name="Plus tard").click()
        expect(app.page.get_by_text("Aucun moyen de secours")).to_be_hidden()
        assert app.page.evaluate(STORED) == {"local": [], "session": [], "databases": [], "caches": []}

    assert library.kept == []
    assert library.cookies() in ({}, {"wm_session": False})
    for text in (cookie["value"], agent.address, SUBJECT, agent.family):
        assert library.files_with(text) == [], text
    with library.opened() as app:
        expect(app.page.get_by_role("button", name="Se connecter")).to_be_visible()
        expect(app.page.get_by_label("Adresse ou identifiant")).to_have_value("")
    assert library.cookies() == {}


def test_ones_own_computer_stays_signed_in(
    administration: Administration, site: Site, open_app: OpenApp, computer: ComputerMaker
) -> None:
    """And shows that what is looked for above would be found."""
    agent = administration.newcomer("Framboise", "Sureau")
    open_app().choose_first_password(agent)
    post(site, letter(agent.address, SUBJECT, "Sur mon propre ordinateur."))
    own = computer("mien")
    with own.opened() as app:
        read_mail(app, agent)
        app.page.goto("/#/courrier/inbox")
        app.page.get_by_role("button", name="Plus tard").click()
    assert own.cookies() == {"wm_session": True, "wm_device": True}
    assert own.files_with(agent.address) != []
    assert own.files_with("webmail.means-reminder-after") != []
    with own.opened() as app:
        expect(app.row(SUBJECT).first).to_be_visible()
