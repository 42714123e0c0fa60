"""Two agents, and for the first of them a mailbox, an agenda and a directory of the size of a real one."""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from deploy.local.system import System
from tests.bench import place
from tests.bench.browser import Browser, RefusedError, Session
from tests.bench.seed_agenda import fill_agenda
from tests.bench.seed_directory import fill_directory
from tests.bench.seed_mail import fill_inbox

FILE = "bench.json"
KNOWN_SECONDS = 60.0
READER, COLLEAGUE = "jeanne.mesure@ac-montpellier.example", "paul.voisin@ac-montpellier.example"


@dataclass(frozen=True)
class Sizes:
    messages: int = 20_000
    events: int = 2_000
    agents: int = 60_000


@dataclass(frozen=True)
class Seeded:
    """The agent whose mailbox is large, and the one that gets mail from the bench."""

    reader: str
    colleague: str
    password: str


def seed(system: System, sizes: Sizes, tell: Callable[[str], None]) -> Seeded:
    """Once for each system: one that was kept is taken as it is."""
    if known := place.remembered(system.layout.home, FILE):
        return Seeded(**known)
    seeded = Seeded(READER, COLLEAGUE, secrets.token_urlsafe(16))
    accounts = {
        address: place.auth_cli(system, "agent", "--address", address, PASSWORD=seeded.password)
        for address in (seeded.reader, seeded.colleague)
    }
    session = Session.sign_in(system.addresses.web, seeded.reader, seeded.password)
    with Browser(session) as browser:
        _wait_until_known(browser)
        _timed(tell, f"{sizes.events} events", lambda: fill_agenda(browser, sizes.events))
    _timed(
        tell,
        f"{sizes.messages} messages",
        lambda: fill_inbox(system, accounts[seeded.reader], seeded.reader, sizes.messages),
    )
    _timed(tell, f"{sizes.agents} colleagues", lambda: fill_directory(system, sizes.agents))
    place.wait_until_quiet(system)
    place.tidy(system)
    place.remember(system.layout.home, FILE, asdict(seeded))
    return seeded


def _wait_until_known(browser: Browser) -> None:
    """Returns once every service has heard of the account."""
    end = time.monotonic() + KNOWN_SECONDS
    while True:
        try:
            browser.calls(("Mailbox/get", {}), ("Calendar/get", {}), ("AddressBook/get", {}))
        except RefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return


def _timed(tell: Callable[[str], None], what: str, work: Callable[[], None]) -> None:
    begun = time.monotonic()
    work()
    tell(f"seeded {what} in {time.monotonic() - begun:.0f} s")
