"""Everything that writes, at once on one database: nobody waits for somebody who waits for them, and what is numbered
or chained stays whole."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from chassis.db import Database
from chassis.settings import institution
from contracts.account import AccountRequest, CodesRequest, PasswordChange, RecoveryEmail, SessionEnding
from contracts.auth import Client, Credentials, SignedIn
from contracts.errors import ServiceError
from contracts.recovery import CodeRedemption, Identification, PasswordReset
from services.auth.application.call_back import RefusedCallBackError
from services.auth.application.change_state import DEPART, RESTORE, SUSPEND, RefusedChangeError
from services.auth.application.make_agent import RefusedAgentError
from services.auth.bootstrap import build
from services.auth.domain.activation import Selection
from services.auth.domain.digests import token_hash
from services.auth.tests.known_and_solving import solve
from services.auth.tests.letterbox import Sending, sending
from services.auth.tests.system import PASSWORD, System, holder, settings

AGENTS, WAITING, ROUNDS = 4, 40, 25
OTHER_PASSWORD = "guirlande orange dix"
REFUSED = (ServiceError, RefusedChangeError, RefusedCallBackError, RefusedAgentError)
"""What somebody may be told while others change the same account."""


def numen(number: int) -> str:
    return f"34E98{number:05}AAA"


def name(number: int) -> str:
    return f"fictif{chr(97 + number % 26)}{chr(97 + number // 26)}"


@dataclass
class Crowd:
    """Each method is one turn of an actor, on an agent drawn by lot."""

    system: System
    mails: Sending
    addresses: list[str]
    rng: random.Random = field(default_factory=lambda: random.Random(2026))

    def client(self) -> Client:
        return Client(source=f"192.0.2.{self.rng.randrange(4)}", user_agent=f"Navigateur {self.rng.randrange(40)}")

    def address(self) -> str:
        return self.rng.choice(self.addresses)

    def credentials(self, password: str) -> Credentials:
        return Credentials(login=self.address(), password=SecretStr(password), client=self.client())

    def signed_in(self) -> SignedIn:
        solved = {"solved": solve(self.system)}
        reply = self.system.auth.sign_in(self.credentials(PASSWORD).model_copy(update=solved))
        assert reply.signed_in is not None
        return reply.signed_in

    def program(self) -> None:
        self.system.auth.verify_password(self.credentials(PASSWORD))

    def guess(self) -> None:
        self.system.auth.sign_in(self.credentials("mauvais mot de passe"))

    def change_password(self) -> None:
        mine = self.signed_in()
        for current, new in ((PASSWORD, OTHER_PASSWORD), (OTHER_PASSWORD, PASSWORD)):
            wish = PasswordChange(holder=holder(mine), current=SecretStr(current), password=SecretStr(new))
            mine = self.system.auth.change_password(wish)

    def end_others(self) -> None:
        mine = AccountRequest(holder=holder(self.signed_in()))
        self.system.auth.end_other_sessions(mine)
        self.system.auth.stop_reopening(mine)
        session_id = token_hash(self.signed_in().token.get_secret_value()).hex()
        self.system.auth.end_session(SessionEnding(holder=mine.holder, session_id=session_id))

    def enrol(self) -> None:
        mine = holder(self.signed_in())
        wish = RecoveryEmail(holder=mine, current=SecretStr(PASSWORD), address=f"a{self.rng.randrange(9)}@exemple.fr")
        self.system.auth.set_recovery_email(wish)
        self.system.auth.make_recovery_codes(CodesRequest(holder=mine, current=SecretStr(PASSWORD)))

    def recover(self) -> None:
        mine = self.signed_in()
        codes = self.system.auth.make_recovery_codes(CodesRequest(holder=holder(mine), current=SecretStr(PASSWORD)))
        begun = self.system.auth.identify(
            Identification(
                numen=SecretStr(numen(self.addresses.index(mine.agent.address))),
                birth_date=SecretStr("1970-01-01"),
                solved=solve(self.system),
                client=self.client(),
            )
        )
        redeemed = self.system.auth.redeem_code(CodeRedemption(recovery=begun.recovery, code=codes.codes[0]))
        self.system.auth.reset_password(PasswordReset(ticket=redeemed.ticket, password=SecretStr(PASSWORD)))

    def send_mails(self) -> None:
        asyncio.run(self.mails.sender.one())

    def suspend(self) -> None:
        address = self.address()
        self.system.auth.change_state(self.rng.choice((SUSPEND, DEPART)), address, operator="DPE")
        self.system.auth.change_state(RESTORE, address, operator="DPE")

    def call_back(self) -> None:
        self.system.auth.call_back(self.address(), operator="DPE")

    def make_agent(self) -> None:
        made = partial(self.system.auth.make_agent, category="", uai="0340042X", departement="")
        address = self.address()
        for password in (OTHER_PASSWORD, PASSWORD):
            made(address, password)
        made(f"neuf.venu{self.rng.randrange(1_000)}", PASSWORD)

    def take_in(self) -> None:
        numbers = list(range(AGENTS + WAITING))
        self.rng.shuffle(numbers)
        uai = self.rng.choice(("0340042X", "0340099Z"))
        refused: list[object] = []
        self.system.auth.import_agents(
            [(line, person(number, uai), "") for line, number in enumerate(numbers)], lambda *why: refused.append(why)
        )
        assert refused == []

    def administer(self) -> None:
        self.system.auth.open_activations(Selection(), operator="DPE")
        assert list(self.system.auth.hand_out_codes(Selection(), operator="DPE"))

    def sweep(self) -> None:
        self.system.clock.advance(minutes=7)
        self.system.auth.sweep()
        self.system.auth.announce_position()
        self.system.auth.erase_trail()
        self.system.auth.verify_trail()


def person(number: int, uai: str = "0340042X") -> dict[str, str]:
    return {
        "nom": name(number),
        "prenom": "Jean",
        "date_naissance": "1970-01-01",
        "numen": numen(number),
        "categorie": "direction" if number >= AGENTS else "enseignant 2nd degré",
        "uai": uai,
        "departement": "Gard",
    }


@pytest.fixture
def crowd(system: System, settings_file: Path) -> Iterator[Crowd]:
    """A few active agents, many that were never activated, and room for every actor to work at once."""
    database = Database(system.url, size=32, statement_timeout_ms=20_000)
    told = institution(str(settings_file))
    throttle = told.auth.throttle.model_copy(update={"difficulty": 1, "max_difficulty": 1})
    policy = told.auth.model_copy(update={"throttle": throttle})
    system.auth = build(settings(system.url), told.model_copy(update={"auth": policy}), database, clock=system.clock)
    system.database.close()
    system.database = database
    system.auth.import_agents([(n, person(n), "") for n in range(AGENTS + WAITING)], lambda *_: None)
    addresses = [f"jean.{name(number)}@ac-montpellier.example" for number in range(AGENTS)]
    for address in addresses:
        system.auth.make_agent(address, PASSWORD, category="", uai="0340042X", departement="")
    yield Crowd(system, sending(system, settings_file), addresses)
    database.close()


def test_nobody_waits_for_somebody_who_waits_for_them(crowd: Crowd) -> None:
    actors = (
        *(crowd.program, crowd.guess, crowd.change_password, crowd.end_others, crowd.enrol, crowd.recover),
        *(crowd.suspend, crowd.call_back, crowd.make_agent, crowd.take_in, crowd.administer, crowd.sweep),
        *(crowd.signed_in, crowd.program, crowd.take_in, crowd.send_mails),
    )
    done: Counter[str] = Counter()

    def play(actor: Callable[[], object]) -> None:
        for _ in range(ROUNDS):
            try:
                actor()
                done[actor.__name__] += 1
            except REFUSED:
                done[f"{actor.__name__} refused"] += 1

    with ThreadPoolExecutor(len(actors)) as pool:
        for result in [pool.submit(play, actor) for actor in actors]:
            result.result()
    print(dict(done))
    assert not [name for name in ("program", "signed_in", "suspend", "call_back", "take_in", "sweep") if not done[name]]
    assert done["change_password"] + done["end_others"] + done["enrol"] + done["recover"]
    assert list(crowd.system.auth.verify_trail().findings) == []
    told = (
        "SELECT (payload::jsonb->>'sequence')::int AS n FROM outbox WHERE routing_key LIKE 'auth.account.%%' ORDER BY 1"
    )
    numbers = [row["n"] for row in crowd.system.rows(told)]
    assert numbers == list(range(1, len(numbers) + 1))
