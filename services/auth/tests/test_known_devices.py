"""The value that a device's cookie is given, and whose device it becomes."""

import pytest
from pydantic import SecretStr

from contracts.account import PasswordChange
from contracts.auth import NO_SECRET, SignedIn
from services.auth.domain.digests import device_hash
from services.auth.tests.system import PASSWORD, System, holder

NUMEN_OF_ANOTHER = "34S2600001XYZ"


def knows(system: System, signed_in: SignedIn, device: SecretStr) -> bool:
    account_id = signed_in.agent.account_id
    digest = device_hash(account_id, device.get_secret_value())
    return bool(system.rows("SELECT 1 FROM known_device WHERE account_id = %s AND digest = %s", account_id, digest))


def test_a_device_gets_a_value_of_its_own_once(system: System) -> None:
    first = system.active_agent()
    second = system.sign_in()
    assert len(first.device.get_secret_value()) == 43
    assert first.device != second.device
    assert knows(system, first, first.device)
    again = system.sign_in(device=second.device)
    assert again.device == NO_SECRET
    assert knows(system, again, second.device)


def test_a_shared_computer_is_given_nothing_and_becomes_nobodys(system: System) -> None:
    mine = system.active_agent()
    system.import_line(numen=NUMEN_OF_ANOTHER, prenom="Basile")
    theirs = system.activate(system.ticket("basile.brindacier", NUMEN_OF_ANOTHER), "remparts orage cerise")
    before = system.rows("SELECT count(*) FROM known_device")
    assert system.sign_in(shared=True).device == NO_SECRET
    assert system.sign_in(shared=True, device=theirs.device).device == NO_SECRET
    assert not knows(system, mine, theirs.device)
    assert system.rows("SELECT count(*) FROM known_device") == before


def test_one_browser_may_be_known_to_several_agents(system: System) -> None:
    mine = system.active_agent()
    system.import_line(numen=NUMEN_OF_ANOTHER, prenom="Basile")
    system.activate(system.ticket("basile.brindacier", NUMEN_OF_ANOTHER), "remparts orage cerise")
    theirs = system.sign_in("basile.brindacier", "remparts orage cerise", device=mine.device)
    assert theirs.device == NO_SECRET
    assert knows(system, mine, mine.device)
    assert knows(system, theirs, mine.device)


@pytest.mark.parametrize("held", ["x", "é" * 43, "A" * 44, "A" * 10_000, "A" * 42 + "\x00"])
def test_what_is_no_value_of_ours_is_replaced(system: System, held: str) -> None:
    system.active_agent()
    signed_in = system.sign_in(device=SecretStr(held))
    assert len(signed_in.device.get_secret_value()) == 43
    assert not knows(system, signed_in, SecretStr(held))


def test_the_holders_change_of_password_keeps_the_devices(system: System) -> None:
    mine = system.active_agent()
    change = PasswordChange(
        holder=holder(mine, device=mine.device),
        current=SecretStr(PASSWORD),
        password=SecretStr("remparts orage cerise"),
    )
    changed = system.auth.change_password(change)
    assert changed.device == NO_SECRET
    assert knows(system, changed, mine.device)
