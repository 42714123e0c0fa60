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
from tests.bench.people import ESTABLISHMENTS, GIVEN, surname, uai

CHUNK = 1_000
FIRST_SEQUENCE = 1_000


def fill_directory(system: System, count: int) -> None:
    """Nobody is told of it: what the outbox would say of new address books is thrown away."""
    url = system.addresses.database_urls["contacts"]
    system.stop("contacts-outbox")
    database = Database(url, size=1, application_name="bench")
    with database.transaction() as tx:
        for number in range(ESTABLISHMENTS):
            directory_in(tx).save_establishment(uai(number), f"Collège {surname(random.Random(number))}")
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
    given, family = draw.choice(GIVEN), surname(draw)
    return Agent(
        account_id=new_account_id(),
        address=f"agent{number}@ac-montpellier.example",
        given_name=given,
        family_name=family,
        category=draw.choice(("enseignement", "direction", "administratif")),
        uai=uai(draw.randrange(ESTABLISHMENTS)),
        departement=draw.choice(("Gard", "Hérault", "Aude", "Lozère", "Pyrénées-Orientales")),
    )
