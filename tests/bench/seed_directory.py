"""Fills the directory: account events as auth would publish them, taken in by the contacts service's own code."""

import os
import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from chassis.db import Database
from contracts.auth import AccountCreated, Agent
from contracts.base import new_account_id
from deploy.local.system import System
from services.contacts.adapters.store import directory_in
from services.contacts.application.take_in_account import take_in_account
from tests.bench.letters import SYLLABLES

CHUNK = 1_000
ESTABLISHMENTS = 400
FIRST_SEQUENCE = 1_000
GIVEN = (
    *("Marie", "Jean", "Sophie", "Nathalie", "Isabelle", "Pierre", "Michel", "Philippe", "Catherine", "Hélène"),
    *("Martine", "Alain", "Marc", "Marion", "Margaux", "Nicolas", "Julien", "Camille", "Émilie", "Aurélie"),
    *("Thomas", "Lucas", "Léa", "Manon", "Chloé", "Zoé", "Karim", "Fatima", "Mehdi", "Inès"),
    *("Jean-Pierre", "Anne-Marie", "Marie-Claude", "Benoît", "François", "Guillaume", "Mathilde", "Élodie", "Yann"),
)
SURNAMES = (
    *("Martin", "Bernard", "Dubois", "Durand", "Dupont", "Moreau", "Laurent", "Garcia", "Martinez", "Lefèvre"),
    *("Roux", "Fabre", "Blanc", "Rousseau", "Fournier", "Girard", "Marchand", "Marty", "Pons", "Vidal"),
)


def fill_directory(system: System, count: int) -> None:
    """Nobody is told of it: what the outbox would say of new address books is thrown away."""
    url = system.addresses.database_urls["contacts"]
    system.stop("contacts-outbox")
    database = Database(url, size=1, application_name="bench")
    with database.transaction() as tx:
        for number in range(ESTABLISHMENTS):
            directory_in(tx).save_establishment(_uai(number), f"Collège {_surname(random.Random(number))}")
    chunks = [(url, first, min(CHUNK, count - first)) for first in range(0, count, CHUNK)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as workers:
        list(workers.map(_take_in, chunks))
    with database.transaction() as tx:
        tx.execute("DELETE FROM outbox")
    database.close()
    system.start("contacts-outbox")


def _take_in(chunk: tuple[str, int, int]) -> None:
    url, first, count = chunk
    database = Database(url, size=1, application_name="bench")
    with database.transaction() as tx:
        for number in range(first, first + count):
            event = AccountCreated(sequence=FIRST_SEQUENCE + number, agent=_agent(number), state="active")
            take_in_account(directory_in(tx), event)
    database.close()


def _agent(number: int) -> Agent:
    draw = random.Random(f"agent {number}")
    given, family = draw.choice(GIVEN), _surname(draw)
    return Agent(
        account_id=new_account_id(),
        address=f"agent{number}@ac-montpellier.example",
        given_name=given,
        family_name=family,
        category=draw.choice(("enseignement", "direction", "administratif")),
        uai=_uai(draw.randrange(ESTABLISHMENTS)),
        departement=draw.choice(("Gard", "Hérault", "Aude", "Lozère", "Pyrénées-Orientales")),
    )


def _surname(draw: random.Random) -> str:
    return draw.choice(SURNAMES) if draw.random() < 0.2 else "".join(draw.choices(SYLLABLES, k=3)).title()


def _uai(number: int) -> str:
    return f"{340_000 + number:07d}A"
