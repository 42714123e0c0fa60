"""`python -m tests.attack.run`: 10,000 guesses from 50 sources against 200 accounts of a private system, over HTTP,
while the owners sign in from the same school address as one of those who guess.

Ends with 0 when no guess succeeded and every owner got in.
"""

import argparse
import secrets
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from deploy.local.layout import CHECKOUT
from deploy.local.system import System, erase
from services.auth.domain.digests import KeyRing
from tests.attack import guessers, people
from tests.attack.guessers import FAILED, SUCCEEDED, Orders
from tests.attack.owners import Arrival, SchoolDoor
from tests.attack.people import Means, Owner
from tests.attack.system import options

FIRST, LAST = 0.05, 0.95
"""The first owner comes when this share of the guesses was answered, the last one at that."""
OWNERS_AT_ONCE = 8


@dataclass(frozen=True)
class Outcome:
    guesses: Counter[str]
    arrivals: list[Arrival]
    seconds: float
    under_attack: int
    """How many owners had been answered before the last guess was."""

    @property
    def holds(self) -> bool:
        return not self.guesses[SUCCEEDED] and all(arrival.got_in for arrival in self.arrivals)


def attack(system: System, owners: list[Owner], *, guesses: int, sources: int, seed: int) -> Outcome:
    """Lets the owners come all along the guessing."""
    web = system.addresses.web
    orders = Orders(web, tuple(owner.address for owner in owners), guesses, sources, seed)
    door = SchoolDoor(web, KeyRing((bytes.fromhex(system.environment["AUTH_HMAC_KEY"]),)))
    begun = time.monotonic()
    context = get_context("spawn")
    progress = context.Value("l", 0)
    with ProcessPoolExecutor(1, context, guessers.count_in, (progress,)) as process:
        guessing = process.submit(guessers.guess, orders)

        def come(number: int, owner: Owner) -> tuple[Arrival, bool]:
            due = guesses * (FIRST + (LAST - FIRST) * number / len(owners))
            while progress.value < due and not guessing.done():
                time.sleep(0.01)
            return door.arrive(owner), not guessing.done()

        with ThreadPoolExecutor(OWNERS_AT_ONCE) as pool:
            came = list(pool.map(come, range(len(owners)), owners))
        outcomes = guessing.result()
    arrivals = [arrival for arrival, _ in came]
    return Outcome(outcomes, arrivals, time.monotonic() - begun, sum(still for _, still in came))


def tell(outcome: Outcome) -> str:
    lines = [f"guesses: {sum(outcome.guesses.values())} in {outcome.seconds:.0f} s"]
    lines += [f"  {what}: {count}" for what, count in sorted(outcome.guesses.items())]
    lines.append(f"owners who came while the guesses went on: {outcome.under_attack} of {len(outcome.arrivals)}")
    for means in Means:
        arrivals = [arrival for arrival in outcome.arrivals if arrival.means is means]
        if arrivals:
            lines.append(_row(means, arrivals))
    lines += [f"  shut out: {one.means}, {one.answer}" for one in outcome.arrivals if not one.got_in]
    return "\n".join(lines)


def _row(means: Means, arrivals: list[Arrival]) -> str:
    times = sorted(arrival.seconds for arrival in arrivals)
    late = times[min(len(times) - 1, len(times) * 95 // 100)]
    row = (
        f"  {means}: {sum(arrival.got_in for arrival in arrivals)} of {len(arrivals)} got in"
        f" ({sum(arrival.tries > 1 for arrival in arrivals)} after being sent away, too busy);"
        f" answered in {statistics.median(times):.2f} s (median), {late:.2f} (95 %), {times[-1]:.2f} (longest)"
    )
    solved = [arrival for arrival in arrivals if arrival.codes]
    if solved:
        working = statistics.mean(arrival.work_seconds / arrival.codes for arrival in solved)
        row += (
            f"; {len(solved)} were asked for a code ({max(arrival.codes for arrival in solved)} times at most),"
            f" the proof of each took {working:.2f} s"
        )
    return row


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    system = System(options(CHECKOUT / ".test" / f"attack-{secrets.token_hex(3)}"))
    try:
        with system:
            _say("bringing up a private system")
            system.up()
            _say(f"making {given.accounts} accounts")
            owners = people.make(system.environment, given.accounts)
            _say(f"guessing and signing in (seed {given.seed})")
            outcome = attack(system, owners, guesses=given.guesses, sources=given.sources, seed=given.seed)
    finally:
        erase(system.layout)
    _say(tell(outcome))
    return 0 if outcome.holds and not outcome.guesses[FAILED] else 1


def _say(line: str) -> None:
    print(line, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.attack.run", description=__doc__)
    parser.add_argument("--guesses", type=int, default=10_000)
    parser.add_argument("--sources", type=int, default=50, choices=range(1, 255), metavar="N")
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
