"""One whole system and one browser for all the browser tests, and a page per agent."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from deploy.demo.accounts import CSV
from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.e2e.administration import Administration
from tests.e2e.app import App
from tests.e2e.site import Site
from tests.infra.outside import Site as RemoteServer
from tests.infra.processes import Processes

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=fr-FR",
]
PATIENCE_MS = 15_000
"""Two busy cores: what takes a blink alone may take seconds beside the other tests."""

WIDE = (1440, 900)
PHONE = (390, 844)

OpenApp = Callable[..., App]


@pytest.fixture(scope="package")
def remote_server() -> Iterator[RemoteServer]:
    """A server outside, whose pictures the system may fetch."""
    with RemoteServer().open() as server:
        yield server


@pytest.fixture(scope="package")
def system(processes: Processes, remote_server: RemoteServer) -> System:
    """Every process of ours, with the demonstration's agents and nothing else of it."""
    started = processes(OUTWARD_ALLOWED_FOR_TESTS=remote_server.endpoint)
    subprocess.run(
        [sys.executable, "-m", "services.auth.cli", "import", str(CSV)],
        cwd=CHECKOUT,
        env=started.environment,
        check=True,
        timeout=60,
        capture_output=True,
    )
    return started


@pytest.fixture(scope="package")
def site(request: pytest.FixtureRequest) -> Site:
    """The system of these tests; or, where WEBMAIL_ENDPOINTS names its endpoints.json, one that `make run` started and
    whose demonstration nobody has touched."""
    if given := os.environ.get("WEBMAIL_ENDPOINTS"):
        return Site.running(Path(given))
    return Site.of(request.getfixturevalue("system"))


@pytest.fixture(scope="package")
def administration(system: System) -> Administration:
    return Administration(system)


@pytest.fixture(scope="package")
def chromium(site: Site) -> Iterator[Browser]:
    """Debian's Chromium, after the servers. Closed with this folder's tests: its event loop would be in the way of
    the others' own."""
    executable = shutil.which("chromium")
    assert executable, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def photographs() -> Path | None:
    """Where screenshots go, if WEBMAIL_SCREENSHOTS names a folder."""
    given = os.environ.get("WEBMAIL_SCREENSHOTS")
    if not given:
        return None
    folder = Path(given)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def open_app(site: Site, chromium: Browser, photographs: Path | None) -> Iterator[OpenApp]:
    """`open_app(size, name)` gives the app on its first page, in a browser context of its own (no shared cookie).

    At the end, no script of the page may have failed.
    """
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def open_one(size: tuple[int, int] = WIDE, name: str = "", *, dark: bool = False, touch: bool = False) -> App:
        width, height = size
        context = chromium.new_context(
            base_url=site.web,
            viewport={"width": width, "height": height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            color_scheme="dark" if dark else "light",
            has_touch=touch,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        app = App(page, photographs, name)
        app.start()
        return app

    yield open_one
    for context in contexts:
        context.close()
    assert failures == []
