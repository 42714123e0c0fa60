"""From « J’ai perdu mon mot de passe » to a new one, and what it tells to whoever is not the person."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

from contracts.account import AccountRequest, CodesRequest, RecoveryEmail
from contracts.auth import Client, SignedIn, SolvedChallenge
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import (
    ChallengeRequest,
    CodeRedemption,
    EmailConfirmation,
    Identification,
    PasswordReset,
    RecoveryStarted,
)
from services.auth.application.make_recovery_codes import CODES
from services.auth.domain.challenge import is_worked, read_challenge, work
from services.auth.domain.digests import KeyRing
from services.auth.tests.letterbox import Sending
from services.auth.tests.statements import Statement, watched_statements
from services.auth.tests.system import KEY, NUMEN, PASSWORD, System, holder, refused, token

OTHER_NUMEN, NEW_NUMEN, NOBODYS_NUMEN = "34S2600001XYZ", "34S2600002XYZ", "99Z9999999ZZZ"
BIRTH_DATE = "1984-03-05"
NEW = "guirlande orange dix"
RESET = "Choisir un nouveau mot de passe"
CHANGED = "Votre mot de passe a changé"
KEYS = KeyRing((bytes.fromhex(KEY),))
SOURCE = Client(source="198.51.100.9", user_agent="Navigateur")


def solve(system: System, difficulty: int = 0) -> SolvedChallenge:
    given = system.auth.new_challenge(ChallengeRequest())
    challenge = read_challenge(KEYS, given.token, system.clock())
    assert challenge is not None
    nonce = work(given.token, max(given.difficulty, difficulty))
    return SolvedChallenge(token=given.token, typed=challenge.code, nonce=nonce)


def identify(
    system: System, numen: str = NUMEN, birth_date: str = BIRTH_DATE, solved: SolvedChallenge | None = None
) -> RecoveryStarted:
    request = Identification(
        numen=SecretStr(numen),
        birth_date=SecretStr(birth_date),
        solved=solved or solve(system),
        client=SOURCE,
    )
    return system.auth.identify(request)


def reset(system: System, ticket: str, password: str = NEW) -> SignedIn:
    request = PasswordReset(ticket=SecretStr(ticket), password=SecretStr(password), client=SOURCE)
    return system.auth.reset_password(request)


def redeem(system: System, started: RecoveryStarted, code: str) -> str:
    request = CodeRedemption(recovery=started.recovery, code=SecretStr(code), client=SOURCE)
    return system.auth.redeem_code(request).ticket.get_secret_value()


def enrol(system: System, mails: Sending, signed_in: SignedIn) -> None:
    request = RecoveryEmail(holder=holder(signed_in), current=SecretStr(PASSWORD), address="camille@exemple.fr")
    system.auth.set_recovery_email(request)
    mails.all_due()
    system.auth.confirm_email(EmailConfirmation(token=SecretStr(mails.letterbox.token())))
    mails.letterbox.mails.clear()


def codes(system: System, signed_in: SignedIn) -> list[str]:
    made = system.auth.make_recovery_codes(CodesRequest(holder=holder(signed_in), current=SecretStr(PASSWORD)))
    return [code.get_secret_value() for code in made.codes]


def codes_left(system: System, signed_in: SignedIn) -> int:
    return system.auth.view_account(AccountRequest(holder=holder(signed_in))).means.codes_left


def actions(system: System) -> list[str]:
    return [row["action"] for row in system.rows("SELECT action FROM trail_line ORDER BY month, number")]


def test_by_mail_to_a_new_password_and_everything_else_ends(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    enrol(system, mails, signed_in)
    identify(system, " 10e98 12345 abc", "05/03/1984")
    assert mails.all_due() == [("camille@exemple.fr", RESET)]
    again = reset(system, mails.letterbox.token())
    assert again.agent == signed_in.agent
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(signed_in)))
    refused(ErrorCode.BAD_CREDENTIALS, system.sign_in)
    assert system.sign_in(password=NEW)
    assert mails.all_due() == [("camille@exemple.fr", CHANGED)]
    assert actions(system).index("recovery-asked") < actions(system).index("recovery-link-sent")
    assert actions(system).index("recovery-link-sent") < actions(system).index("password-reset")


def test_by_a_printed_code(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    printed = codes(system, signed_in)
    assert len(printed) == len(set(printed)) == CODES
    assert codes_left(system, signed_in) == CODES
    again = reset(system, redeem(system, identify(system), printed[3].lower().replace("-", " ")))
    assert codes_left(system, again) == CODES - 1
    refused(ErrorCode.BAD_CODE, lambda: redeem(system, identify(system), printed[3]))
    assert "recovery-code-used" in actions(system)


def test_new_codes_void_the_earlier_ones(system: System) -> None:
    signed_in = system.active_agent()
    earlier, newer = codes(system, signed_in), codes(system, signed_in)
    assert codes_left(system, signed_in) == CODES
    refused(ErrorCode.BAD_CODE, lambda: redeem(system, identify(system), earlier[0]))
    assert redeem(system, identify(system), newer[0])


def test_codes_take_the_current_password(system: System) -> None:
    signed_in = system.active_agent()
    wrong = CodesRequest(holder=holder(signed_in), current=SecretStr("mauvais"))
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.make_recovery_codes(wrong))
    assert codes_left(system, signed_in) == 0


def test_a_link_serves_once_for_a_quarter_of_an_hour_and_only_the_newest(system: System, mails: Sending) -> None:
    enrol(system, mails, system.active_agent())
    for _ in range(2):
        identify(system)
        mails.all_due()
    refused(ErrorCode.TICKET_EXPIRED, lambda: reset(system, mails.letterbox.token(0)))
    system.clock.advance(minutes=15)
    refused(ErrorCode.TICKET_EXPIRED, lambda: reset(system, mails.letterbox.token(1)))
    identify(system)
    mails.all_due()
    reset(system, mails.letterbox.token())
    refused(ErrorCode.TICKET_EXPIRED, lambda: reset(system, mails.letterbox.token(2)))
    for wrong in ("", "x" * 5_000, mails.letterbox.token(2) + "x"):
        refused(ErrorCode.TICKET_EXPIRED, partial(reset, system, wrong))


def test_a_weak_password_is_refused_with_advice_and_the_ticket_lives_on(system: System, mails: Sending) -> None:
    enrol(system, mails, system.active_agent())
    identify(system)
    mails.all_due()
    ticket = mails.letterbox.token()
    error = refused(ErrorCode.WEAK_PASSWORD, lambda: reset(system, ticket, "court"))
    assert error.details == {"advice": ["too-short"]}
    assert reset(system, ticket)


def test_what_was_begun_before_leads_nowhere_once_the_password_is_new(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    printed = codes(system, signed_in)
    enrol(system, mails, signed_in)
    first, other = identify(system), identify(system)
    ticket = redeem(system, first, printed[0])
    reset(system, ticket)
    refused(ErrorCode.BAD_CODE, lambda: redeem(system, other, printed[1]))
    assert mails.all_due() == [("camille@exemple.fr", CHANGED)], "links that were owed are owed no more"


def test_whoever_was_suspended_meanwhile_resets_nothing(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    printed = codes(system, signed_in)
    started = identify(system)
    ticket = redeem(system, started, printed[0])
    with system.database.transaction() as tx:
        tx.execute("UPDATE account SET state = 'suspended'")
    refused(ErrorCode.TICKET_EXPIRED, lambda: reset(system, ticket))
    refused(ErrorCode.BAD_CODE, lambda: redeem(system, started, printed[1]))


@pytest.mark.parametrize(
    ("numen", "birth_date", "fields"),
    [
        ("10E98", BIRTH_DATE, ["numen"]),
        (NUMEN, "1984-02-31", ["birth_date"]),
        ("", "", ["numen", "birth_date"]),
        (NOBODYS_NUMEN + "A", "2090-01-01", ["numen", "birth_date"]),
    ],
)
def test_what_has_no_possible_form_is_told_by_its_fields(
    system: System, numen: str, birth_date: str, fields: list[str]
) -> None:
    solved = solve(system)
    error = refused(ErrorCode.INVALID_REQUEST, lambda: identify(system, numen, birth_date, solved))
    assert (error.details, error.detail) == ({"fields": fields}, "")
    assert identify(system, solved=solved), "the displayed code was not used up"


def everybody(system: System, mails: Sending) -> dict[str, tuple[str, str]]:
    """NUMEN and birth date of somebody of each kind."""
    system.import_line(numen=OTHER_NUMEN, prenom="Basile")
    system.activate(system.ticket("basile.brindacier", OTHER_NUMEN))
    with system.database.transaction() as tx:
        tx.execute("UPDATE account SET state = 'suspended'")
    system.import_line(numen=NEW_NUMEN, prenom="Céleste")
    signed_in = system.active_agent()
    enrol(system, mails, signed_in)
    codes(system, signed_in)
    return {
        "known": (NUMEN, BIRTH_DATE),
        "known, another date": (NUMEN, "1984-03-06"),
        "suspended": (OTHER_NUMEN, BIRTH_DATE),
        "never activated": (NEW_NUMEN, BIRTH_DATE),
        "unknown": (NOBODYS_NUMEN, BIRTH_DATE),
    }


def differences(seen: dict[str, Any]) -> dict[str, Any]:
    first = next(iter(seen.values()))
    return {who: what for who, what in seen.items() if what != first}


def test_identifying_costs_the_same_statements_and_rows_whoever_it_is(
    system: System, mails: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: dict[str, list[Statement]] = {}
    rows: dict[str, list[int]] = {}
    for who, (numen, birth_date) in everybody(system, mails).items():
        solved, before = solve(system), counts(system)
        with watched_statements(monkeypatch) as seen:
            identify(system, numen, birth_date, solved)
        statements[who] = seen
        rows[who] = [after - earlier for earlier, after in zip(before, counts(system), strict=True)]
    assert differences(statements) == {}
    assert differences(rows) == {}


def counts(system: System) -> list[int]:
    tables = ("recovery_attempt", "notice", "trail_line", "reset_ticket", "used_challenge")
    return [int(system.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"]) for table in tables]  # noqa: S608


def test_a_wrong_code_costs_the_same_statements_whoever_it_is(
    system: System, mails: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: dict[str, list[Statement]] = {}
    errors: dict[str, tuple[object, ...]] = {}
    for who, (numen, birth_date) in everybody(system, mails).items():
        started = identify(system, numen, birth_date)
        for code in ("2222-2222-2222-2222-2222", "pas un code"):
            with watched_statements(monkeypatch) as seen:
                error = refused(ErrorCode.BAD_CODE, partial(redeem, system, started, code))
            statements[f"{who} {code}"] = seen
            errors[f"{who} {code}"] = (error.detail, error.details, error.retryable)
    assert differences(statements) == {}
    assert differences(errors) == {}


def test_only_the_active_person_with_that_date_gets_a_mail(system: System, mails: Sending) -> None:
    for who, (numen, birth_date) in everybody(system, mails).items():
        identify(system, numen, birth_date)
        assert mails.all_due() == ([("camille@exemple.fr", RESET)] if who == "known" else []), who


def test_the_displayed_code_is_always_asked_for_and_serves_once(system: System) -> None:
    system.active_agent()
    solved = solve(system)
    identify(system, solved=solved)
    refused(ErrorCode.CHALLENGE_REQUIRED, lambda: identify(system, solved=solved))
    wrong = solve(system).model_copy(update={"typed": "0"})
    refused(ErrorCode.CHALLENGE_REQUIRED, lambda: identify(system, solved=wrong))


def lazy(system: System) -> SolvedChallenge:
    """Solved with not one bit more of work than the challenge itself says."""
    while True:
        solved = solve(system)
        given = read_challenge(KEYS, solved.token, system.clock())
        assert given is not None
        if not is_worked(solved.token, solved.nonce, given.difficulty + 1):
            return solved


def test_whoever_tries_many_times_works_more_and_is_never_locked_out(system: System) -> None:
    system.active_agent()
    asked = []
    for _ in range(22):
        try:
            identify(system, solved=lazy(system))
        except ServiceError as error:
            assert error.code == ErrorCode.CHALLENGE_REQUIRED
            asked.append(int(str(error.details["difficulty"])))
            identify(system, solved=solve(system, asked[-1]))
    assert asked == sorted(asked)
    assert asked[0] < asked[-1]


def test_guesses_at_codes_slow_down_within_a_recovery(system: System) -> None:
    signed_in = system.active_agent()
    printed = codes(system, signed_in)
    started = identify(system)
    guess: Callable[[], object] = lambda: redeem(system, started, "2222-2222-2222-2222-2222")  # noqa: E731
    for _ in range(10):
        refused(ErrorCode.BAD_CODE, guess)
    refused(ErrorCode.SLOW_DOWN, guess)
    assert redeem(system, identify(system), printed[0]), "another recovery goes on"
