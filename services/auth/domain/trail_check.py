"""Walks the trail from its oldest kept line to its head, and says what does not fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from services.auth.domain.account import KeyedDigest
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import NO_SEAL, Action, ClosedMonth, Line, TrailHead

MAX_FINDINGS = 1_000
MAX_EXPLAINED = 20
"""So many lines that do not fit are tried in each other's places: enough for a few that were moved."""

Place = tuple[date, int]


class Fault(StrEnum):
    MISSING = "missing"
    BROKEN = "broken"
    """Does not fit its seal: it was changed, or the seal of the line before it was."""
    MOVED = "moved"
    """Fits its seal in another place: `origin`."""
    ADDED = "added"
    """Stands after the last line of its month, or of all."""
    UNKNOWN_KEY = "unknown-key"
    """Sealed under a key that is not among the settings': nobody can say."""
    NOT_CLOSED = "not-closed"
    """The month ended, and with which line was not kept."""
    OTHER_END = "other-end"
    """Another line than the one noted ends the month, or is the head."""
    ERASED_UNNOTED = "erased-unnoted"
    """The months until this one were erased, and no line of the trail says so."""
    NOT_AS_EXPECTED = "not-as-expected"
    """Not the seal that was noted outside."""


@dataclass(frozen=True, slots=True)
class Finding:
    """About the lines `first` to `last` of a month."""

    fault: Fault
    month: date
    first: int
    last: int
    origin: Place | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """lines: how many were walked. last_at: of the newest one. erased_until: the newest month that was erased. more:
    how many findings there were beyond those told."""

    lines: int
    last_at: datetime | None
    head: TrailHead
    erased_until: date | None
    findings: Sequence[Finding]
    more: int


@dataclass
class _Tangle:
    """What did not fit, kept to find lines that were moved: the places that are open, the lines that fit none, and the
    seals that may have stood before one."""

    places: list[Place] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    seals: list[bytes] = field(default_factory=list)

    def open_place(self, place: Place, before: bytes | None) -> None:
        if len(self.places) < MAX_EXPLAINED:
            self.places.append(place)
            if before is not None:
                self.seals.append(before)

    def stray(self, line: Line, before: bytes | None) -> None:
        self.open_place((line.month, line.number), before)
        if len(self.lines) < MAX_EXPLAINED:
            self.lines.append(line)
            self.seals.append(line.seal)

    def origins(self, keys: KeyRing) -> dict[Place, Place]:
        """For each stray line that was sealed for one of the open places: from its place to that one."""
        found: dict[Place, Place] = {}
        for line in self.lines:
            place = next((place for place in self.places if self._fits(keys, line, place)), None)
            if place is not None:
                found[(line.month, line.number)] = place
        return found

    def _fits(self, keys: KeyRing, line: Line, place: Place) -> bool:
        content = replace(line, month=place[0], number=place[1]).sealed_bytes()
        return any(keys.is_seal(seal, content, _seal_of(line)) for seal in self.seals)


