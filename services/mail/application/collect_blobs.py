"""Blobs that nothing refers to are removed: shelf by shelf, all shelves in a day.

Safe whatever is written meanwhile (docs/adr/0051): a blob goes only when no row has its name, looked at now, and nobody
put it within the grace, looked at again by the store at the very removal. Who puts one commits a row within an hour,
and the grace is longer by hours.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from chassis.blobs import SHELF_DIGITS, SHELVES, BlobShelves, ShelvedBlob
from chassis.db import Transaction
from services.mail.application.spool import Transactions
from services.mail.application.walks import Walks

log = logging.getLogger(__name__)
JOB = "blobs"
REST_SECONDS = 86_400.0 / SHELVES
REMOVED_AT_ONCE = 1_000
BLOBS_AT_ONCE = 200
UPLOADS_AT_ONCE = 1_000


class BlobUses(Protocol):
    def used(self, tx: Transaction, sha256s: Sequence[str]) -> set[str]:
        """Those of the names that some row has, as of now."""
        ...

    def forget_uploads(self, tx: Transaction, seconds: float, most: int) -> int:
        """Deletes at most so many uploads' rows that expired `seconds` ago or more; returns how many there were."""
        ...


@dataclass(frozen=True, slots=True)
class Collected:
    blobs: int
    octets: int


class CollectBlobs:
    """A job of the clock. grace: seconds; more than three hours, see chassis.blobs and chassis.blobs.s3."""

    def __init__(
        self, database: Transactions, shelves: BlobShelves, uses: BlobUses, walks: Walks, grace: float
    ) -> None:
        self._database = database
        self._shelves = shelves
        self._uses = uses
        self._walks = walks
        self._grace = grace

    def turn(self) -> float:
        """One shelf, or REMOVED_AT_ONCE of it."""
        with self._database.transaction() as walk:
            place = self._walks.claim(walk, JOB)
            if place is None:
                return REST_SECONDS
            number = int(place or "0", 16)
            self.forget_uploads()
            collected = self.collect(_prefix(number), REMOVED_AT_ONCE)
            if collected.blobs:
                log.info("collected", extra={"blobs": collected.blobs, "octets": collected.octets})
            if collected.blobs == REMOVED_AT_ONCE:
                return 0.0
            if number == SHELVES - 1:
                self._shelves.sweep(self._grace)
            self._walks.advance(walk, JOB, _prefix((number + 1) % SHELVES))
        return REST_SECONDS

    def collect_all(self) -> Collected:
        """A whole round at once."""
        while self.forget_uploads():
            pass
        rounds = [self.collect(_prefix(number)) for number in range(SHELVES)]
        self._shelves.sweep(self._grace)
        return Collected(sum(one.blobs for one in rounds), sum(one.octets for one in rounds))

    def unused(self) -> Iterator[ShelvedBlob]:
        """What a round would remove, were it made now; nothing is."""
        for number in range(SHELVES):
            for batch in self._unused(_prefix(number)):
                yield from batch

    def forget_uploads(self) -> int:
        """As long after their time as a blob's grace: a write that saw one in time has ended by then."""
        with self._database.transaction() as tx:
            return self._uses.forget_uploads(tx, self._grace, UPLOADS_AT_ONCE)

    def collect(self, prefix: str, most: int | None = None) -> Collected:
        blobs = octets = 0
        for batch in self._unused(prefix):
            for blob in batch:
                if blobs == most:
                    return Collected(blobs, octets)
                if self._shelves.remove(blob.sha256, self._grace):
                    blobs, octets = blobs + 1, octets + blob.size
        return Collected(blobs, octets)

    def _unused(self, prefix: str) -> Iterator[list[ShelvedBlob]]:
        """Batch after batch, each looked up just before it is handed out."""
        old = (blob for blob in self._shelves.shelf(prefix) if blob.age >= self._grace)
        while batch := list(islice(old, BLOBS_AT_ONCE)):
            with self._database.transaction() as tx:
                used = self._uses.used(tx, [blob.sha256 for blob in batch])
            yield [blob for blob in batch if blob.sha256 not in used]


def _prefix(number: int) -> str:
    return f"{number:0{SHELF_DIGITS}x}"
