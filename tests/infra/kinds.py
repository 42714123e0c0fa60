"""The kind of each test, by the folder it stands in, and how many of each kind ran."""

import os
from collections import Counter
from pathlib import PurePath

import pytest

KINDS = ("unit", "contract", "integration", "e2e", "chaos", "interop")
SERVERS = frozenset({"amqp_url", "new_amqp_url", "postgres_url", "private_servers"})


def kind_of(path: PurePath, fixtures: frozenset[str]) -> str:
    """tests/<kind>/… is of that kind; anything else is a unit test, or integration if it asks for a server."""
    parts = path.parts
    if parts[0] == "tests" and parts[1] in KINDS:
        return parts[1]
    if fixtures & SERVERS:
        return "integration"
    return "contract" if parts[0] == "contracts" else "unit"


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, since unknown ones are refused."""
    for kind in KINDS:
        config.addinivalue_line("markers", f"{kind}: given to each test by its folder")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test with its kind, unless it says itself what it is."""
    for item in items:
        if any(item.get_closest_marker(kind) for kind in KINDS):
            continue
        fixtures = frozenset(getattr(item, "fixturenames", ()))
        item.add_marker(kind_of(PurePath(os.path.relpath(item.path, config.rootpath)), fixtures))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line: how many tests of each kind passed or failed."""
    counts: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            counts.update(kind for kind in KINDS if kind in report.keywords)
    if counts:
        told = ", ".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind])
        terminalreporter.write_line(f"tests by kind: {told}")
