"""mail-smtp as a real process: memory, a database that goes away, several processes on one port, its end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2
import pytest

from chassis.db import Database
from contracts.auth import AccountCreated, Agent, DirectoryPosition
from deploy.local.layout import CHECKOUT
from deploy.local.ports import is_free
from deploy.local.readiness import is_ready
from services.mail.adapters.store.accounts import Accounts
from services.mail.tests.flow.wire import Wire
from tests.integration.smtp_cut import Cut

ADDRESS = "jean.test@ac-montpellier.example"
ENVELOPE = f"""
C: MAIL FROM:<paul@dehors.example>
S: 250 *
C: RCPT TO:<{ADDRESS}>
S: 250 *
C: DATA
S: 354 *
"""
MEGABYTE = 1_000_000


class Post:
    """The process, its port, its database."""

    def __init__(self, url: str, environment: dict[str, str], cut: Cut) -> None:
        self.url = url
        self.environment = environment
        self.cut = cut
        self.port = int(environment["SMTP_PORT"])
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> "subprocess.Popen[bytes]":
        health = _free_port()
        process = subprocess.Popen(
            [sys.executable, "-m", "services.mail.entrypoints.smtp"],
            cwd=CHECKOUT,
            env=self.environment | {"HEALTH_PORT": str(health)},
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        _until(lambda: is_ready(health))
        return process

    def connect(self) -> Wire:
        wire = Wire(socket.create_connection(("127.0.0.1", self.port), timeout=30))
        wire.talk("S: 220 *\nC: HELO test\nS: 250 *")
        return wire

    def fill(self, octets: int, emails: int, limit: int | None) -> None:
        """What the mailbox holds from now on, and its own limit in octets."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE account_state SET used_octets = %s, used_emails = %s, hard_octets = %s",
                    (octets, emails, limit),
                )
        finally:
            connection.close()

    def spooled(self) -> list[tuple[str, int]]:
        connection = psycopg2.connect(self.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT sha256, size FROM spool ORDER BY id")
                return cursor.fetchall()
        finally:
            connection.close()


@pytest.fixture
def post(
    database_url: Callable[[str], str], settings_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Post]:
    url = database_url("mail")
    database = Database(url, size=1)
    agent = Agent(
        account_id="atest", address=ADDRESS, given_name="", family_name="", category="", uai="", departement=""
    )
    with database.transaction() as tx:
        Accounts().apply(tx, AccountCreated(sequence=1, agent=agent, state="active"))
        Accounts().position(tx, DirectoryPosition(sequence=1, at=time.time()))
    database.close()
    parts = urlsplit(url)
    with Cut(parts.hostname or "", parts.port or 5432) as cut:
        through = parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{cut.port}")
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(CHECKOUT),
            "WEBMAIL_SETTINGS": str(settings_file),
            "MAIL_DATABASE_URL": urlunsplit(through),
            "BLOB_ROOT": str(_blobs(tmp_path_factory)),
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(_free_port()),
        }
        office = Post(url, environment, cut)
        office.start()
        try:
            yield office
        finally:
            for process in office.processes:
                process.kill()
                process.wait(10)


def test_a_full_mailbox_is_asked_for_later_and_takes_mail_once_it_has_room(post: Post) -> None:
    ask = f"C: MAIL FROM:<paul@dehors.example>\nS: 250 *\nC: RCPT TO:<{ADDRESS}>\n"
    with post.connect() as wire:
        for octets, emails, limit, reply in (
            (10_000_000_000, 1, None, "452 4.2.2 *"),
            (9_999_999_999, 1, None, "250 *"),
            (5_000, 1, 5_000, "452 4.2.2 *"),
            (4_999, 1, 5_000, "250 *"),
            (0, 2_000_000, None, "452 4.2.2 *"),
        ):
            post.fill(octets, emails, limit)
            wire.talk(f"{ask}S: {reply}\nC: RSET\nS: 250 *")


