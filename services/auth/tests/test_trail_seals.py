"""What a seal holds together, and that whatever is done to a chain is found: pure, on lines that nobody stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.auth import Client
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import NO_SEAL, Action, By, ClosedMonth, Entry, Line, TrailHead, month_of, months_before
from services.auth.domain.trail_check import Fault, Finding, TrailCheck

pytestmark = pytest.mark.unit

KEYS = KeyRing((b"\x0f" * 32,))
MONTHS = [date(2026, 11, 1), date(2026, 12, 1), date(2027, 3, 1)]

texts = st.text(max_size=8)
lines = st.builds(
    Line,
    month=st.sampled_from(MONTHS),
    number=st.integers(1, 12),
    at=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    account_id=st.none() | texts,
    action=texts,
    by=texts,
    source=texts,
    user_agent=texts,
    details=st.dictionaries(texts, texts | st.integers(), max_size=3),
)


@given(lines, lines)
def test_two_different_lines_never_have_the_same_sealed_bytes(one: Line, other: Line) -> None:
    assert (one.sealed_bytes() == other.sealed_bytes()) == (one == other)


@given(lines, st.data())
def test_a_change_of_any_one_field_changes_the_sealed_bytes(line: Line, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from([f for f in Line.__slots__ if f not in ("key_id", "seal")]))
    value = getattr(data.draw(lines), field)
    changed = replace(line, **{field: value})
    assert (changed.sealed_bytes() == line.sealed_bytes()) == (changed == line)


@given(st.text(alphabet=st.characters(codec=None, categories=None), max_size=500))
def test_what_a_client_says_becomes_storable_text(said: str) -> None:
    entry = Entry(Action.SIGNED_IN, "a", By.AGENT, Client(source=said, user_agent=said))
    line = Line.of(entry, MONTHS[0], 1, datetime(2026, 11, 26, tzinfo=UTC))
    for text in (line.source, line.user_agent):
        assert "\0" not in text
        assert text.encode().decode() == text


@pytest.mark.parametrize(
    ("at", "month"),
    [
        ("2026-11-30T23:59:59.999999+00:00", date(2026, 11, 1)),
        ("2026-12-01T00:30:00+01:00", date(2026, 11, 1)),
        ("2026-12-01T00:00:00+00:00", date(2026, 12, 1)),
    ],
)
def test_months_are_those_of_utc(at: str, month: date) -> None:
    assert month_of(datetime.fromisoformat(at)) == month


def test_months_before_cross_the_years() -> None:
    assert [months_before(date(2027, 1, 1), n) for n in (0, 1, 12, 13)] == [
        date(2027, 1, 1),
        date(2026, 12, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
    ]


def chain(counts: Sequence[int]) -> tuple[list[Line], list[ClosedMonth], TrailHead]:
    """So many lines in each month."""
    sealed: list[Line] = []
    head = TrailHead(date(2000, 1, 1), 0, NO_SEAL)
    closed: list[ClosedMonth] = []
    for month, count in zip(MONTHS, counts, strict=False):
        if head.number:
            closed.append(ClosedMonth(head.month, head.number, head.seal))
        for number in range(1, count + 1):
            at = datetime(month.year, month.month, number, tzinfo=UTC)
            line = Line.of(Entry(Action.SIGNED_IN, f"a{number}", By.AGENT), month, number, at)
            seal = KEYS.seal(head.seal, line.sealed_bytes())
            sealed.append(replace(line, key_id=seal.key_id, seal=seal.digest))
            head = TrailHead(month, number, seal.digest)
    return sealed, closed, head


def found(lines: list[Line], closed: list[ClosedMonth], head: TrailHead) -> list[Finding]:
    check = TrailCheck(KEYS, closed, head)
    for line in sorted(lines, key=lambda line: (line.month, line.number)):
        check.see(line)
    return list(check.end().findings)


chains = st.lists(st.integers(1, 6), min_size=1, max_size=3).map(chain)


@given(chains)
def test_an_untouched_chain_is_intact(made: tuple[list[Line], list[ClosedMonth], TrailHead]) -> None:
    assert found(*made) == []


@given(chains, st.data())
def test_a_changed_line_is_the_only_one_named(
    made: tuple[list[Line], list[ClosedMonth], TrailHead], data: st.DataObject
) -> None:
    sealed, closed, head = made
    index = data.draw(st.integers(0, len(sealed) - 1))
    line = sealed[index]
    sealed[index] = replace(line, source=line.source + "x")
    assert found(sealed, closed, head) == [Finding(Fault.BROKEN, line.month, line.number, line.number)]


@given(chains, st.data())
def test_missing_lines_are_the_only_ones_named(
    made: tuple[list[Line], list[ClosedMonth], TrailHead], data: st.DataObject
) -> None:
    sealed, closed, head = made
    gone = data.draw(st.sets(st.sampled_from(range(len(sealed))), min_size=1))
    left = [line for index, line in enumerate(sealed) if index not in gone]
    named = [
        (finding.month, number)
        for finding in found(left, closed, head)
        for number in range(finding.first, finding.last + 1)
        if finding.fault == Fault.MISSING
    ]
    assert named == [(sealed[index].month, sealed[index].number) for index in sorted(gone)]


@given(chains.filter(lambda made: len(made[0]) > 1), st.data())
def test_two_lines_in_each_others_place_are_named(
    made: tuple[list[Line], list[ClosedMonth], TrailHead], data: st.DataObject
) -> None:
    sealed, closed, head = made
    one, other = data.draw(st.lists(st.sampled_from(range(len(sealed))), min_size=2, max_size=2, unique=True))
    a, b = sealed[one], sealed[other]
    sealed[one] = replace(a, month=b.month, number=b.number)
    sealed[other] = replace(b, month=a.month, number=a.number)
    findings = [finding for finding in found(sealed, closed, head) if finding.fault != Fault.OTHER_END]
    places = sorted(((a.month, a.number), (b.month, b.number)))
    assert [(finding.fault, (finding.month, finding.first), finding.origin) for finding in findings] == [
        (Fault.MOVED, places[0], places[1]),
        (Fault.MOVED, places[1], places[0]),
    ]


def test_a_chain_that_is_wrong_everywhere_is_told_in_few_words() -> None:
    sealed, closed, head = chain([6, 6, 6])
    forged = [replace(line, seal=NO_SEAL) for line in sealed]
    findings = found(forged, closed, head)
    assert [(finding.month, finding.first, finding.last) for finding in findings if finding.fault == Fault.BROKEN] == [
        (month, 1, 6) for month in MONTHS
    ]
