"""The log of a PostgreSQL that we start says what failed, never with which values."""

import time
from pathlib import Path

import psycopg2
import pytest

from deploy.local.system import Options, System, erase

MARKER = "marqueur-recherche-confidentielle"
LOG_SECONDS = 10.0


def test_a_failing_statement_leaves_no_value_in_the_log(test_home: Path) -> None:
    options = Options(home=test_home / "log", programs=(), databases=("mail",), preferred_ports={}, durable=False)
    with System(options) as system:
        system.start_servers()
        system.wait_for_databases()
        with psycopg2.connect(system.admin_url, connect_timeout=5) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE known (address text PRIMARY KEY)")
            cursor.execute("INSERT INTO known VALUES (%s)", (MARKER,))
            with pytest.raises(psycopg2.errors.UniqueViolation, match=MARKER):
                cursor.execute("INSERT INTO known VALUES (%s)", (MARKER,))
        log = system.layout.logs / "postgres.log"
        end = time.monotonic() + LOG_SECONDS
        while "duplicate key" not in log.read_text(errors="replace"):
            assert time.monotonic() < end, "the failure itself is not in the log"
            time.sleep(0.1)
        assert MARKER not in log.read_text(errors="replace")
    erase(system.layout)