def test_data_without_an_end_of_line_stays_out_of_memory(post: Post) -> None:
    """60 MB in one line where 25 MB are allowed."""
    process = psutil.Process(post.processes[0].pid)
    before = most = process.memory_info().rss
    with post.connect() as wire:
        wire.talk(ENVELOPE)
        for _ in range(60):
            wire.send(b"x" * MEGABYTE)
            most = max(most, process.memory_info().rss)
        wire.send(b"\r\n.\r\n")
        wire.expect("552 5.3.4 *")
        wire.talk("C: NOOP\nS: 250 *")
    assert most < 100 * MEGABYTE
    assert most - before < 20 * MEGABYTE
    assert post.spooled() == []


def test_a_large_message_is_taken_and_stays_out_of_memory(post: Post) -> None:
    process = psutil.Process(post.processes[0].pid)
    before = most = process.memory_info().rss
    line = b"y" * 998 + b"\r\n"
    with post.connect() as wire:
        wire.talk(ENVELOPE)
        for _ in range(20):
            wire.send(line * 1_000)
            most = max(most, process.memory_info().rss)
        wire.send(b".\r\n")
        wire.expect("250 2.0.0 *")
    assert [size for _, size in post.spooled()] == [20 * MEGABYTE]
    assert most - before < 20 * MEGABYTE


def test_a_database_that_goes_away_means_451_until_it_is_back(post: Post) -> None:
    with post.connect() as wire:
        wire.talk(ENVELOPE)
        post.cut.cut()
        wire.talk("C: Subject: x\nC: .\nS: 451 4.3.0 *")
        wire.talk(f"C: MAIL FROM:<>\nS: 250 *\nC: RCPT TO:<{ADDRESS}>\nS: 451 4.3.0 *\nC: RSET\nS: 250 *")
        post.cut.mend()
        wire.talk(ENVELOPE + "C: Subject: x\nC: .\nS: 250 2.0.0 *")
    assert len(post.spooled()) == 1


def test_half_closed_clients_get_their_reply_and_cut_off_ones_their_message(post: Post) -> None:
    with post.connect() as wire:
        wire.talk(ENVELOPE)
        wire.send(b"half\r\n.\r\n")
        wire.connection.shutdown(socket.SHUT_WR)
        wire.expect("250 2.0.0 *")
        wire.expect_end()
    with post.connect() as wire:
        wire.talk(ENVELOPE)
        wire.send(b"no end\r\n")
        wire.connection.shutdown(socket.SHUT_WR)
        wire.expect_end()
    assert len(post.spooled()) == 1


def test_several_processes_share_the_port(post: Post) -> None:
    post.start()
    wires = [post.connect() for _ in range(30)]
    served = {process.pid for process in post.processes if _connections(process.pid, post.port)}
    for wire in wires:
        wire.talk(ENVELOPE + "C: x\nC: .\nS: 250 *")
        wire.__exit__()
    assert len(served) == 2
    assert len(post.spooled()) == 30


def test_it_ends_when_told_and_takes_no_more(post: Post) -> None:
    process = post.processes[0]
    with post.connect() as wire:
        wire.talk(ENVELOPE + "C: x\nC: .\nS: 250 *")
        process.send_signal(signal.SIGTERM)
        wire.expect("421 4.3.2 *")
        wire.expect_end()
    assert process.wait(8) == 0
    assert len(post.spooled()) == 1


def _connections(pid: int, port: int) -> int:
    listed = psutil.Process(pid).net_connections("tcp")
    return sum(one.status == "ESTABLISHED" and one.laddr[1] == port for one in listed)


def _blobs(factory: pytest.TempPathFactory) -> Path:
    """One folder for the module: making it takes thousands of folders."""
    folder = factory.getbasetemp() / "smtp-blobs"
    folder.mkdir(exist_ok=True)
    return folder


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    assert is_free(port)
    return port


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "did not happen in 20 s"
        time.sleep(0.05)
