"""Each process is given what its service needs, and nothing of another's."""

from pathlib import Path

import pytest

from deploy.local.layout import Layout
from deploy.local.programs import PROGRAMS, Addresses, Program, environment
from deploy.local.supervision import Entry, Supervisor

SECRETS = (
    *("AUTH_HMAC_KEY", "AUTH_VAPID_KEY", "AUTH_DATABASE_URL"),
    *("MAIL_DATABASE_URL", "CALENDAR_DATABASE_URL", "CONTACTS_DATABASE_URL"),
)
OWN = {
    "auth": {"AUTH_HMAC_KEY", "AUTH_VAPID_KEY", "AUTH_DATABASE_URL"},
    "mail": {"MAIL_DATABASE_URL"},
    "calendar": {"CALENDAR_DATABASE_URL"},
    "contacts": {"CONTACTS_DATABASE_URL"},
}


@pytest.fixture
def addresses(tmp_path: Path) -> Addresses:
    return Addresses(
        home=tmp_path,
        amqp_url="amqp://broker",
        database_urls={service: f"postgresql://{service}" for service in OWN},
        blobs=tmp_path / "blobs",
        sockets=tmp_path / "socket",
        outside=tmp_path / "outside",
        settings=tmp_path / "webmail.toml",
        auth_hmac_key="ab" * 32,
        auth_vapid_key="cd" * 32,
        ports={"web": 1, "smtp": 2, "outside": 3} | {f"health-{program.name}": 4 for program in PROGRAMS},
    )


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_no_secret_of_another_service(program: Program, addresses: Addresses) -> None:
    given = environment(program, addresses)
    assert {name for name in SECRETS if name in given} == OWN.get(program.service or "", set())


def test_nothing_of_the_caller_leaks(addresses: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_DATABASE_URL", "postgresql://somewhere-else")
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "1")
    assert all(
        not {"SECRET_OF_THE_SHELL"} & set(environment(program, addresses))
        and environment(program, addresses).get("MAIL_DATABASE_URL") in {None, "postgresql://mail"}
        for program in PROGRAMS
    )


def test_a_value_that_would_break_the_configuration_is_refused(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    with pytest.raises(ValueError, match="quote"):
        Supervisor(layout).launch([Entry("one", "services", "true", {"NAME": 'a"b'})])
