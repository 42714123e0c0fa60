"""The current password, asked again before something that matters."""

from functools import partial

import pytest
from pydantic import SecretStr

from contracts.errors import ErrorCode, ServiceError
from services.auth.tests.system import PASSWORD, System, holder, refused, token


def test_the_current_password_confirms_the_holder(system: System) -> None:
    signed_in = system.active_agent()
    account = system.auth.confirm_holder(holder(signed_in), SecretStr(PASSWORD))
    assert account.agent == signed_in.agent


def test_another_password_does_not_and_the_trail_says_so(system: System) -> None:
    signed_in = system.active_agent()
    for wrong in ("lilas cheval tambours", "", "x" * 5_000):
        refused(ErrorCode.BAD_CREDENTIALS, partial(system.auth.confirm_holder, holder(signed_in), SecretStr(wrong)))
    lines = system.rows("SELECT made_by FROM trail_line WHERE action = 'password-check-failed'")
    assert [line["made_by"] for line in lines] == ["unknown"] * 3


def test_only_from_a_live_session_of_the_account(system: System) -> None:
    signed_in = system.active_agent()
    mine = holder(signed_in)
    for wrong in (
        mine.model_copy(update={"account_id": "aautrecompte"}),
        mine.model_copy(update={"session_id": "00" * 32}),
        mine.model_copy(update={"session_id": "pas un nombre"}),
        mine.model_copy(update={"session_id": ""}),
    ):
        refused(ErrorCode.NOT_FOUND, partial(system.auth.confirm_holder, wrong, SecretStr(PASSWORD)))
    system.auth.sign_out(token(signed_in))
    refused(ErrorCode.NOT_FOUND, lambda: system.auth.confirm_holder(mine, SecretStr(PASSWORD)))


def test_too_many_guesses_are_slowed_down(system: System) -> None:
    signed_in = system.active_agent()
    seen: list[ErrorCode] = []
    for _ in range(40):
        with pytest.raises(ServiceError) as raised:
            system.auth.confirm_holder(holder(signed_in), SecretStr("essai"))
        seen.append(raised.value.code)
    assert seen[0] == ErrorCode.BAD_CREDENTIALS
    assert seen[-1] == ErrorCode.SLOW_DOWN
