"""Our real services as processes, under the same supervisor as `make run`, on the session's servers."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from deploy.local.programs import PROGRAMS, Program
from deploy.local.system import Options, System, erase
from tests.infra.databases import Databases
from tests.infra.institution import sending_at_once


class Processes(Protocol):
    """`processes("auth-rpc", "mail-rpc")` starts these (without names: all) with a virtual host, databases, blobs and
    ports of their own, and returns when all are ready. What agents send leaves at once. Each keyword goes into the
    environment of every process. A Program is started as it is, in the place of ours by that name.

    The System that it returns stops, starts and finds processes, and tells the addresses; `with` closes it early.
    """

    def __call__(self, *names: str | Program, **environment: str) -> System: ...


@pytest.fixture(scope="session")
def processes(request: pytest.FixtureRequest, databases: Databases, test_home: Path) -> Iterator[Processes]:
    """Starts systems of real processes; they are stopped and their files removed at the end of the session."""
    started: list[System] = []

    def start(*names: str | Program, **environment: str) -> System:
        chosen = tuple(_program(name) for name in names) or PROGRAMS
        services = {program.service for program in chosen} & {"auth", "mail", "calendar", "contacts"}
        home = test_home / secrets.token_hex(3)
        system = System(
            Options(
                home=home,
                settings=sending_at_once(home),
                programs=chosen,
                databases=(),
                amqp_url=request.getfixturevalue("new_amqp_url")(),
                database_urls={service: databases.fresh(service) for service in sorted(filter(None, services))},
                preferred_ports={},
                overrides=environment,
            )
        )
        started.append(system)
        system.start_servers()
        system.start_services()
        system.wait_until_ready()
        return system

    yield start
    for system in started:
        system.close()
        erase(system.layout)


def _program(name: str | Program) -> Program:
    if isinstance(name, Program):
        return name
    ours = {program.name: program for program in PROGRAMS}
    if name not in ours:
        raise ValueError(f"no such process: {name}")
    return ours[name]