class TrailCheck:
    """`see` each line in the order of months and numbers, then `end`. Holds one line, and what it found, bounded."""

    def __init__(
        self, keys: KeyRing, months: Sequence[ClosedMonth], head: TrailHead, expected: Sequence[TrailHead] = ()
    ) -> None:
        """`months`: all that were closed, the oldest first. `expected`: heads that were noted outside earlier."""
        self._keys = keys
        self._head = head
        self._erased = max((month for month in months if month.erased_at), key=lambda month: month.month, default=None)
        self._closings = {month.month: month for month in months if month.month > self.start}
        self._expected = list(expected)
        self._seen: list[TrailHead] = []
        self._noted = self._erased is None
        self._month = self.start
        self._number = 0
        self._seal: bytes | None = self._erased.seal if self._erased else NO_SEAL
        self._lines = 0
        self._last_at: datetime | None = None
        self._tangle = _Tangle()
        self._findings: list[Finding] = []
        self._more = 0

    @property
    def start(self) -> date:
        """The lines of later months are to be seen."""
        return self._erased.month if self._erased else date.min

    def see(self, line: Line) -> None:
        self._lines += 1
        self._last_at = line.at
        if line.number < 1 or (line.month, line.number) > (self._head.month, self._head.number):
            self._find(Fault.ADDED, line.month, line.number)
            self._tangle.stray(line, self._seal)
            return
        if line.month > self._month:
            self._end_months_until(line.month)
        if line.number > self._number + 1:
            self._miss(line.number - 1)
        self._weigh(line)
        self._compare_with_expected(line)
        self._number, self._seal = line.number, line.seal

    def end(self) -> Report:
        self._end_months_until(self._head.month)
        self._compare_end(self._head)
        if self._erased and not self._noted:
            self._find(Fault.ERASED_UNNOTED, self._erased.month, self._erased.lines)
        self._settle_expected()
        self._explain()
        erased_until = self._erased.month if self._erased else None
        return Report(self._lines, self._last_at, self._head, erased_until, self._findings, self._more)

    def _weigh(self, line: Line) -> None:
        """A line whose predecessor is missing can't be weighed: that is told of the missing one."""
        if not self._keys.knows(line.key_id):
            self._find(Fault.UNKNOWN_KEY, line.month, line.number)
        elif self._seal is not None and not self._keys.is_seal(self._seal, line.sealed_bytes(), _seal_of(line)):
            self._find(Fault.BROKEN, line.month, line.number)
            self._tangle.stray(line, self._seal)
        elif self._erased and _notes_erasing(line, self._erased):
            self._noted = True

    def _miss(self, last: int) -> None:
        """The lines from the next one to `last` are not there."""
        self._tangle.open_place((self._month, self._number + 1), self._seal)
        self._find(Fault.MISSING, self._month, self._number + 1, last)
        self._number, self._seal = last, None

    def _end_months_until(self, month: date) -> None:
        """Months that have no line at all, and should, are missing as a whole."""
        if self._month < month:
            self._end_month()
            for closed in self._closings.values():
                if self._month < closed.month < month:
                    self._month, self._number = closed.month, 0
                    self._end_month()
            self._month, self._number = month, 0

    def _end_month(self) -> None:
        closed = self._closings.get(self._month)
        if closed is not None:
            self._compare_end(TrailHead(closed.month, closed.lines, closed.seal))
        elif self._month > self.start:
            self._find(Fault.NOT_CLOSED, self._month, self._number)

    def _compare_end(self, noted: TrailHead) -> None:
        """What ends the month, or all, against the line that was noted to end it."""
        if self._number < noted.number:
            self._miss(noted.number)
            self._seal = noted.seal
        elif self._number > noted.number:
            self._find(Fault.ADDED, noted.month, noted.number + 1, self._number)
            self._seal = noted.seal
        elif self._seal is not None and self._seal != noted.seal:
            self._find(Fault.OTHER_END, noted.month, noted.number)
            self._tangle.seals.append(noted.seal)

    def _compare_with_expected(self, line: Line) -> None:
        for noted in self._expected:
            if (noted.month, noted.number) == (line.month, line.number):
                self._seen.append(noted)
                if noted.seal != line.seal:
                    self._find(Fault.NOT_AS_EXPECTED, line.month, line.number)

    def _settle_expected(self) -> None:
        """No line stands for these: cut off, never there, or erased since. Of an erased month the last line is still
        known."""
        erased = self._erased and TrailHead(self._erased.month, self._erased.lines, self._erased.seal)
        for noted in self._expected:
            if noted not in self._seen and noted != erased:
                self._find(Fault.NOT_AS_EXPECTED, noted.month, noted.number)

    def _explain(self) -> None:
        """Lines that were moved are told as such; one that only follows a moved one is as it was."""
        origins = self._tangle.origins(self._keys)
        parts = (part for finding in self._findings for part in _explained(finding, origins))
        self._findings = list(dict.fromkeys(parts))

    def _find(self, fault: Fault, month: date, first: int, last: int | None = None) -> None:
        finding = Finding(fault, month, first, first if last is None else last)
        previous = self._findings[-1] if self._findings else None
        if previous and (previous.fault, previous.month, previous.last + 1) == (fault, month, first):
            self._findings[-1] = replace(previous, last=finding.last)
        elif len(self._findings) < MAX_FINDINGS:
            self._findings.append(finding)
        else:
            self._more += 1


def _seal_of(line: Line) -> KeyedDigest:
    return KeyedDigest(line.key_id, line.seal)


def _explained(finding: Finding, origins: Mapping[Place, Place]) -> Iterator[Finding]:
    first = finding.first
    if finding.fault in (Fault.BROKEN, Fault.ADDED):
        within = (number for month, number in origins if month == finding.month)
        for number in sorted(number for number in within if finding.first <= number <= finding.last):
            if first < number:
                yield replace(finding, first=first, last=number - 1)
            origin = origins[(finding.month, number)]
            if origin != (finding.month, number):
                yield Finding(Fault.MOVED, finding.month, number, number, origin)
            first = number + 1
    if first <= finding.last:
        yield replace(finding, first=first)


def _notes_erasing(line: Line, erased: ClosedMonth) -> bool:
    return line.action == Action.TRAIL_ERASED and dict(line.details) == erasing_of(erased)


def erasing_of(month: ClosedMonth) -> dict[str, str | int]:
    """The details of the line that says that a month is erased."""
    return {"month": month.month.isoformat(), "lines": month.lines, "seal": month.seal.hex()}
