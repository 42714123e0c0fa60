"""`python -m tests.timing.run --tries 200 --seed N [--through bus] [--mutant]`: whether auth's time tells who exists.

Brings up a private system, tries to sign in and to recover with people of each kind, and prints what it took and how
alike the samples are. Ends with 0 when the answers are one and the same and no pair of samples can be told apart at
the level of 0.001. With --mutant auth has two leaks, and the command must end with 1.
"""

import argparse
import asyncio
import secrets
import statistics
import sys
from collections.abc import Sequence

from deploy.local.layout import CHECKOUT, Layout
from deploy.local.programs import PROGRAMS, Program
from deploy.local.system import Options, System, erase
from tests.timing.distinguish import Comparison, compare
from tests.timing.doors import Bus, Web
from tests.timing.people import people, settle
from tests.timing.place import AUTH, BESIDE, MUTANT, environment, settings_without_limits
from tests.timing.trials import Trial, Trials, answers, times

ALPHA = 0.001


def programs(*, mutant: bool) -> tuple[Program, ...]:
    chosen = (program for program in PROGRAMS if program.name in (AUTH, *BESIDE, "gateway"))
    return tuple(MUTANT if mutant and program.name == AUTH else program for program in chosen)


def told_apart(comparisons: Sequence[Comparison]) -> list[Comparison]:
    return [comparison for comparison in comparisons if comparison.adjusted <= ALPHA]


def report(name: str, trials: Sequence[Trial]) -> bool:
    """Whether all is well."""
    samples, said = times(trials), answers(trials)
    comparisons = compare(samples)
    print(f"\n{name}: {len(trials)} tries, {len(said)} answer(s): {', '.join(sorted(said))}")
    for kind, seconds in samples.items():
        cuts = statistics.quantiles(seconds, n=20)
        middle = statistics.median(seconds) * 1e3
        print(
            f"  {kind:24} n {len(seconds):4}  p5 {cuts[0] * 1e3:7.2f}  p50 {middle:7.2f}  p95 {cuts[-1] * 1e3:7.2f} ms"
        )
    for one in comparisons:
        print(f"  {one.test:19} {one.one} / {one.other}: p {one.p:.3g}, after Holm {one.adjusted:.3g}")
    found = told_apart(comparisons)
    print(f"  {len(found)} of {len(comparisons)} told apart at {ALPHA}")
    return not found and len(said) == 1


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.timing.run", description=__doc__)
    parser.add_argument("--tries", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--memory-kib", type=int, default=65_536, help="of a password's hash")
    parser.add_argument("--time-cost", type=int, default=3, help="of a password's hash")
    parser.add_argument("--through", choices=("web", "bus"), default="web", help="the gateway, or the bus behind it")
    parser.add_argument("--mutant", action="store_true", help="auth with two leaks")
    given = parser.parse_args(arguments)
    home = CHECKOUT / ".test" / f"timing-{secrets.token_hex(3)}"
    home.mkdir(parents=True)
    cost = given.time_cost, given.memory_kib
    options = Options(
        home=home,
        programs=programs(mutant=given.mutant),
        databases=("auth",),
        preferred_ports={},
        overrides=environment(settings_without_limits(home), *cost),
    )
    try:
        with System(options) as system:
            print(f"bringing up a private system; seed {given.seed}", flush=True)
            system.up()
            everybody = people()
            settle(system, everybody, *cost)
            web, amqp_url = system.addresses.web, system.addresses.amqp_url
            door = (lambda: Web(web)) if given.through == "web" else (lambda: Bus(amqp_url))
            trials = Trials(door, system.addresses.auth_hmac_key, everybody, given.seed)
            sign_ins = asyncio.run(trials.of_sign_in(given.tries))
            recoveries = asyncio.run(trials.of_recovery(given.tries))
    finally:
        erase(Layout(home.resolve()))
    well = [report("sign-in", sign_ins), report("recovery", recoveries)]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
