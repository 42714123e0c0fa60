"""Short identifiers: how they are made, that none is given twice, and that they sign in like the address."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.migrate import ROOT
from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters.agents_csv import read_agents
from services.auth.application.agent_row import COLUMNS
from services.auth.application.make_agent import RefusedAgentError
from services.auth.domain.address import UnspeakableNameError, base_local_part
from services.auth.domain.short_login import short_login_base, short_login_typed
from services.auth.tests.system import System
from tests.infra.databases import Databases

MIGRATIONS = ROOT / "services" / "auth" / "migrations"
THE_MIGRATION = "0011_short_login.sql"


@pytest.mark.parametrize(
    ("address", "short_login"),
    [
        ("camille.brindacier@ac.example", "cbrindac"),
        ("jean-francois.dales@ac.example", "jdales"),
        ("anne-marie.de-la-tour2@ac.example", "adelatou"),
        ("x.li@ac.example", "xli"),
        ("a.b.c-d@ac.example", "abcd"),
        ("admin@ac.example", "aadmin"),
        ("camille.123@ac.example", "c"),
        ("007@ac.example", "agent"),
    ],
)
def test_a_short_identifier_is_made_of_the_address(address: str, short_login: str) -> None:
    assert short_login_base(address) == short_login


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200), st.integers(1, 99_999))
def test_any_name_gives_a_short_identifier_that_can_be_typed(given_name: str, family_name: str, number: int) -> None:
    try:
        base = short_login_base(base_local_part(given_name, family_name))
    except UnspeakableNameError:
        return
    short_login = base if number == 1 else f"{base}{number}"
    assert 2 <= len(base) <= 8
    assert short_login_typed(f" {short_login.upper()} ") == short_login


@pytest.mark.parametrize("typed", ["", "camille.brindacier", "cbrindac@ac.example", "cbrindacier", "12", "é", "c\x00"])
def test_anything_else_is_no_short_identifier(typed: str) -> None:
    assert short_login_typed(typed) == ""


def test_it_signs_in_like_the_address(system: System) -> None:
    signed_in = system.active_agent()
    for login in ("cbrindac", " CBRINDAC", "camille.brindacier", "camille.brindacier@ac-montpellier.example"):
        assert system.sign_in(login).agent == signed_in.agent
    for login in ("cbrindac@ac-montpellier.example", "cbrindac2", "cbrinda"):
        with pytest.raises(ServiceError) as raised:
            system.sign_in(login)
        assert raised.value.code == ErrorCode.BAD_CREDENTIALS


def test_homonyms_are_numbered_and_none_comes_back(system: System) -> None:
    for number, given_name in enumerate(("Camille", "Chloé", "Camille")):
        system.import_line(numen=f"10E981234{number}ABC", prenom=given_name)
    assert short_logins(system) == ["cbrindac", "cbrindac2", "cbrindac3"]
    with system.database.transaction() as tx:
        tx.execute("DELETE FROM account WHERE short_login = 'cbrindac3'")
    system.import_line(numen="10E9812349ABC", prenom="Céleste")
    assert short_logins(system) == ["cbrindac", "cbrindac2", "cbrindac4"]
    with pytest.raises(psycopg2.errors.RaiseException), system.owner.transaction() as tx:
        tx.execute("DELETE FROM short_login_ledger")


def test_imports_side_by_side_give_none_twice(system: System) -> None:
    def one(part: int) -> int:
        lines = "".join(
            f"Martin;Jean;01/01/1970;{part:02}E98{number:05}AAA;direction;0340042X;Gard\n" for number in range(300)
        )
        file = io.BytesIO((";".join(COLUMNS) + "\n" + lines).encode())
        given = ((line.number, line.values, line.fault) for line in read_agents(file, COLUMNS))
        return system.auth.import_agents(given, lambda *_: None).created

    with ThreadPoolExecutor(6) as pool:
        made = pool.map(lambda name: make(system, f"{name}.martin"), ("jo", "jules", "jade"))
        created = pool.map(one, range(4))
        assert (sum(created), len(set(made))) == (1_200, 3)
    assert set(short_logins(system)) == {"jmartin", *(f"jmartin{number}" for number in range(2, 1_204))}


def test_no_text_means_two_agents(system: System) -> None:
    system.import_line()
    with pytest.raises(RefusedAgentError):
        make(system, "cbrindac")
    make(system, "btournes")
    system.import_line(numen="34S2600001XYZ", prenom="Basile", nom="Tournesol")
    assert short_logins(system) == ["bbtourne", "btournes2", "cbrindac"]


def test_guesses_do_not_tell_which_spellings_are_one_account(system: System) -> None:
    """They count by what was typed: counted by the account, a code asked for too early would say that there is one."""
    system.active_agent()

    def code_of(login: str) -> ErrorCode:
        with pytest.raises(ServiceError) as raised:
            system.sign_in(login, "essai")
        return raised.value.code

    for address, short in (("camille.brindacier", "cbrindac"), ("basile.tournesol", "btournes")):
        answers = [code_of(address) for _ in range(6)]
        assert answers[-1] == ErrorCode.CHALLENGE_REQUIRED
        assert code_of(short) == ErrorCode.BAD_CREDENTIALS


def test_accounts_from_before_get_the_same_ones(databases: Databases) -> None:
    empty_database = databases.empty()
    names = (
        "camille.brindacier",
        "chloe.brindacier",
        "jean.d-ales",
        "admin",
        "camille.123",
        "007",
        "a.b.c-d",
        "x-y.z9",
    )
    with psycopg2.connect(empty_database) as connection, connection.cursor() as cursor:
        for path in before(THE_MIGRATION):
            cursor.execute(path.read_text())
        for name in names:
            cursor.execute("INSERT INTO address_ledger (address, account_id) VALUES (%s, %s)", (f"{name}@ac", name))
            cursor.execute(
                "INSERT INTO account (account_id, address, given_name, family_name, category, uai, departement, state)"
                " VALUES (%s, %s, '', '', '', '', '', 'never_activated')",
                (name, f"{name}@ac"),
            )
    with psycopg2.connect(empty_database) as connection, connection.cursor() as cursor:
        cursor.execute((MIGRATIONS / THE_MIGRATION).read_text())
        cursor.execute("SELECT account_id, short_login FROM account")
        given = dict(cursor.fetchall())
        cursor.execute("SELECT base, last_number FROM short_login_series")
        series = dict(cursor.fetchall())
    expected = {name: short_login_base(f"{name}@ac") for name in names} | {"chloe.brindacier": "cbrindac2"}
    assert given == expected
    assert series == {base: 2 if base == "cbrindac" else 1 for base in expected.values() if base != "cbrindac2"}


def before(name: str) -> list[Path]:
    return [path for path in sorted(MIGRATIONS.glob("[0-9]*.sql")) if path.name < name]


def make(system: System, address: str) -> str:
    return system.auth.make_agent(
        address, "tambour des lilas", category="technique", uai="0340042X", departement="Gard"
    ).account_id


def short_logins(system: System) -> list[str]:
    return [row["short_login"] for row in system.rows("SELECT short_login FROM account ORDER BY short_login")]
