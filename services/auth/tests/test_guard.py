"""How guesses are slowed down: where they come from and nowhere else, with no lock and no word on who exists."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from pydantic import SecretStr

from chassis.db import Database, Transaction
from chassis.settings import ThrottlePolicy
from contracts.auth import Agent, Client, Credentials, SignInReply, SolvedChallenge
from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters.bounded import Bounded
from services.auth.adapters.hasher import Argon2Hasher
from services.auth.adapters.store import PostgresStore
from services.auth.adapters.store.devices import MAX_KNOWN_OF_A_KIND
from services.auth.application.guard import Factor, Guard, Guess
from services.auth.domain.challenge import work
from services.auth.domain.digests import device_hash
from services.auth.tests.known_and_solving import KEYS, know, solve
from services.auth.tests.system import NUMEN, PASSWORD, System, refused

LIMITS = ThrottlePolicy()
OWNER = "camille.brindacier"
HOME, SCHOOL = "192.0.2.1", "198.51.100.7"
WRONG = "mauvais mot de passe"


def client(source: str = SCHOOL, device: str = "", program: str = "") -> Client:
    return Client(source=source, device=SecretStr(device), user_agent=program)


def code_of(act: Callable[[], object]) -> ErrorCode | None:
    """None when it is not refused."""
    try:
        act()
    except ServiceError as error:
        return error.code
    return None


def sign_in(
    system: System,
    password: str,
    by: Client | None = None,
    login: str = OWNER,
    solved: SolvedChallenge | None = None,
) -> SignInReply:
    credentials = Credentials(login=login, password=SecretStr(password), client=by or client(), solved=solved)
    return system.auth.sign_in(credentials)


def verify(system: System, password: str, by: Client | None = None, login: str = OWNER) -> Agent:
    return system.auth.verify_password(
        Credentials(login=login, password=SecretStr(password), client=by or client(program="Thunderbird"))
    )


def guess(system: System, times: int, by: Client | None = None, login: str = OWNER) -> list[ErrorCode | None]:
    return [code_of(partial(sign_in, system, WRONG, by, login)) for _ in range(times)]


def test_beyond_the_limit_a_code_is_asked_for_there_and_nowhere_else(system: System) -> None:
    system.active_agent()
    assert set(guess(system, LIMITS.per_account_and_source)) == {ErrorCode.BAD_CREDENTIALS}
    error = refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, PASSWORD))
    assert error.details == {"difficulty": LIMITS.difficulty}
    assert sign_in(system, PASSWORD, client(HOME)).signed_in
    assert guess(system, 1, login="autre.agent") == [ErrorCode.BAD_CREDENTIALS]
    system.clock.advance(minutes=LIMITS.window_minutes)
    assert sign_in(system, PASSWORD).signed_in


def test_who_solves_it_goes_on_and_a_wrong_guess_still_counts(system: System) -> None:
    system.active_agent()
    guess(system, LIMITS.per_account_and_source)
    refused(ErrorCode.BAD_CREDENTIALS, lambda: sign_in(system, WRONG, solved=solve(system)))
    assert sign_in(system, PASSWORD, solved=solve(system)).signed_in
    refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, PASSWORD))


def test_a_known_device_is_not_touched_by_the_guesses_of_others(system: System) -> None:
    system.active_agent()
    know(system, "cookie")
    guess(system, LIMITS.per_account_and_source + 1)
    for number in range(LIMITS.per_account):
        guess(system, 1, client(f"203.0.113.{number}"))
    refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, PASSWORD, client(HOME)))
    assert sign_in(system, PASSWORD, client(SCHOOL, "cookie")).signed_in
    assert sign_in(system, PASSWORD, client(HOME, "cookie")).signed_in


def test_a_known_device_has_a_limit_too_and_can_solve(system: System) -> None:
    system.active_agent()
    know(system, "cookie")
    stolen = client(SCHOOL, "cookie")
    assert set(guess(system, LIMITS.per_known_device, stolen)) == {ErrorCode.BAD_CREDENTIALS}
    refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, PASSWORD, stolen))
    assert sign_in(system, PASSWORD).signed_in
    assert sign_in(system, PASSWORD, stolen, solved=solve(system)).signed_in
    assert guess(system, 1, stolen) == [ErrorCode.BAD_CREDENTIALS]


def test_the_device_of_another_account_is_nobodys(system: System) -> None:
    system.active_agent()
    system.import_line(numen="34S2600001XYZ", prenom="Basile")
    know(system, "cookie", "basile.brindacier")
    codes = guess(system, LIMITS.per_account_and_source + 1, client(SCHOOL, "cookie"))
    assert codes[-1] == ErrorCode.CHALLENGE_REQUIRED


def test_unknown_logins_are_answered_alike(system: System) -> None:
    system.import_line()
    answers: list[list[object]] = []
    for login in (OWNER, "personne.inconnue", "pas une adresse", ""):
        answers.append(list(guess(system, LIMITS.per_account_and_source + 2, login=login)))
        error = refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, WRONG, None, login))
        answers[-1] += [error.detail, error.details, error.retryable]
        solved = solve(system)
        answers[-1].append(code_of(partial(sign_in, system, WRONG, None, login, solved)))
        answers[-1].append(code_of(partial(verify, system, WRONG, None, login)))
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("by_form", [True, False])
def test_unknown_logins_cost_the_same_statements(
    system: System, monkeypatch: pytest.MonkeyPatch, by_form: bool
) -> None:
    seen: list[str] = []
    real = Database.transaction

    def watched(database: Database, *, read_only: bool = False) -> object:
        seen.append("begin")
        return real(database, read_only=read_only)

    system.active_agent()
    monkeypatch.setattr(Database, "transaction", watched)
    for name in ("execute", "one", "all", "only", "values"):
        _watch(monkeypatch, name, seen)
    costs: dict[str, Sequence[str]] = {}
    for login in (OWNER, "personne.inconnue"):
        for _ in range(LIMITS.per_account_and_source + 3):
            code_of(partial(sign_in if by_form else verify, system, WRONG, None, login))
        costs[login], seen[:] = tuple(seen), []
    assert costs[OWNER] == costs["personne.inconnue"]


def _watch(monkeypatch: pytest.MonkeyPatch, name: str, seen: list[str]) -> None:
    real = getattr(Transaction, name)

    def watched(tx: Transaction, sql: str, *more: object) -> object:
        seen.append(sql)
        return real(tx, sql, *more)

    monkeypatch.setattr(Transaction, name, watched)


def test_guesses_made_at_once_do_not_slip_through(system: System) -> None:
    system.active_agent()
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda _: guess(system, 1)[0], range(30)))
    assert codes.count(ErrorCode.BAD_CREDENTIALS) == LIMITS.per_account_and_source
    assert codes.count(ErrorCode.CHALLENGE_REQUIRED) == 30 - LIMITS.per_account_and_source


def test_one_solved_code_serves_one_guess_also_at_once(system: System) -> None:
    system.active_agent()
    guess(system, LIMITS.per_account_and_source)
    solved = solve(system)
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda _: code_of(lambda: sign_in(system, WRONG, solved=solved)), range(6)))
    assert codes.count(ErrorCode.BAD_CREDENTIALS) == 1
    assert codes.count(ErrorCode.CHALLENGE_REQUIRED) == 5


@pytest.mark.parametrize("spoil", ["code", "work", "token", "nonce", "time"])
def test_what_is_not_solved_does_not_pass_and_can_not_be_tried_again(system: System, spoil: str) -> None:
    system.active_agent()
    guess(system, LIMITS.per_account_and_source)
    right = solve(system)
    wrong = {
        "code": right.model_copy(update={"typed": "000000"}),
        "work": right.model_copy(update={"nonce": lazy(right.token)}),
        "token": right.model_copy(update={"token": "A" + right.token[1:]}),
        "nonce": right.model_copy(update={"nonce": "é" * 10_000}),
        "time": right,
    }[spoil]
    system.clock.advance(minutes=10 if spoil == "time" else 0)
    refused(ErrorCode.CHALLENGE_REQUIRED, lambda: sign_in(system, PASSWORD, solved=wrong))
    if spoil in ("code", "work", "nonce"):
        refused(ErrorCode.CHALLENGE_REQUIRED, lambda: sign_in(system, PASSWORD, solved=right))


def lazy(token: str) -> str:
    """A nonce that proves next to nothing."""
    number = int(work(token, LIMITS.difficulty)) + 1
    return str(number)


def test_the_work_doubles_as_the_failures_do_up_to_a_bound(system: System) -> None:
    guard = Guard(KEYS, ThrottlePolicy(per_account_and_source=2, difficulty=1, max_difficulty=4), lambda: False)
    asked: list[object] = []
    for _ in range(40):
        try:
            with PostgresStore(system.database).begin() as tx:
                guard.begin(tx, Guess(Factor.PASSWORD, OWNER, client(), None), None, system.clock())
        except ServiceError as error:
            difficulty = error.details["difficulty"]
            assert isinstance(difficulty, int)
            asked.append(difficulty)
            with PostgresStore(system.database).begin() as tx:
                solved = solve(system, difficulty)
                guard.begin(tx, Guess(Factor.PASSWORD, OWNER, client(), None), solved, system.clock())
    assert asked == [1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3] + [4] * 25


def test_beyond_the_limit_a_program_is_told_to_wait(system: System) -> None:
    system.active_agent()
    guess(system, LIMITS.per_account_and_source)
    error = refused(ErrorCode.SLOW_DOWN, partial(verify, system, PASSWORD))
    assert (error.retryable, error.details) == (True, {"retry_after": LIMITS.window_minutes * 60})


def test_a_mail_client_goes_on_while_a_stranger_guesses_from_the_same_school(system: System) -> None:
    system.active_agent()
    assert verify(system, PASSWORD)
    guess(system, LIMITS.per_account_and_source + 1)
    for number in range(LIMITS.per_source):
        guess(system, 1, login=f"agent{number}")
    refused(ErrorCode.SLOW_DOWN, partial(verify, system, PASSWORD, client(program="curl")))
    refused(ErrorCode.SLOW_DOWN, partial(verify, system, PASSWORD, client(program="curl")))
    assert verify(system, PASSWORD)
    assert set(guess_by_program(system, LIMITS.per_known_place)) == {ErrorCode.BAD_CREDENTIALS}
    refused(ErrorCode.SLOW_DOWN, partial(verify, system, PASSWORD))
    system.clock.advance(minutes=LIMITS.window_minutes)
    assert verify(system, PASSWORD)


def guess_by_program(system: System, times: int) -> list[ErrorCode | None]:
    return [code_of(partial(verify, system, WRONG)) for _ in range(times)]


def test_who_holds_a_session_or_a_ticket_is_counted_by_it_alone(system: System) -> None:
    guard, store = Guard(KEYS, LIMITS, lambda: False), PostgresStore(system.database)

    def held(holder: str) -> None:
        with store.begin() as tx:
            guard.begin_held(tx, Guess(Factor.CURRENT_PASSWORD, "a", client(), "a"), holder, system.clock())

    for _ in range(LIMITS.per_known_device):
        held("mine")
    refused(ErrorCode.SLOW_DOWN, lambda: held("mine"))
    held("another")


def test_a_refusal_is_noted_once_for_each_counter_and_window(system: System) -> None:
    system.active_agent()

    def noted() -> list[object]:
        rows = system.rows("SELECT details FROM trail_line WHERE action = 'slowed-down' ORDER BY month, number")
        return [row["details"] for row in rows]

    line = {"factor": "password", "counter": "account-and-source"}
    guess(system, LIMITS.per_account_and_source)
    assert noted() == []
    guess(system, 5)
    assert noted() == [line]
    system.clock.advance(minutes=LIMITS.window_minutes)
    guess(system, LIMITS.per_account_and_source + 3)
    assert noted() == [line, line]


def test_only_what_is_about_an_account_is_noted_for_it(system: System) -> None:
    account_id = system.active_agent().agent.account_id
    for number in range(LIMITS.per_source // LIMITS.per_account_and_source):
        guess(system, LIMITS.per_account_and_source, login=f"agent{number}")
    guess(system, 1)
    for number in range(LIMITS.per_account):
        guess(system, 1, client(f"203.0.113.{number}"))
    guess(system, 1, client(HOME))
    rows = system.rows("SELECT account_id, details FROM trail_line WHERE action = 'slowed-down' ORDER BY number")
    assert [(row["account_id"], row["details"]["counter"]) for row in rows] == [
        (None, "source"),
        (account_id, "account"),
    ]


def test_what_could_not_be_checked_is_nobodys_failure(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def overloaded(*_: object, **__: object) -> bool:
        raise ServiceError(ErrorCode.UNAVAILABLE, retryable=True)

    system.active_agent()
    guess(system, 1)
    with monkeypatch.context() as rush:
        rush.setattr(Argon2Hasher, "verify", overloaded)
        for _ in range(LIMITS.per_account_and_source + 1):
            refused(ErrorCode.UNAVAILABLE, partial(sign_in, system, PASSWORD))
    by_numen_at_home, by_password = [0, 0, 0], [1, 1, 1, 1]
    counted = system.rows("SELECT failures FROM sign_in_failures ORDER BY failures")
    assert [row["failures"] for row in counted] == by_numen_at_home + by_password
    assert sign_in(system, PASSWORD).signed_in


def test_a_failure_counts_for_every_address_of_its_subscriber(system: System) -> None:
    system.active_agent()
    for number in range(LIMITS.per_account_and_source):
        guess(system, 1, client(f"2001:db8:0:1:{number:x}::{number:x}"))
    refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, PASSWORD, client("2001:db8:0:1:ffff::1")))
    assert sign_in(system, PASSWORD, client("2001:db8:0:2::1")).signed_in


def test_a_school_is_not_slowed_by_its_own_sign_ins(system: System) -> None:
    system.active_agent()
    for _ in range(LIMITS.per_account_and_source + 5):
        assert sign_in(system, PASSWORD).signed_in
    assert {row["failures"] for row in system.rows("SELECT failures FROM sign_in_failures")} == {0}


def test_numen_and_password_are_counted_apart(system: System) -> None:
    system.import_line()
    for _ in range(LIMITS.per_account_and_source):
        refused(ErrorCode.BAD_CREDENTIALS, partial(sign_in, system, "34S2600001XYZ"))
    refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, NUMEN))
    refused(ErrorCode.BAD_CREDENTIALS, partial(sign_in, system, WRONG))


def test_devices_are_bounded_and_can_be_forgotten(system: System) -> None:
    account_id = system.active_agent().agent.account_id
    store = PostgresStore(system.database)
    for number in range(MAX_KNOWN_OF_A_KIND + 1):
        system.clock.advance(minutes=1)
        with store.begin() as tx:
            tx.remember_device(account_id, device_hash(account_id, str(number)), system.clock())
    with store.begin() as tx:
        known = [tx.is_known_device(account_id, device_hash(account_id, str(number))) for number in range(3)]
    assert known == [False, True, True]
    system.clock.advance(days=364)
    assert system.auth.sweep() >= 0
    assert len(system.rows("SELECT 1 FROM known_device")) == MAX_KNOWN_OF_A_KIND
    with store.begin() as tx:
        tx.forget_devices(account_id)
    assert system.rows("SELECT 1 FROM known_device") == []


def test_devices_used_codes_and_failures_lapse(system: System) -> None:
    system.active_agent()
    know(system, "cookie")
    guess(system, LIMITS.per_account_and_source)
    guess(system, 1)
    code_of(lambda: sign_in(system, WRONG, solved=solve(system)))
    assert system.rows("SELECT 1 FROM used_challenge")
    system.clock.advance(days=365, minutes=1)
    system.auth.sweep()
    left = "SELECT 1 FROM known_device UNION ALL SELECT 1 FROM used_challenge UNION ALL SELECT 1 FROM sign_in_failures"
    assert system.rows(left) == []


def test_who_is_known_or_solved_a_code_does_not_wait_behind_those_who_guess(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_ahead: list[bool] = []

    def noted(_hasher: Argon2Hasher, _hash: str, password: str, *, ahead: bool) -> bool:
        waits_ahead.append(ahead)
        return password == PASSWORD

    system.active_agent()
    know(system, "cookie")
    verify(system, PASSWORD)
    monkeypatch.setattr(Argon2Hasher, "verify", noted)
    guess(system, LIMITS.per_account_and_source)
    sign_in(system, PASSWORD, client(device="cookie"))
    sign_in(system, PASSWORD, solved=solve(system))
    verify(system, PASSWORD)
    refused(ErrorCode.BAD_CREDENTIALS, lambda: verify(system, WRONG, client(HOME)))
    assert waits_ahead == [False] * LIMITS.per_account_and_source + [True, True, True, False]


@pytest.mark.parametrize("crowd", [(1_000, 0.1), (1, 2.0)])
@pytest.mark.parametrize("login", [OWNER, "personne.inconnue"])
def test_in_a_crowd_more_is_asked_for_from_who_is_not_known(
    system: System, monkeypatch: pytest.MonkeyPatch, login: str, crowd: tuple[int, float]
) -> None:
    system.active_agent()
    know(system, "cookie")
    verify(system, PASSWORD)
    monkeypatch.setattr(Bounded, "waiting_behind", crowd)
    error = refused(ErrorCode.CHALLENGE_REQUIRED, partial(sign_in, system, WRONG, None, login))
    assert error.details == {"difficulty": LIMITS.difficulty}
    refused(ErrorCode.SLOW_DOWN, partial(verify, system, WRONG, client(HOME), login))
    refused(ErrorCode.BAD_CREDENTIALS, lambda: sign_in(system, WRONG, None, login, solve(system)))
    assert sign_in(system, PASSWORD, client(device="cookie")).signed_in
    assert sign_in(system, PASSWORD, solved=solve(system)).signed_in
    assert verify(system, PASSWORD)
    counted = system.rows("SELECT max(failures) AS most FROM sign_in_failures")
    assert counted == [{"most": 1}]
    assert system.rows("SELECT 1 FROM trail_line WHERE action = 'slowed-down'") == []
