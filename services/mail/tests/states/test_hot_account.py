"""One hot account: eight writers deliver, mark, move and destroy at once while a client keeps up. Counts are exact,
states honest, and how long the lock of the account is held is told.

HOT_ACCOUNT_OPERATIONS: of each writer; from 200 on, no lock may be held for more than a second."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.blobs.files import FileBlobStore
from chassis.db import Database, Transaction
from services.mail.adapters.store.unit import Unit
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.states.client import Cache, Json, get_all
from services.mail.tests.states.model import Account, Email, Thread
from services.mail.tests.store.empty_database import empty
from services.mail.tests.store.world import World, summary

WRITERS = 8
OPERATIONS = int(os.environ.get("HOT_ACCOUNT_OPERATIONS", "15"))
ENOUGH_TO_JUDGE = 200


class Locks:
    """For how many seconds each write held the lock of its account: from when it got it until it had committed."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.held: list[float] = []
        self._mine = threading.local()
        lock, transaction = Unit.__init__, Database.transaction

        def locked(unit: Unit, tx: Transaction, account_id: str) -> None:
            lock(unit, tx, account_id)
            self._mine.since = time.monotonic()

        @contextmanager
        def timed(database: Database, *, read_only: bool = False) -> Iterator[Transaction]:
            self._mine.since = None
            with transaction(database, read_only=read_only) as tx:
                yield tx
            if self._mine.since is not None:
                self.held.append(time.monotonic() - self._mine.since)

        patch.setattr(Unit, "__init__", locked)
        patch.setattr(Database, "transaction", timed)

    def told(self) -> str:
        ordered = sorted(self.held)
        middle, late = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
        return f"lock held: p50 {middle * 1e3:.1f}, p95 {late * 1e3:.1f}, longest {ordered[-1] * 1e3:.1f} ms"


class Writer:
    def __init__(self, number: int, user: MailboxUser, boxes: list[str]) -> None:
        self._chance = random.Random(number)
        self._user = user
        self._boxes = boxes
        self.did: Counter[str] = Counter()

    def work(self) -> None:
        for _ in range(OPERATIONS):
            what = self._chance.choice(
                [self._deliver, self._deliver, self._mark, self._mark, self._move, self._destroy]
            )
            what()
            self.did[what.__name__.strip("_")] += 1

    def _deliver(self) -> None:
        """Into one of a few conversations, whose messages come in any order."""
        topic, number, parent = (self._chance.randrange(size) for size in (4, 40, 40))
        made = summary(f"Sujet {topic}", message_id=f"{number}@x", references=[f"{parent}@x"])
        self._user.world.deliver(made, minutes=self._chance.randrange(60))

    def _mark(self) -> None:
        seen = True if self._chance.randrange(2) else None
        self._user("Email/set", update={id_: {"keywords/$seen": seen} for id_ in self._some()})

    def _move(self) -> None:
        boxes = dict.fromkeys(self._chance.sample(self._boxes, self._chance.randint(1, 2)), True)
        self._user("Email/set", update={id_: {"mailboxIds": boxes} for id_ in self._some()})

    def _destroy(self) -> None:
        self._user("Email/set", destroy=self._some()[:1])

    def _some(self) -> list[str]:
        """Others may destroy them before we come to it."""
        found: list[str] = self._user("Email/query", limit=100)["ids"]
        return self._chance.sample(found, min(len(found), 4))


def follow(user: MailboxUser, caches: dict[str, Cache], done: threading.Event) -> int:
    """Keeps up, in pages of a few, while others write; returns how often it asked."""
    asked = 0
    while not done.wait(0.02):
        for cache in caches.values():
            cache.take_page(user, 5)
            asked += 1
    return asked


def counts(got: dict[str, Json]) -> dict[str, Json]:
    """Of each mailbox, by the model, from the emails themselves."""
    account = Account({box["id"]: box for box in got["Mailbox"]["list"]})
    threads: dict[str, Thread] = {}
    for one in got["Email"]["list"]:
        thread = threads.setdefault(one["threadId"], Thread(len(threads)))
        account.emails[one["id"]] = Email(
            one["id"], frozenset(), set(one["keywords"]), set(one["mailboxIds"]), thread, one["receivedAt"]
        )
    return {id_: account.counts(id_) for id_ in account.mailboxes}


@pytest.fixture
def user(database_url: Any, tmp_path: Path) -> Iterator[MailboxUser]:
    database = Database(database_url("mail"), size=WRITERS * 2 + 2)
    empty(database)
    yield MailboxUser(World(database), FileBlobStore(tmp_path, fsync=lambda _: None))
    database.close()


def test_eight_writers_leave_exact_counts_and_honest_states(
    user: MailboxUser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    writers = [
        Writer(number, user, [user.mailbox(role) for role in ("inbox", "archive", "trash")])
        for number in range(WRITERS)
    ]
    caches = {name: Cache(name, got) for name, got in get_all(user).items()}
    locks, done, started = Locks(monkeypatch), threading.Event(), time.monotonic()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(follow, user, caches, done)
        for writing in [pool.submit(writer.work) for writer in writers]:
            writing.result()
        seconds = time.monotonic() - started
        done.set()
        asked = following.result()
    now = get_all(user)
    for name, cache in caches.items():
        cache.catch_up(user, now[name], 50, 1_000, lambda *_: False)
    assert {
        box["id"]: {name: box[name] for name in counts(now)[box["id"]]} for box in now["Mailbox"]["list"]
    } == counts(now)
    in_threads = sorted(id_ for thread in now["Thread"]["list"] for id_ in thread["emailIds"])
    assert in_threads == sorted(one["id"] for one in now["Email"]["list"])
    did = sum((writer.did for writer in writers), Counter[str]())
    with capsys.disabled():
        print(f"\nhot account: {dict(did)} in {seconds:.1f} s, {asked} /changes meanwhile; {locks.told()}")
    assert OPERATIONS < ENOUGH_TO_JUDGE or max(locks.held) < 1.0
