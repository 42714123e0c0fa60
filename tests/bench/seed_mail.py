"""Fills mailboxes: each letter is stored, parsed and filed by the mail service's own code, only without the wire.

The rows are those of delivery (`add_message`, `append`), the blobs and renditions are there; what lacks is a delivery
key, and a sync of each file.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from chassis.blobs import BlobStore
from chassis.blobs.files import FileBlobStore
from chassis.db import Database
from deploy.local.system import System
from services.mail.adapters.store.messages import add_message
from services.mail.adapters.store.store import PostgresStore
from services.mail.application.ports import StoredMessage
from services.mail.domain.trace import trace_block
from services.mail.parser.parse_request import parse_octets
from tests.bench.letters import letter

CHUNK = 200


@dataclass(frozen=True)
class Kept:
    message: StoredMessage
    received_at: datetime
    seen: bool


@dataclass(frozen=True)
class Chunk:
    """What one worker process is told: letters `first` up to `first + CHUNK`, of `of` in all."""

    database_url: str
    blobs: Path
    to: str
    first: int
    of: int


def fill_inboxes(system: System, sizes: Mapping[str, int], to: str) -> None:
    """sizes: how many letters each account has, by its id. The newest ones are the same for all, and stored once."""
    url, count = system.addresses.database_urls["mail"], max(sizes.values())
    chunks = [Chunk(url, system.layout.blobs, to, first, count) for first in range(0, count, CHUNK)]
    FileBlobStore(system.layout.blobs)
    database = Database(url, size=1, statement_timeout_ms=60_000, application_name="bench")
    inboxes = [_Inbox(PostgresStore(database), account_id, count - size) for account_id, size in sizes.items()]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as workers:
        for chunk, kept in zip(chunks, workers.map(_keep, chunks), strict=True):
            for inbox in inboxes:
                inbox.take(kept[max(0, inbox.skipped - chunk.first) :])
    database.close()
    os.sync()


class _Inbox:
    """`skipped`: so many of the oldest letters it has not."""

    def __init__(self, store: PostgresStore, account_id: str, skipped: int) -> None:
        self.skipped = skipped
        self._store, self._account_id = store, account_id
        with store.view(account_id) as view:
            self._mailbox = next(mailbox.id for mailbox in view.mailboxes() if mailbox.role == "inbox")

    def take(self, kept: Sequence[Kept]) -> None:
        if kept:
            with self._store.write(self._account_id) as write:
                for one in kept:
                    write.append(one.message, [self._mailbox], ["$seen"] if one.seen else [], one.received_at)


def _keep(chunk: Chunk) -> list[Kept]:
    blobs = FileBlobStore(chunk.blobs, fsync=lambda _: None)
    database = Database(chunk.database_url, size=1, application_name="bench")
    with database.transaction() as tx:
        kept = [
            Kept(add_message(tx, trace, parse_octets(blobs, trace + data, sha256, "full")), at, seen)
            for trace, data, sha256, at, seen in _letters(chunk, blobs)
        ]
    database.close()
    return kept


def _letters(chunk: Chunk, blobs: BlobStore) -> Iterator[tuple[bytes, bytes, str, datetime, bool]]:
    for number in range(chunk.first, min(chunk.first + CHUNK, chunk.of)):
        one = letter(number, chunk.of, chunk.to)
        trace = trace_block(
            mail_from="bench@dehors.example",
            helo="mail.dehors.example",
            source="192.0.2.1",
            host="mx.ac-montpellier.example",
            protocol="ESMTP",
            spool_id=f"bench{number}",
            at=one.received_at,
        )
        yield trace, one.data, blobs.put(one.data).sha256, one.received_at, one.seen
