"""What taking in the administration's file costs, on the command line: time and peak memory of a short one and of a
whole académie's, and that a second run of it changes nothing."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.db import Database
from deploy.local.layout import CHECKOUT
from deploy.local.system import Options, System, erase
from tests.bench import people

NAME = "import"
SHORT, WHOLE = 2_000, 60_000
NO_BROKER = "amqp://nobody@127.0.0.1:1/none"
"""The command line needs the database alone."""
TABLES = ("account", "activation", "address_ledger", "short_login_ledger", "trail_line", "outbox", "import_line")
HEAD = f"{'import':<28}{'people':>8}{'s':>8}{'CPU s':>8}{'people/s':>10}{'peak MB':>9}  it says"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu_seconds: float
    peak_mb: float
    said: str


class ChangedBySecondRunError(Exception):
    """The same file, taken in twice, was not the same as once."""


def measure(tell: Tell) -> None:
    home = CHECKOUT / ".test" / f"bench-{secrets.token_hex(3)}"
    options = Options(home=home, programs=(), databases=("auth",), amqp_url=NO_BROKER, preferred_ports={})
    system = System(options)
    try:
        with system:
            system.start_servers()
            system.wait_for_databases()
            system.migrate()
            _of_system(system, tell)
    finally:
        erase(system.layout)


def _of_system(system: System, tell: Tell) -> None:
    short, whole = _file(system, SHORT, WHOLE), _file(system, WHOLE, 0)
    tell(HEAD)
    tell(_row("a short file", SHORT, _import(system, short)))
    tell(_row("a whole académie", WHOLE, _import(system, whole)))
    before = _contents(system)
    tell(_row("the same again", WHOLE, _import(system, whole)))
    changed = [table for table, content in _contents(system).items() if content != before[table]]
    if changed:
        raise ChangedBySecondRunError(", ".join(changed))
    tell(f"the second run changed nothing in {', '.join(TABLES)}")


def _file(system: System, count: int, first: int) -> Path:
    path = system.layout.home / f"agents-{count}.csv"
    with path.open("w", encoding="utf-8") as file:
        people.write(file, count, first)
    return path


def _import(system: System, path: Path) -> Run:
    """Peak memory and CPU are those of the process alone."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "services.auth.cli", "import", str(path)]
    output = path.with_suffix(".out")
    with output.open("w") as said:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=system.environment, stdout=said)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    seconds, cpu = time.perf_counter() - begun, usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu, usage.ru_maxrss / 1024, output.read_text().splitlines()[-1])


def _contents(system: System) -> dict[str, tuple[int, str]]:
    """How many rows each table holds, and a digest of them all."""
    database = Database(system.addresses.database_urls["auth"], size=1, statement_timeout_ms=60_000)
    try:
        with database.transaction() as tx:
            return {table: _content(tx.only(_digest_of(table))) for table in TABLES}
    finally:
        database.close()


def _digest_of(table: str) -> str:
    lines = f"(SELECT md5(t::text) AS line FROM {table} t) lines"  # noqa: S608
    digest = "coalesce(md5(string_agg(line, '' ORDER BY line)), '')"
    return f"SELECT count(*) AS rows, {digest} AS digest FROM {lines}"  # noqa: S608


def _content(row: dict[str, object]) -> tuple[int, str]:
    return int(str(row["rows"])), str(row["digest"])


def _row(name: str, count: int, run: Run) -> str:
    rate = count / run.seconds
    return f"{name:<28}{count:8}{run.seconds:8.1f}{run.cpu_seconds:8.1f}{rate:10.0f}{run.peak_mb:9.1f}  {run.said}"
