"""References of calls to answers that are already here (RFC 8620 §3.7), and what they cost.

A reference shares what it points at in memory, but is written out in full: echoes of echoes would double at each step.
So each costs the whole of the answer it points at, and is paid for before it is followed.
"""

from collections.abc import Sequence

import orjson

from chassis.jmap.references import resolve
from contracts.jmap import Invocation, JsonObject
from services.gateway.jmap.budget import Budget
from services.gateway.jmap.plan import referred_call


class References:
    """Of one request. `answers` (by the position of the call) grows while the request runs."""

    def __init__(self, calls: Sequence[Invocation], answers: Sequence[Sequence[Invocation]], budget: Budget) -> None:
        self._calls = calls
        self._answers = answers
        self._budget = budget
        self._paid: dict[int, dict[str, int]] = {}
        self._sizes: dict[tuple[int, int], int] = {}

    def resolved(self, position: int) -> JsonObject:
        """The arguments with the references that point at answers already here replaced; the others are inside the
        batch, or nowhere, and the service says so. Raises MethodError requestTooLarge before anything is built."""
        arguments = self._calls[position].arguments
        referred = {name: id_ for name, value in arguments.items() if (id_ := referred_call(name, value)) is not None}
        if not referred:
            return arguments
        earlier = self._earlier(position)
        outside = {name: id_ for name, id_ in referred.items() if id_ in earlier}
        if not outside:
            return arguments
        self._pay(position, {name: earlier[id_] for name, id_ in outside.items()})
        asked = {name: arguments[name] for name in outside}
        plain = {name[1:]: arguments[name[1:]] for name in outside if name[1:] in arguments}
        found = resolve(asked | plain, [self._answers[row][column] for row, column in earlier.values()])
        return {name: value for name, value in arguments.items() if name not in outside} | found

    def echoed(self, position: int) -> JsonObject:
        """The same, for a call whose answer they are: its size is known without writing out what it shares. No service
        says of it that a reference leads nowhere."""
        arguments = resolve(self.resolved(position), ())
        own = len(orjson.dumps(self._calls[position].arguments))
        self._sizes[position, 0] = own + sum(self._paid.get(position, {}).values())
        return arguments

    def _earlier(self, position: int) -> dict[str, tuple[int, int]]:
        """Method call id → where the first answer under it stands."""
        earlier: dict[str, tuple[int, int]] = {}
        for row, answers in enumerate(self._answers[:position]):
            for column, answer in enumerate(answers):
                earlier.setdefault(answer.call_id, (row, column))
        return earlier

    def _pay(self, position: int, pointed: dict[str, tuple[int, int]]) -> None:
        """Once a reference: a call may be prepared again for another batch."""
        paid = self._paid.setdefault(position, {})
        for name, place in pointed.items():
            if name not in paid:
                size = self._size(place)
                self._budget.take(size)
                paid[name] = size

    def _size(self, place: tuple[int, int]) -> int:
        if place not in self._sizes:
            row, column = place
            self._sizes[place] = len(orjson.dumps(self._answers[row][column].arguments))
        return self._sizes[place]
