"""The operator's commands of mail, as they are typed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from chassis.blobs.files import FileBlobStore
from chassis.db import Database
from deploy.local.layout import CHECKOUT
from services.mail.tests.store.world import AGENT, World, summary

ADDRESS = "claire.fontaine@ac-montpellier.example"
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def url(database_url: Callable[[str], str]) -> str:
    """Of a database with one mailbox and one message in it."""
    made = database_url("mail")
    database = Database(made, size=2)
    World(database).deliver(summary("un"))
    database.close()
    return made


@pytest.fixture
def run(url: str, settings_file: Path, shelves: Path) -> Run:
    """A command; its status and what it prints."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(CHECKOUT),
        "WEBMAIL_SETTINGS": str(settings_file),
        "MAIL_DATABASE_URL": url,
        "BLOB_ROOT": str(shelves),
    }

    def command(*arguments: str) -> tuple[int, str]:
        line = [sys.executable, "-m", "services.mail.cli", *arguments]
        done = subprocess.run(line, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    return command


def test_limits_are_shown_set_and_taken_back(run: Run) -> None:
    code, told = run("quota", "limit", "--address", ADDRESS, "--mb", "50", "--emails", "7")
    assert (code, told) == (0, "0.0 Mo sur 50\n1 messages sur 7\n")
    assert run("quota", "limit", "--address", ADDRESS)[1] == "0.0 Mo sur 10000\n1 messages sur 2000000\n"
    assert run("quota", "show", "--address", "personne@x.example") == (2, "aucune boîte à cette adresse\n")


def test_a_recount_proves_that_nothing_drifted(run: Run, url: str) -> None:
    database = Database(url, size=1)
    with database.transaction() as tx:
        tx.execute("UPDATE account_state SET used_octets = used_octets - 2")
    database.close()
    assert run("quota", "recount") == (1, f"{AGENT} : -2 octets, +0 messages\n1 comptes, 1 écart\n")
    assert run("quota", "recount", "--mend")[0] == 0
    assert run("quota", "recount") == (0, "1 comptes, 0 écart\n")


def test_unused_blobs_are_named_and_only_then_collected(run: Run, shelves: Path) -> None:
    store = FileBlobStore(shelves)
    old = store.path(store.put(b"vieux").sha256)
    store.put(b"neuf")
    os.utime(old, (time.time() - 2 * 86_400, time.time() - 2 * 86_400))
    told = f"{old.name} 5 octets, 2.0 jours\n1 contenu (0.0 Mo) à supprimer\n"
    assert run("blobs", "unused", "--names") == (0, told)
    assert old.exists()
    assert run("blobs", "collect") == (0, "0 message sans boîte\n1 contenu (0.0 Mo) supprimé\n")
    assert not old.exists()
