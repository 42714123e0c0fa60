"""Two agents, and for the first of them a mailbox, an agenda and a directory of the size of a real one."""

import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from deploy.local.system import System
from tests.bench import place
from tests.bench.browser import Browser, RefusedError, Session
from tests.bench.seed_agenda import fill_agenda
from tests.bench.seed_directory import fill_directory
from tests.bench.seed_mail import fill_inboxes

FILE = "bench.json"
KNOWN_SECONDS = 60.0
DOMAIN = "ac-montpellier.example"
READER, COLLEAGUE = f"jeanne.mesure@{DOMAIN}", f"paul.voisin@{DOMAIN}"


@dataclass(frozen=True)
class Sizes:
    """listings: of further mailboxes, to see what a listing costs in them."""

    messages: int = 20_000
    listings: tuple[int, ...] = ()
    events: int = 2_000
    agents: int = 60_000


@dataclass(frozen=True)
class Seeded:
    """The agent whose mailbox is large, and the one that gets mail from the bench; others: agents by how many messages
    they have."""

    reader: str
    colleague: str
    password: str
    others: dict[str, str] = field(default_factory=dict)


def seed(system: System, sizes: Sizes, tell: Callable[[str], None]) -> Seeded:
    """Once for each system: one that was kept is taken as it is."""
    if known := place.remembered(system.layout.home, FILE):
        return Seeded(**known)
    others = {str(size): f"jeanne.mesure{size}@{DOMAIN}" for size in sizes.listings}
    seeded = Seeded(READER, COLLEAGUE, secrets.token_urlsafe(16), others)
    accounts = {
        address: place.auth_cli(system, "agent", "--address", address, PASSWORD=seeded.password)
        for address in (seeded.reader, seeded.colleague, *others.values())
    }
    session = Session.sign_in(system.addresses.web, seeded.reader, seeded.password)
    with Browser(session) as browser:
        _wait_until_known(browser)
        _timed(tell, f"{sizes.events} events", lambda: fill_agenda(browser, sizes.events))
    for address in others.values():
        with Browser(Session.sign_in(system.addresses.web, address, seeded.password)) as browser:
            _wait_until_known(browser)
    mailboxes = {accounts[seeded.reader]: sizes.messages} | {accounts[one]: int(size) for size, one in others.items()}
    told = ", ".join(map(str, mailboxes.values()))
    _timed(tell, f"{told} messages", lambda: fill_inboxes(system, mailboxes, seeded.reader))
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
