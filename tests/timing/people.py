"""People of each kind in a system of their own: known and active, suspended, never activated, and nobody."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

import psycopg2
from argon2 import PasswordHasher

from deploy.local.layout import CHECKOUT
from deploy.local.system import System

DOMAIN = "ac-montpellier.example"
HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement"
ACTIVE, BARE, SUSPENDED, NEW, UNKNOWN = "known", "known, nothing enrolled", "suspended", "never activated", "unknown"
KINDS = (ACTIVE, BARE, SUSPENDED, NEW, UNKNOWN)
OF_EACH = 10


@dataclass(frozen=True, slots=True)
class Person:
    kind: str
    login: str
    numen: str
    birth_date: str


def people() -> list[Person]:
    """Some of each kind: no row is so warm as that of one who is asked for again and again."""
    return [
        Person(
            kind,
            f"zoe.essai{_letters(number)}@{DOMAIN}",
            f"34S26{number:05}XYZ",
            f"19{50 + number % 50}-{1 + number % 12:02}-{1 + number % 28:02}",
        )
        for number, kind in zip(range(OF_EACH * len(KINDS)), cycle(KINDS), strict=False)
    ]


def settle(system: System, everybody: Sequence[Person], time_cost: int, memory_kib: int) -> None:
    """Makes them in the system: by the administration's file, and the rest by one hash for all, which nobody's password
    belongs to."""
    lines = "".join(
        f"{person.login.partition('@')[0].partition('.')[2]};Zoé;{person.birth_date};{person.numen};administratif;0340042X;Gard\n"
        for person in everybody
        if person.kind != UNKNOWN
    )
    subprocess.run(
        [sys.executable, "-m", "services.auth.cli", "import", "-"],
        cwd=CHECKOUT,
        env=system.environment,
        input=f"{HEADER}\n{lines}",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    password_hash = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1).hash("personne")
    connection = psycopg2.connect(system.addresses.database_urls["auth"], connect_timeout=5)
    with connection, connection.cursor() as cursor:
        for person in everybody:
            if person.kind in (ACTIVE, BARE, SUSPENDED):
                state = "suspended" if person.kind == SUSPENDED else "active"
                cursor.execute(
                    "UPDATE account SET state = %s, password_hash = %s, password_changed_at = now() WHERE address = %s",
                    (state, password_hash, person.login),
                )
                if cursor.rowcount != 1:
                    raise LookupError("a person of the test was not imported")
            if person.kind == ACTIVE:
                cursor.execute(
                    "INSERT INTO recovery_email (account_id, confirmed, address, set_at)"
                    " SELECT account_id, true, 'zoe@exemple.example', now() FROM account WHERE address = %s",
                    (person.login,),
                )
    connection.close()


def _letters(number: int) -> str:
    """Digits would be taken for a homonym's number."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
