"""States are honest (RFC 8620 §5.2, §5.6): clients who looked at any time follow to the present by /changes and
/queryChanges, in steps of any size, whatever was written meanwhile; and every count is that of a plain model.

MAIL_STATES_EXAMPLES: how many accounts are played through; 20 take about half a minute."""

import os
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chassis.blobs.files import FileBlobStore
from chassis.db import Database
from services.mail.tests.states.machine import States

EXAMPLES = int(os.environ.get("MAIL_STATES_EXAMPLES", "12"))


def test_whoever_looked_once_can_follow_to_the_end(database_url: Callable[[str], str], tmp_path: Path) -> None:
    database = Database(database_url("mail"))
    States.database, States.blobs = database, FileBlobStore(tmp_path, fsync=lambda _: None)
    try:
        run_state_machine_as_test(
            States,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=25,
                phases=[Phase.generate],
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        database.close()
