"""Ten thousand guesses at two hundred accounts, from fifty places, one of which is the school where the owners are."""

import random
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from chassis.settings import ThrottlePolicy
from contracts.auth import Client, Credentials, SignedIn, SolvedChallenge
from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters.hasher import Argon2Hasher
from services.auth.tests.known_and_solving import know, solve
from services.auth.tests.system import PASSWORD, System

GUESSES, ACCOUNTS, SOURCES = 10_000, 200, 50
SCHOOL = "198.51.100.1"
GUESSES_TO_ONE_OWNER = GUESSES // ACCOUNTS


@dataclass
class Attack:
    """What became of the guesses."""

    system: System
    logins: list[str]
    chance: random.Random = field(default_factory=lambda: random.Random(20261126))
    outcomes: dict[str, int] = field(default_factory=dict)

    def guess(self) -> None:
        source = f"198.51.100.{self.chance.randint(1, SOURCES)}"
        password = f"essai {self.chance.randrange(1_000_000)}"
        try:
            sign_in(self.system, self.chance.choice(self.logins), password, Client(source=source))
        except ServiceError as error:
            self.outcomes[error.code] = self.outcomes.get(error.code, 0) + 1
        else:
            self.outcomes["succeeded"] = self.outcomes.get("succeeded", 0) + 1


def test_no_guess_succeeds_and_every_owner_gets_in(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Argon2Hasher, "verify", lambda _hasher, _hash, password, **_: password == PASSWORD)
    logins = accounts(system)
    attack = Attack(system, logins)
    solved = 0
    for number, login in enumerate(logins):
        for _ in range(GUESSES_TO_ONE_OWNER):
            attack.guess()
        if number % 2:
            know(system, f"device of {login}", login)
            assert sign_in(system, login, PASSWORD, at_school(f"device of {login}"))
        else:
            solved += on_a_new_device(system, login)
    limits = ThrottlePolicy()
    assert sum(attack.outcomes.values()) == GUESSES
    assert attack.outcomes.keys() == {ErrorCode.BAD_CREDENTIALS, ErrorCode.CHALLENGE_REQUIRED}
    assert attack.outcomes[ErrorCode.BAD_CREDENTIALS] <= limits.globally
    assert solved > ACCOUNTS // 4


def on_a_new_device(system: System, login: str) -> bool:
    """As a person does: the password, and when it is asked for the code. Whether it was."""
    try:
        assert sign_in(system, login, PASSWORD, at_school())
    except ServiceError as error:
        assert error.code == ErrorCode.CHALLENGE_REQUIRED
        difficulty = error.details["difficulty"]
        assert isinstance(difficulty, int)
        assert sign_in(system, login, PASSWORD, at_school(), solve(system, difficulty))
        return True
    return False


def at_school(device: str = "") -> Client:
    return Client(source=SCHOOL, device=SecretStr(device))


def sign_in(
    system: System, login: str, password: str, client: Client, solved: SolvedChallenge | None = None
) -> SignedIn | None:
    credentials = Credentials(login=login, password=SecretStr(password), client=client, solved=solved)
    return system.auth.sign_in(credentials).signed_in


def accounts(system: System) -> list[str]:
    """Active accounts; their logins."""
    for number in range(ACCOUNTS):
        system.import_line(numen=f"34S26{number:05}XYZ", nom=f"Agent {chr(97 + number % 26)}{chr(97 + number // 26)}")
    with system.database.transaction() as tx:
        tx.execute("UPDATE account SET state = 'active', password_hash = 'no hash'")
    return [row["address"] for row in system.rows("SELECT address FROM account ORDER BY address")]
