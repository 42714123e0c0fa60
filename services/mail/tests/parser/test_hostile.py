"""Every hostile message through the pool: an answer before the clock that kills, and one that can be used."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from services.mail.domain.mime.structure import leaves_of
from services.mail.domain.mime.summary import SUMMARY_MAX
from services.mail.tests.html.inspection import faults_of
from services.mail.tests.html.strict import strict_faults
from services.mail.tests.mime.nul import holds_nul
from services.mail.tests.parser.running import RunningPool
from tests.hostile.messages import CASES

MEMORY_MB = 512
"""What one child may come to in all of them, far from the 768 MB of address space that it is allowed."""


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPool]:
    """One pool for all cases, so that one case would be seen to harm the next."""
    folder: Path = tmp_path_factory.mktemp("pool")
    running = RunningPool.start(folder, children="1")
    yield running
    running.close()


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize("name", CASES)
def test_it_is_answered_in_time_with_a_usable_result(pool: RunningPool, name: str) -> None:
    data = CASES[name]()
    sha256 = pool.store.put(data).sha256
    children = pool.children()
    summary = pool.client.parse(sha256, b"Return-Path: <>\r\n")
    assert pool.children() == children, "a child died on it"
    assert summary.state in {"parsed", "text-only"}
    assert summary.size == len(data) + 17
    assert pool.store.read(summary.sha256) == data
    stored = orjson.dumps(summary.to_json())
    assert len(stored) <= SUMMARY_MAX
    assert not holds_nul(summary.to_json()), "jsonb would refuse it"
    assert all(0 <= part.body_start <= part.body_end <= summary.size for part in leaves_of(summary.body_structure))
    rendition = pool.rendition(summary)
    assert len(summary.preview) <= 256
    if rendition.safe is not None:
        assert faults_of(rendition.safe.html) + strict_faults(rendition.safe.html) == []


def test_the_child_that_read_them_all_stayed_small(pool: RunningPool) -> None:
    peak = pool.peak_kilobytes() // 1024
    print(f"{len(CASES)} hostile messages: {peak} MB at most in the child")
    assert peak < MEMORY_MB
