"""Hashes become dearer: those that were kept follow when their holder signs in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from chassis.settings import institution
from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters import hasher as hashing
from services.auth.adapters.hasher import Argon2Hasher
from services.auth.bootstrap import build
from services.auth.tests.system import PASSWORD, System, holder, refused, settings


@pytest.fixture
def dearer(system: System, settings_file: Path) -> System:
    """The same system after AUTH_ARGON2_TIME_COST rose from 1 to 2."""
    raised = settings(system.url, auth_argon2_time_cost=2)
    auth = build(raised, institution(str(settings_file)), system.database, clock=system.clock)
    return replace(system, auth=auth)


def parameters(system: System) -> str:
    return str(system.rows("SELECT password_hash FROM account")[0]["password_hash"].split("$")[3])


def test_the_next_sign_in_renews_the_hash_once(system: System, dearer: System) -> None:
    system.active_agent()
    assert parameters(system) == "m=8192,t=1,p=1"
    refused(ErrorCode.BAD_CREDENTIALS, lambda: dearer.sign_in(password="mauvais mot de passe"))
    assert parameters(system) == "m=8192,t=1,p=1"
    changed_at = system.rows("SELECT password_changed_at, changed_at FROM account")
    dearer.sign_in()
    assert parameters(system) == "m=8192,t=2,p=1"
    assert system.rows("SELECT password_changed_at, changed_at FROM account") == changed_at
    kept = system.rows("SELECT password_hash FROM account")
    dearer.sign_in()
    assert system.rows("SELECT password_hash FROM account") == kept


def test_cheaper_parameters_make_no_hash_cheaper(system: System, dearer: System) -> None:
    system.active_agent()
    dearer.sign_in()
    system.sign_in()
    assert parameters(system) == "m=8192,t=2,p=1"


def test_several_sign_ins_at_once_all_succeed(system: System, dearer: System) -> None:
    system.active_agent()
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: dearer.sign_in(), range(8)))
    assert len({signed_in.token.get_secret_value() for signed_in in opened}) == 8
    assert parameters(system) == "m=8192,t=2,p=1"
    assert dearer.sign_in()


def test_no_session_ends_and_nobody_is_told(system: System, dearer: System) -> None:
    mine = system.active_agent()
    told = system.rows("SELECT routing_key FROM outbox")
    dearer.sign_in()
    assert system.rows("SELECT routing_key FROM outbox") == told
    assert dearer.auth.confirm_holder(holder(mine), SecretStr(PASSWORD))


def test_when_no_hash_comes_free_the_sign_in_stands(
    system: System, dearer: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overloaded(*_: object) -> str:
        raise ServiceError(ErrorCode.UNAVAILABLE, retryable=True)

    system.active_agent()
    monkeypatch.setattr(Argon2Hasher, "hash", overloaded)
    assert dearer.sign_in()
    assert parameters(system) == "m=8192,t=1,p=1"


def test_an_older_hash_costs_as_much_to_verify_as_todays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise, while parameters rise, an answer that comes sooner tells that the account exists."""
    spent: list[int] = []
    monkeypatch.setattr(
        hashing, "hash_secret_raw", lambda secret, salt, passes, memory_kib, *_: spent.append(passes * memory_kib)
    )
    today = Argon2Hasher(time_cost=3, memory_kib=16_384, threads=1)
    for time_cost, memory_kib in ((1, 8_192), (2, 16_384), (3, 8_192)):
        older = Argon2Hasher(time_cost=time_cost, memory_kib=memory_kib, threads=1)
        for password, right in ((PASSWORD, True), ("autre", False)):
            assert today.verify(older.hash(PASSWORD), password) is right
            assert spent.pop() + time_cost * memory_kib == pytest.approx(3 * 16_384, abs=8)
    for same in (today.dummy, today.hash(PASSWORD)):
        today.verify(same, PASSWORD)
    assert spent == []
