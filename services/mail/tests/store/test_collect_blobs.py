"""The collector against those who write at the same moment: nothing that a row refers to is ever lost."""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from random import Random
from threading import Barrier
from typing import Any

import pytest

from chassis.blobs import SHELF_DIGITS, SHELVES, Blob
from chassis.blobs import s3 as s3_module
from chassis.blobs.files import FileBlobStore
from chassis.blobs.s3 import S3BlobStore
from chassis.db import Transaction
from services.mail.adapters.store.blob_uses import BlobUses
from services.mail.adapters.walks import Walks
from services.mail.application.collect_blobs import CollectBlobs
from services.mail.tests.store.world import AGENT, World

GRACE = 10_800.0
DAY = 86_400.0
WRITERS, ROUNDS, CONTENTS = 4, 25, 8

Store = FileBlobStore | S3BlobStore


@dataclass
class Aged:
    """A store, and how to make what is in it old."""

    store: Store
    grow_old: Callable[[], None]


@pytest.fixture(params=["files", "s3"])
def aged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Aged:
    if request.param == "files":
        files = FileBlobStore(request.getfixturevalue("shelves"), fsync=lambda _: None)

        def age_files() -> None:
            for path in request.getfixturevalue("shelves").rglob("*"):
                if path.is_file():
                    os.utime(path, (time.time() - DAY, time.time() - DAY))

        return Aged(files, age_files)
    real, old = s3_module._age, list[datetime]()

    def age(modified: datetime, answer: dict[str, Any]) -> float:
        return real(modified, answer) + (DAY if old and modified <= old[-1] else 0)

    def age_objects() -> None:
        """S3 counts in seconds."""
        now = datetime.now().astimezone()
        old.append(now)
        time.sleep(1.0 - now.microsecond / 1e6)

    monkeypatch.setattr(s3_module, "_age", age)
    return Aged(S3BlobStore(request.getfixturevalue("bucket")), age_objects)


def collector(world: World, store: Store, uses: BlobUses | None = None) -> CollectBlobs:
    return CollectBlobs(world.database, store, uses or BlobUses(), Walks(), GRACE)


def refer(world: World, blob: Blob) -> None:
    with world.database.transaction() as tx:
        tx.execute(
            "INSERT INTO spool (id, sha256, size, trace, mail_from, source, received_at)"
            " VALUES (%s, %s, %s, '', '', '', now())",
            (os.urandom(8).hex(), blob.sha256, blob.size),
        )


def forget_all(world: World) -> None:
    with world.database.transaction() as tx:
        tx.execute("DELETE FROM spool")


def referred(world: World) -> set[str]:
    with world.database.transaction() as tx:
        return {sha256 for (sha256,) in tx.tuples("SELECT sha256 FROM spool")}


@pytest.fixture(autouse=True)
def _empty_spool(world: World) -> None:
    forget_all(world)
    with world.database.transaction() as tx:
        tx.execute("UPDATE walk SET place = ''")


def shelf_of(blob: Blob) -> str:
    return blob.sha256[:SHELF_DIGITS]


def test_what_nothing_refers_to_goes_once_it_is_old(world: World, aged: Aged) -> None:
    kept, dropped = aged.store.put(b"kept"), aged.store.put(b"dropped")
    refer(world, kept)
    aged.grow_old()
    young = aged.store.put(b"young")
    job = collector(world, aged.store)
    assert sum(job.collect(shelf_of(blob)).blobs for blob in (kept, dropped, young)) == 1
    assert [aged.store.exists(blob.sha256) for blob in (kept, dropped, young)] == [True, False, True]


class LateReader(BlobUses):
    """A writer puts the same bytes and commits its row just after the collector has looked for rows."""

    def __init__(self, world: World, store: Store, data: bytes) -> None:
        self._world, self._store, self._data = world, store, data

    def used(self, tx: Transaction, sha256s: Sequence[str]) -> set[str]:
        found = super().used(tx, sha256s)
        refer(self._world, self._store.put(self._data))
        return found


def test_bytes_put_between_the_look_and_the_removal_stay(world: World, aged: Aged) -> None:
    blob = aged.store.put(b"again")
    aged.grow_old()
    collector(world, aged.store, LateReader(world, aged.store, b"again")).collect(shelf_of(blob))
    assert referred(world) == {blob.sha256}
    assert aged.store.read(blob.sha256) == b"again"


