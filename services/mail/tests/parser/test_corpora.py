"""Mail that others wrote, through the pool: all of a real corpus where one stands beside the checkout, and the messages
that CPython tries its own email package with. Python's old parser (compat32) gives a second opinion on the parts."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from typing import cast

import orjson
import pytest

from services.mail.domain.mime.structure import leaves_of
from services.mail.domain.mime.summary import SUMMARY_MAX, BodyPart, ParseSummary
from services.mail.domain.mime.transfer import undo
from services.mail.tests.html.inspection import faults_of
from services.mail.tests.html.strict import strict_faults
from services.mail.tests.mime.nul import holds_nul
from services.mail.tests.parser.running import RunningPool
from tests.corpus.read import CPYTHON, REAL, messages

CORPORA = {"real": REAL, "CPython": CPYTHON}
PICTURES = (".bmp", ".exr", ".gif", ".jpg", ".pbm", ".pgm", ".png", ".ppm", ".ras", ".sgi", ".tiff", ".webp", ".xbm")
TRACE = b"Return-Path: <>\r\n"
CHILDREN = 2


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPool]:
    running = RunningPool.start(tmp_path_factory.mktemp("pool"), children=str(CHILDREN), recycle="10000")
    yield running
    running.close()


@pytest.mark.parametrize("name", CORPORA)
def test_each_message_is_read_as_it_is_meant_and_nothing_of_it_is_lost(pool: RunningPool, name: str) -> None:
    if not CORPORA[name].exists():
        pytest.skip(f"there is no {CORPORA[name]}")
    chosen = [one for one in messages(CORPORA[name]) if not one[0].endswith(PICTURES)]
    children = set(pool.children())
    with ThreadPoolExecutor(CHILDREN) as threads:
        told = list(threads.map(lambda one: _faults(pool, one[1]), chosen))
    faults = {name: found for (name, _), (_, found) in zip(chosen, told, strict=True) if found}
    states = Counter(state for state, _ in told)
    print(f"{name}: {len(chosen)} messages, {dict(states)}, {pool.peak_kilobytes() // 1024} MB at most in a child")
    assert faults == {}
    assert set(pool.children()) == children, "a child died"
    assert len(chosen) > 40


def _faults(pool: RunningPool, data: bytes) -> tuple[str, list[str]]:
    summary = pool.parse(data, TRACE)
    rendition = pool.rendition(summary)
    html = rendition.safe.html if rendition.safe else ""
    faults = [*faults_of(html), *strict_faults(html), *_second_opinion(TRACE + data, summary)]
    if summary.state not in {"parsed", "text-only"} or summary.problem in {"timeout", "crash"}:
        faults.append(f"{summary.state}: {summary.problem}")
    if len(orjson.dumps(summary.to_json())) > SUMMARY_MAX or holds_nul(summary.to_json()):
        faults.append("the summary cannot be stored")
    if pool.store.read(summary.sha256) != data:
        faults.append("the original is not what it was")
    return summary.state, faults


def _second_opinion(data: bytes, summary: ParseSummary) -> Iterator[str]:
    """Where compat32 differs, but for parts whose encoding is broken, which it does not decode, and for a multipart
    without a delimiter, which is a text for us."""
    ours = list(leaves_of(summary.body_structure))
    theirs = list(_leaves(email.message_from_bytes(data, policy=email.policy.compat32)))
    if len(ours) != len(theirs):
        yield f"{len(ours)} parts, compat32 has {len(theirs)}"
        return
    for our, their in zip(ours, theirs, strict=True):
        if our.encoding_problem or their.get_content_maintype() == "multipart":
            continue
        if our.type != their.get_content_type():
            yield f"{our.part_id} is {our.type}, compat32 says {their.get_content_type()}"
        elif not isinstance(their.get_payload(), list) and _text(_octets(data, our)) != _text(_payload(their)):
            yield f"{our.part_id} holds something else for compat32"


def _leaves(message: Message) -> Iterator[Message]:
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in cast(list[Message], message.get_payload()):
            yield from _leaves(part)
    else:
        yield message


def _octets(data: bytes, part: BodyPart) -> bytes:
    return undo(data[part.body_start : part.body_end], part.encoding).octets


def _payload(message: Message) -> bytes:
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(octets: bytes) -> bytes:
    """Without what compat32 does to line ends."""
    return octets.replace(b"\r\n", b"\n").rstrip()
