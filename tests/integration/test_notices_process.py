"""The process that sends auth's mails, killed again and again: every mail leaves, and none for ever."""

import os
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from functools import partial

import psycopg2
import pytest

from deploy.local.system import System
from tests.infra.processes import Processes
from tests.integration.browser import cli, eventually

AGENT = "zoe.fictif@ac-montpellier.example"
BATCH, KILLS = 12, 5


@pytest.fixture(scope="module")
def system(processes: Processes) -> Iterator[System]:
    with processes("auth-notices", "outside", AUTH_ARGON2_TIME_COST="1", AUTH_ARGON2_MEMORY_KIB="8192") as started:
        cli(started, "agent", "--address", AGENT, "--password-stdin", stdin="tambour des lilas")
        yield started


def run(system: System, sql: str, *params: object) -> list[tuple[int]]:
    url = system.addresses.database_urls["auth"]
    connection = psycopg2.connect(url, connect_timeout=5)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def owe(system: System, count: int, batch: int) -> None:
    """Each to an address of its own."""
    run(
        system,
        "INSERT INTO notice (kind, account_id, address, owed_at, due_at)"
        " SELECT 'address-changed', account_id, format('n%%s.%%s@courriel.example', n, %s::int), now(), now()"
        " FROM account, generate_series(1, %s) AS n WHERE account.address = %s",
        batch,
        count,
        AGENT,
    )


def unsent(system: System) -> int:
    return run(system, "SELECT count(*) FROM notice WHERE sent_at IS NULL")[0][0]


def hurry(system: System) -> None:
    """What was put off is due now."""
    run(system, "UPDATE notice SET due_at = now() WHERE sent_at IS NULL")


def arrived(system: System) -> Counter[str]:
    """How many mails left for each address."""
    found: Counter[str] = Counter()
    for path in system.addresses.outside.glob("*.eml"):
        lines = path.read_text(errors="replace").splitlines()
        found[next(line for line in lines if line.startswith("X-Envelope-To: "))] += 1
    return found


def test_killed_at_any_moment_it_neither_loses_a_mail_nor_sends_one_for_ever(system: System) -> None:
    for kill in range(KILLS):
        owe(system, BATCH, kill)
        first = len(arrived(system)) + 1
        eventually(partial(some_arrived, system, first))
        os.kill(system.pids("auth-notices")[0], signal.SIGKILL)
        system.wait_until_ready("auth-notices")
        hurry(system)
    eventually(lambda: not unsent(system))
    sent = arrived(system)
    assert len(sent) == BATCH * KILLS
    assert max(sent.values()) <= 1 + KILLS
    print(f"{len(sent)} mails, {KILLS} kills: {sent.total() - len(sent)} sent twice")


def some_arrived(system: System, count: int) -> bool:
    return len(arrived(system)) >= count


def test_without_a_relay_it_keeps_what_it_owes(system: System) -> None:
    system.stop("outside")
    before = arrived(system)
    owe(system, 1, KILLS)
    log = system.layout.logs / "auth-notices.log"
    eventually(lambda: "the relay does not answer" in log.read_text(errors="replace"))
    assert (unsent(system), arrived(system)) == (1, before)
    system.start("outside")
    eventually(partial(listens, system.addresses.ports["outside"]))
    hurry(system)
    eventually(lambda: not unsent(system))
    assert (arrived(system) - before).total() == 1


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
