"""The ground of `make run`: private servers and supervised processes, with services that do nothing."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import amqp
import psutil
import psycopg2
import pytest

from deploy.local import broker, cluster, readiness
from deploy.local.failure import Failure
from deploy.local.processes import left_over
from deploy.local.programs import Program
from deploy.local.system import YOUNG_QUEUE_SECONDS, Options, System, erase

STUBS = tuple(Program(name, "tests.infra.stub_service", service) for name, service in (("one", "mail"), ("two", None)))
HEAL_SECONDS = 20.0


def wait_for(what: str, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + HEAL_SECONDS
    while not condition():
        assert time.monotonic() < end, f"not within {HEAL_SECONDS:.0f} s: {what}"
        time.sleep(0.1)


def options(home: Path) -> Options:
    return Options(home=home, programs=STUBS, databases=("mail", "auth"), preferred_ports={}, durable=False)


@pytest.fixture(scope="module")
def system(test_home: Path) -> Iterator[System]:
    with System(options(test_home / "platform")) as started:
        started.start_servers()
        started.wait_for_databases()
        started.wait_for_broker()
        started.start_services()
        started.wait_until_ready()
        yield started
    erase(started.layout)


def told(system: System) -> dict[str, list[int]]:
    system.write_endpoints()
    pids: dict[str, list[int]] = json.loads(system.layout.endpoints.read_text())["pids"]
    return pids


def mains(system: System) -> dict[str, int]:
    """The main process of each role, 0 where there is none."""
    return {role: pids[0] if pids else 0 for role, pids in told(system).items()}


def test_endpoints_name_every_process_with_its_children(system: System) -> None:
    pids = told(system)
    assert set(pids) == {"epmd", "rabbitmq", "postgres", "one", "two"}
    assert len(pids["one"]) == 2
    assert [psutil.Process(pids[role][0]).name() for role in ("rabbitmq", "postgres", "epmd")] == [
        "beam.smp",
        "postgres",
        "epmd",
    ]


@pytest.mark.parametrize("role", ["one", "postgres", "rabbitmq"])
def test_a_killed_process_is_restarted_and_told_anew(system: System, role: str) -> None:
    before = mains(system)
    os.kill(before[role], signal.SIGKILL)
    wait_for("another process number", lambda: mains(system)[role] not in {0, before[role]})
    assert {**mains(system), role: before[role]} == before
    wait_for("RabbitMQ answers", lambda: broker.answers(system.addresses.amqp_url) is None)
    wait_for("PostgreSQL answers", lambda: cluster.answers(system.admin_url) is None)


def test_data_outlive_a_killed_broker(system: System) -> None:
    where = system.addresses.amqp_url.removeprefix("amqp://").replace("@", ":").replace("/", ":").split(":")
    user, password, host, port, vhost = where

    def connection() -> amqp.Connection:
        return amqp.Connection(host=f"{host}:{port}", userid=user, password=password, virtual_host=vhost)

    with connection() as first:
        channel = first.channel()
        channel.queue_declare("kept", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        # A quorum queue younger than this loses what it confirmed when its node is killed: see system.py.
        time.sleep(YOUNG_QUEUE_SECONDS)
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("proof", delivery_mode=2), "", "kept")
    os.kill(told(system)["rabbitmq"][0], signal.SIGKILL)
    wait_for("RabbitMQ is gone", lambda: broker.answers(system.addresses.amqp_url) is not None)
    wait_for("RabbitMQ answers", lambda: broker.answers(system.addresses.amqp_url) is None)
    with connection() as second:
        message = second.channel().basic_get("kept", no_ack=True)
    assert message is not None
    assert message.body == "proof"


def test_a_service_cannot_enter_the_database_of_another(system: System) -> None:
    mine, other = system.addresses.database_urls["mail"], system.addresses.database_urls["auth"]
    psycopg2.connect(mine, connect_timeout=5).close()
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        psycopg2.connect(mine.removesuffix("/mail") + "/auth", connect_timeout=5)
    assert other.rsplit("/", 1)[1] == "auth"


def test_only_the_loopback_is_listened_on(system: System) -> None:
    ours = {pid for pids in told(system).values() for pid in pids}
    listening = [
        connection.laddr[0]
        for connection in psutil.net_connections("tcp")
        if connection.laddr and connection.status == psutil.CONN_LISTEN and connection.pid in ours
    ]
    assert listening
    assert set(listening) <= {"127.0.0.1", "::1"}


def test_a_stopped_process_stays_stopped_until_it_is_started(system: System) -> None:
    system.stop("two")
    assert system.pids("two") == []
    assert told(system)["two"] == []
    system.start("two")
    system.wait_until_ready("two", seconds=HEAL_SECONDS)
    assert system.pids("two")


def test_nothing_is_left_after_the_end_and_the_ports_stay_the_same(test_home: Path) -> None:
    home = test_home / "brief"
    with System(options(home)) as system:
        system.start_servers()
        system.wait_for_databases()
        system.start_services()
        system.wait_until_ready()
        pids = [pid for found in told(system).values() for pid in found]
        web, folder = system.addresses.web, system.layout.postgres.resolve()
    # A child whose parent is gone is buried by process 1, when that gets to it.
    wait_for("every process is gone", lambda: not [pid for pid in pids if psutil.pid_exists(pid)])
    assert left_over(home, folder) == []
    assert not system.layout.endpoints.exists()
    assert System(options(home)).addresses.web == web
    erase(system.layout)
    assert not home.exists()


def test_a_service_that_never_becomes_ready_is_named(system: System) -> None:
    system.stop("one")
    with pytest.raises(Failure, match="one"):
        readiness.wait({"one": 1}, system.states, system.layout.logs, seconds=0.5)
    system.start("one")
