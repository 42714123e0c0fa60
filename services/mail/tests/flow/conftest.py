"""A mail database with two agents, a blob store, and what works on them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from chassis.blobs import BlobStore
from chassis.blobs.files import FileBlobStore
from chassis.db import Database
from contracts.auth import AccountCreated, Agent, DirectoryPosition
from services.mail.adapters.held import PostgresHeldMessages
from services.mail.adapters.outbound import PostgresOutboundQueue
from services.mail.adapters.spool import PostgresSpool
from services.mail.adapters.store.accounts import Accounts
from services.mail.adapters.store.store import PostgresMailstore
from services.mail.application.deliver_spooled import DeliverSpooled
from services.mail.application.failure_reports import FailureReports
from services.mail.application.relay_outside import RelayOutside
from services.mail.application.spool import NewSpoolEntry
from services.mail.domain.mime.summary import ParseSummary
from services.mail.domain.spool_id import new_spool_id
from services.mail.domain.trace import received_by_submission, return_path
from services.mail.parser.parse_request import parse
from services.mail.parser.protocol import ParseRequest

DOMAIN = "ac.example"
JEAN, MARIE, PAUL = "ajean", "amarie", "apaul"


@dataclass
class ParserInPlace:
    """What the pool's children do, without the pool. `failures` are raised first, one a call."""

    blobs: BlobStore
    failures: list[Exception] = field(default_factory=list)
    calls: int = 0

    def parse(self, sha256: str, trace: bytes = b"") -> ParseSummary:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return parse(self.blobs, ParseRequest.of(sha256, trace), "full")

    def compose(self, request: object) -> object:
        raise NotImplementedError


@dataclass
class Office:
    url: str
    database: Database
    blobs: BlobStore
    parser: ParserInPlace
    spool: PostgresSpool = field(default_factory=PostgresSpool)
    held: PostgresHeldMessages = field(default_factory=PostgresHeldMessages)
    outbound: PostgresOutboundQueue = field(default_factory=PostgresOutboundQueue)
    mailstore: PostgresMailstore = field(default_factory=PostgresMailstore)

    def delivery(self, postmaster: str = "") -> DeliverSpooled:
        return DeliverSpooled(self.database, self.spool, self.mailstore, self.parser, postmaster)  # type: ignore[arg-type]

    def relaying(self) -> RelayOutside:
        return RelayOutside(
            self.database,
            self.outbound,
            self.spool,
            self.mailstore,
            FailureReports(self.blobs, domain=DOMAIN, institution="Académie"),
        )

    def post(self, original: bytes, *recipients: tuple[str, str | None], submission: int | None = None) -> str:
        """A message in the spool; returns its id."""
        blob, spool_id = self.blobs.put(original), new_spool_id()
        entry = NewSpoolEntry(
            id=spool_id,
            sha256=blob.sha256,
            size=blob.size,
            trace=return_path("x@y.example")
            + received_by_submission(host=DOMAIN, spool_id=spool_id, at=datetime.now(UTC)),
            mail_from="x@y.example",
            source="test",
            submitter_id=None if submission is None else JEAN,
            submission_id=submission,
            recipients=recipients,
        )
        with self.database.transaction() as tx:
            self.spool.add(tx, entry)
        return spool_id

    def subjects(self, account_id: str) -> list[str]:
        sql = "SELECT subject FROM email JOIN message ON message.id = email.message_id WHERE account_id = %s"
        with self.database.transaction() as tx:
            return sorted(row["subject"] for row in tx.all(sql, (account_id,)))

    def count(self, table: str) -> int:
        assert table.isidentifier()
        with self.database.transaction() as tx:
            return int(tx.only(f"SELECT count(*) AS n FROM {table}")["n"])  # noqa: S608 - an identifier of this test

    def spool_rows(self) -> list[dict[str, object]]:
        with self.database.transaction() as tx:
            return tx.all("SELECT id, tries, last_error, not_before > now() AS pausing FROM spool")

    def hurry(self) -> None:
        """Pauses are over."""
        with self.database.transaction() as tx:
            tx.execute("UPDATE spool SET not_before = now() - interval '1 second'")
            tx.execute("UPDATE outbound SET not_before = now() - interval '1 second'")


@pytest.fixture(scope="session")
def office_blobs(tmp_path_factory: pytest.TempPathFactory) -> BlobStore:
    return FileBlobStore(tmp_path_factory.mktemp("office"))


@pytest.fixture
def office(database_url: Callable[[str], str], office_blobs: BlobStore) -> Iterator[Office]:
    url = database_url("mail")
    database = Database(url, size=12)
    directory = Accounts()
    with database.transaction() as tx:
        for sequence, (account_id, name) in enumerate([(JEAN, "jean"), (MARIE, "marie"), (PAUL, "paul")], start=1):
            agent = Agent(
                account_id=account_id,
                address=f"{name}@{DOMAIN}",
                given_name=name,
                family_name="X",
                category="",
                uai="",
                departement="",
            )
            directory.apply(tx, AccountCreated(sequence=sequence, agent=agent, state="active"))
        directory.position(tx, DirectoryPosition(sequence=3, at=time.time()))
    yield Office(url, database, office_blobs, ParserInPlace(office_blobs))
    database.close()