def test_a_remover_that_does_not_look_again_loses_them(world: World, aged: Aged) -> None:
    """The planted fault: the test above would see it."""

    class Blind:
        def __init__(self, store: Store) -> None:
            self.shelf, self.sweep = store.shelf, store.sweep
            self._store = store

        def remove(self, sha256: str, age: float) -> bool:
            return self._store.remove(sha256, -DAY)

    blob = aged.store.put(b"again")
    aged.grow_old()
    uses = LateReader(world, aged.store, b"again")
    CollectBlobs(world.database, Blind(aged.store), uses, Walks(), GRACE).collect(shelf_of(blob))
    assert referred(world) == {blob.sha256}
    assert not aged.store.exists(blob.sha256)


def test_writers_and_collectors_at_once_lose_nothing_that_is_referred_to(world: World, shelves: Any) -> None:
    """Round after round all bytes are there, old and of no use; some are put again while they are collected."""
    store = FileBlobStore(shelves, fsync=lambda _: None)
    contents = [f"content {number}".encode() for number in range(CONTENTS)]
    job, lost, collected = collector(world, store), list[str](), 0
    start = Barrier(WRITERS + 2)

    def write(seed: int) -> None:
        random = Random(seed)
        chosen = [content for content in contents if random.random() < 0.3]
        start.wait()
        for content in chosen:
            if random.random() < 0.5:
                refer(world, store.put(content))
            else:
                with store.writer() as writer:
                    writer.write(content)
                    refer(world, writer.commit())

    def collect() -> int:
        start.wait()
        return sum(job.collect(hashlib.sha256(content).hexdigest()[:SHELF_DIGITS]).blobs for content in contents)

    with ThreadPoolExecutor(WRITERS + 2) as threads:
        for number in range(ROUNDS):
            forget_all(world)
            for content in contents:
                path = store.path(store.put(content).sha256)
                os.utime(path, (time.time() - DAY, time.time() - DAY))
            writing = [threads.submit(write, number * WRITERS + writer) for writer in range(WRITERS)]
            collecting = [threads.submit(collect) for _ in range(2)]
            for written in writing:
                written.result()
            collected += sum(done.result() for done in collecting)
            lost += [sha256 for sha256 in referred(world) if not store.exists(sha256)]
    assert lost == []
    assert collected > ROUNDS


def test_a_dry_run_names_what_would_go_and_removes_nothing(world: World, shelves: Any) -> None:
    store = FileBlobStore(shelves, fsync=lambda _: None)
    blob = store.put(b"unused")
    os.utime(store.path(blob.sha256), (time.time() - DAY, time.time() - DAY))
    store.put(b"young")
    assert [unused.sha256 for unused in collector(world, store).unused()] == [blob.sha256]
    assert store.exists(blob.sha256)
    done = collector(world, store).collect_all()
    assert (done.blobs, done.octets) == (1, 6)


def test_a_turn_is_one_shelf_and_the_next_goes_on_after_it(world: World, shelves: Any) -> None:
    seen: list[str] = []

    class Watched(FileBlobStore):
        def shelf(self, prefix: str) -> Any:
            seen.append(prefix)
            return super().shelf(prefix)

    job = collector(world, Watched(shelves))
    assert job.turn() == pytest.approx(DAY / SHELVES)
    job.turn()
    with world.database.transaction() as tx, pytest.raises(AssertionError):
        tx.execute("UPDATE walk SET place = 'fff' WHERE job = 'blobs'")
        job.turn()  # another process has the walk: nothing is done
        assert seen == ["000", "001", "fff"]
    with world.database.transaction() as tx:
        tx.execute("UPDATE walk SET place = 'fff' WHERE job = 'blobs'")
    job.turn()
    job.turn()
    assert seen == ["000", "001", "fff", "000"]


def test_an_upload_is_forgotten_a_grace_after_its_time_and_then_its_bytes_go(world: World, aged: Aged) -> None:
    blob = aged.store.put(b"upload")
    aged.grow_old()
    job = collector(world, aged.store)

    def expire(seconds: float) -> None:
        with world.database.transaction() as tx:
            tx.execute("DELETE FROM blob_ref")
            tx.execute(
                "INSERT INTO blob_ref (account_id, sha256, size, type, expires_at)"
                " VALUES (%s, %s, 6, '', now() - make_interval(secs => %s))",
                (AGENT, blob.sha256, seconds),
            )

    expire(GRACE - 60)
    assert (job.forget_uploads(), job.collect(shelf_of(blob)).blobs) == (0, 0)
    with world.store.view(AGENT) as view:
        assert view.blobs([blob.sha256]) == []
    expire(GRACE + 60)
    assert (job.forget_uploads(), job.collect(shelf_of(blob)).blobs) == (1, 1)
