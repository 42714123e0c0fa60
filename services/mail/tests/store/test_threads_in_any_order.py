"""RFC 8621 §3: a conversation ends as the same threads in whatever order its messages come; and no client ever sees an
email in another thread than before."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.mail.domain.mime.summary import ParseSummary
from services.mail.tests.store.world import AGENT, START, World, summary

CONVERSATIONS = count()


@dataclass(frozen=True)
class Letter:
    """`number` names it, `refers` may name what never comes; `subject` tells two conversations apart."""

    number: int
    refers: frozenset[int]
    subject: str

    @property
    def keys(self) -> set[tuple[int, str]]:
        return {(number, self.subject) for number in {self.number, *self.refers}}

    def summary(self, conversation: int) -> ParseSummary:
        return summary(
            self.subject,
            message_id=f"{conversation}.{self.number}@x",
            references=[f"{conversation}.{number}@x" for number in sorted(self.refers)],
        )


def letters(number: int) -> st.SearchStrategy[Letter]:
    return st.builds(
        Letter,
        st.just(number),
        st.frozensets(st.integers(0, 8), max_size=3),
        st.sampled_from(["Conseil", "Conseil", "Conseil", "Sortie"]),
    )


CONVERSATION = st.integers(2, 7).flatmap(
    lambda size: st.tuples(*(letters(number) for number in range(size))).flatmap(st.permutations)
)
QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def partition(conversation: Sequence[Letter]) -> set[frozenset[int]]:
    """Letters with a key in common, or linked by others that have, are one thread."""
    groups: list[tuple[set[int], set[tuple[int, str]]]] = []
    for letter in conversation:
        numbers, keys = {letter.number}, set(letter.keys)
        for group in [group for group in groups if group[1] & keys]:
            groups.remove(group)
            numbers |= group[0]
            keys |= group[1]
        groups.append((numbers, keys))
    return {frozenset(numbers) for numbers, _ in groups}


def found(world: World, conversation: int) -> dict[int, tuple[int, int]]:
    """By letter: its email and thread, as they are now."""
    with world.database.transaction() as tx:
        rows = tx.tuples(
            "SELECT m.message_id[1], e.id, e.thread_id FROM email e JOIN message m ON m.id = e.message_id"
            " WHERE e.account_id = %s AND m.message_id[1] LIKE %s",
            (AGENT, f"{conversation}.%"),
        )
    return {int(name.partition(".")[2].partition("@")[0]): (email, thread) for name, email, thread in rows}


def threads_of(letters_now: dict[int, tuple[int, int]]) -> set[frozenset[int]]:
    threads: dict[int, set[int]] = {}
    for number, (_, thread) in letters_now.items():
        threads.setdefault(thread, set()).add(number)
    return {frozenset(numbers) for numbers in threads.values()}


def test_the_order_of_arrival_does_not_matter(world: World) -> None:
    @QUICK
    @given(CONVERSATION)
    def check(conversation: Sequence[Letter]) -> None:
        name = next(CONVERSATIONS)
        thread_of: dict[int, int] = {}
        for place, letter in enumerate(conversation):
            before, state = found(world, name), world.state("Email")
            world.deliver(letter.summary(name))
            now = found(world, name)
            assert threads_of(now) == partition(conversation[: place + 1])
            assert all(thread_of.setdefault(email, thread) == thread for email, thread in now.values())
            moved = {before[number][0] for number in before if before[number] != now[number]}
            assert set(world.changes("Email", state).destroyed) == moved
            grown = next(group for group in threads_of(now) if letter.number in group)
            merged = [len(group) for group in threads_of(before) if group <= grown]
            assert len(moved) == sum(merged) - max(merged, default=0)

    check()


def test_what_one_write_brings_is_never_given_another_id(world: World) -> None:
    @QUICK
    @given(CONVERSATION, st.integers(0, 3))
    def check(conversation: Sequence[Letter], earlier: int) -> None:
        name = next(CONVERSATIONS)
        for letter in conversation[:earlier]:
            world.deliver(letter.summary(name))
        with world.store.write(AGENT) as write:
            inbox = next(row.id for row in write.mailboxes() if row.role == "inbox")
            made = {
                letter.number: write.append(write.add_message(letter.summary(name)), [inbox], [], START).email_id
                for letter in conversation[earlier:]
            }
            told = {number: (email, write.thread_of(email)) for number, email in made.items()}
        now = found(world, name)
        assert threads_of(now) == partition(conversation)
        assert {number: now[number] for number in told} == told

    check()
