"""What lets somebody go on beyond a limit: a device that is known, a code that is solved."""

from contracts.auth import SolvedChallenge
from contracts.recovery import ChallengeRequest
from services.auth.adapters.store import PostgresStore
from services.auth.domain.challenge import read_challenge, work
from services.auth.domain.digests import KeyRing, device_hash
from services.auth.tests.system import KEY, System

KEYS = KeyRing((bytes.fromhex(KEY),))


def solve(system: System, difficulty: int = 0) -> SolvedChallenge:
    """What a human reads, and their browser computes at least as hard."""
    given = system.auth.new_challenge(ChallengeRequest())
    challenge = read_challenge(KEYS, given.token, system.clock())
    assert challenge is not None
    nonce = work(given.token, max(given.difficulty, difficulty))
    return SolvedChallenge(token=given.token, typed=challenge.code, nonce=nonce)


def know(system: System, device: str, login: str = "camille.brindacier") -> None:
    """As if the account had signed in with that device before."""
    with PostgresStore(system.database).begin() as tx:
        account = tx.account_by_login(f"{login.partition('@')[0]}@ac-montpellier.example", "")
        assert account is not None
        tx.remember_device(account.agent.account_id, device_hash(account.agent.account_id, device), system.clock())
