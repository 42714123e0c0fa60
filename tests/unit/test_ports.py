"""Ports are free when they are chosen, and remembered."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


def test_a_taken_port_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_a_port_taken_on_ipv6_only_is_not_free() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert not ports.is_free(server.getsockname()[1])


def test_the_next_port_is_chosen_when_the_preferred_is_taken(tmp_path: Path, taken: int) -> None:
    chosen = ports.choose(tmp_path / "ports.json", ["web"], {"web": taken})
    assert taken < chosen["web"] < taken + 100


def test_the_choice_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = ports.choose(file, ["web", "smtp", "amqp"], {})
    assert len(set(first.values())) == 3
    assert ports.choose(file, ["web", "smtp", "amqp"], {}) == first


def test_a_remembered_port_is_better_than_the_next_after_a_taken_one(tmp_path: Path, taken: int) -> None:
    file = tmp_path / "ports.json"
    first = ports.choose(file, ["web"], {})
    assert ports.choose(file, ["web"], {"web": taken}) == first
    assert ports.choose(file, ["web"], {"web": first["web"] + 1}) != first


def test_a_remembered_port_that_is_taken_is_given_up(tmp_path: Path, taken: int) -> None:
    file = tmp_path / "ports.json"
    file.write_text(json.dumps({"web": taken}))
    assert ports.choose(file, ["web"], {})["web"] != taken


def test_others_stand_below_the_ports_of_outgoing_connections(tmp_path: Path) -> None:
    chosen = ports.choose(tmp_path / "ports.json", ["a", "b"], {})
    assert all(ports.FIRST <= port <= ports.LAST for port in chosen.values())
