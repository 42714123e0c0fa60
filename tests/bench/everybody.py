"""One message to everybody (`python -m tests.bench.everybody [--agents 50000]`): into the spool in one commit, then
account by account by the real mail-delivery, which is killed once on the way. Says how long each takes, how long the
longest transaction and the longest wait for a lock were meanwhile, and whether the counts are exact.
"""

import argparse
import os
import secrets
import signal
import sys
import time
from datetime import UTC, datetime

from chassis.blobs.files import FileBlobStore
from chassis.db import Database
from deploy.local.layout import CHECKOUT
from deploy.local.programs import PROGRAMS
from deploy.local.system import Options, System, erase
from services.mail.adapters.spool import PostgresSpool
from services.mail.application.spool import NewSpoolEntry
from services.mail.domain.spool_id import new_spool_id
from services.mail.domain.trace import received_by_submission, return_path
from services.mail.tests.many_accounts import open_accounts
from tests.bench.accounting import cpu_ms

PARTS = ("mail-parser", "mail-delivery")
NO_BROKER = "amqp://nobody@127.0.0.1:1/none"
DOMAIN, SENDER = "ac.example", "rectorat@ac.example"
ORIGINAL = f"From: {SENDER}\r\nSubject: Rentrée des personnels\r\n\r\n".encode() + b"Bonjour,\r\n" * 200
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 3_600.0
WATCH = """
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 AS longest,
       coalesce(max(extract(epoch FROM clock_timestamp() - query_start)) FILTER (WHERE wait_event_type = 'Lock'),
                0)::float8 AS waited
FROM pg_stat_activity WHERE application_name = 'mail-delivery' AND xact_start IS NOT NULL
"""
INBOXES = """
SELECT total_emails, unread_emails, total_threads, count(*)::int FROM mailbox WHERE role = 'inbox' GROUP BY 1, 2, 3
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=50_000)
    agents = parser.parse_args(arguments).agents
    home = CHECKOUT / ".test" / f"bench-{secrets.token_hex(3)}"
    programs = tuple(program for program in PROGRAMS if program.name in PARTS)
    system = System(Options(home=home, programs=programs, databases=("mail",), amqp_url=NO_BROKER, preferred_ports={}))
    try:
        with system:
            system.start_servers()
            system.wait_for_databases()
            system.migrate()
            return 0 if _measure(system, agents) else 1
    finally:
        erase(system.layout)


def _measure(system: System, agents: int) -> bool:
    database = Database(system.addresses.database_urls["mail"], size=2, statement_timeout_ms=120_000)
    began = time.monotonic()
    with database.transaction() as tx:
        recipients = open_accounts(tx, agents)
    _tell(f"{agents} accounts", began)
    began = time.monotonic()
    _post(system, database, recipients)
    _tell("into the spool, one commit", began)
    system.start_services()
    system.wait_until_ready()
    exact = _deliver(system, database, agents)
    database.close()
    return exact


def _post(system: System, database: Database, recipients: list[tuple[str, str | None]]) -> None:
    blob, spool_id = FileBlobStore(system.addresses.blobs).put(ORIGINAL), new_spool_id()
    entry = NewSpoolEntry(
        id=spool_id,
        sha256=blob.sha256,
        size=blob.size,
        trace=return_path(SENDER) + received_by_submission(host=DOMAIN, spool_id=spool_id, at=datetime.now(UTC)),
        mail_from=SENDER,
        source="bench",
        submitter_id=None,
        submission_id=None,
        recipients=recipients,
    )
    with database.transaction() as tx:
        PostgresSpool().add(tx, entry)


def _deliver(system: System, database: Database, agents: int) -> bool:
    began, longest, waited, killed = time.monotonic(), 0.0, 0.0, False
    spent = 0.0
    while _number(database, "SELECT count(*) AS n FROM spool"):
        with database.transaction() as tx:
            seen = tx.only(WATCH)
        longest, waited = max(longest, seen["longest"]), max(waited, seen["waited"])
        if not killed and _number(database, "SELECT count(*) AS n FROM spool_recipient WHERE delivered") > agents // 3:
            pids = system.pids("mail-delivery")
            spent += cpu_ms(pids)
            os.kill(pids[0], signal.SIGKILL)
            killed = True
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise TimeoutError("the spool is not empty")
        time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - began
    spent += cpu_ms(system.pids("mail-delivery"))
    _tell(f"into {agents} mailboxes, killed once: {agents / seconds:.0f}/s", began)
    print(f"  CPU of mail-delivery {spent / agents:.2f} ms a recipient (PostgreSQL's apart)")
    print(f"  longest transaction {longest:.2f} s, longest wait for a lock {waited:.2f} s")
    with database.transaction() as tx:
        inboxes = tx.tuples(INBOXES)
    messages = _number(database, "SELECT count(*) AS n FROM message")
    print(f"  inboxes (total, unread, threads, how many): {inboxes}; rows of message: {messages}", flush=True)
    return inboxes == [(1, 1, 1, agents)] and messages == 1


def _number(database: Database, sql: str) -> int:
    with database.transaction() as tx:
        return int(tx.only(sql)["n"])


def _tell(what: str, began: float) -> None:
    print(f"{what:<60} {time.monotonic() - began:8.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
