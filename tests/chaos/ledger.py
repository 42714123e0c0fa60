"""What was sent, what was answered, what arrived; and whether they agree. Pure."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Answer = Literal["accepted", "refused", "unanswered"]


@dataclass(frozen=True)
class Verdict:
    """Pairs of (recipient, number). lost: answered 250 and absent. repeated: there more than once. unasked: there
    although the listener had refused it, or never sent at all."""

    answers: Mapping[str, int]
    arrived: int
    lost: tuple[tuple[str, int], ...]
    repeated: tuple[tuple[str, int], ...]
    unasked: tuple[tuple[str, int], ...]

    @property
    def holds(self) -> bool:
        return not (self.lost or self.repeated or self.unasked)


@dataclass
class Ledger:
    """Each attempt has a number of its own: one that was not answered is never sent again under the same."""

    _answers: dict[int, Answer] = field(default_factory=dict)
    _recipients: dict[int, tuple[str, ...]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, recipients: tuple[str, ...]) -> int:
        """The number of a new attempt, of which nothing has been answered yet."""
        with self._lock:
            number = len(self._answers)
            self._answers[number] = "unanswered"
            self._recipients[number] = recipients
            return number

    def answer(self, number: int, answer: Answer) -> None:
        """`refused`: by a reply of the listener before the content was sent."""
        with self._lock:
            self._answers[number] = answer

    @property
    def accepted(self) -> int:
        with self._lock:
            return sum(answer == "accepted" for answer in self._answers.values())

    def judge(self, arrived: Mapping[str, Iterable[int]]) -> Verdict:
        """`arrived`: the numbers in each recipient's mailbox."""
        counts = Counter((recipient, number) for recipient, numbers in arrived.items() for number in numbers)
        due = {
            (recipient, number)
            for number, answer in self._answers.items()
            if answer == "accepted"
            for recipient in self._recipients[number]
        }
        possible = due | {
            (recipient, number)
            for number, answer in self._answers.items()
            if answer == "unanswered"
            for recipient in self._recipients[number]
        }
        return Verdict(
            answers=Counter(self._answers.values()),
            arrived=counts.total(),
            lost=tuple(sorted(due - counts.keys())),
            repeated=tuple(sorted(pair for pair, count in counts.items() if count > 1)),
            unasked=tuple(sorted(counts.keys() - possible)),
        )
