"""`python -m tests.chaos.run --seconds 60 --seed N [--mutant]`: sends while killing, then proves that nothing was lost.

Ends with 0 when every message answered 250 is in each recipient's mailbox exactly once, and nothing else is. With
--mutant the listener answers before it commits: the same proof must then fail (and the command ends with 1).
"""

import argparse
import secrets
import sys
import time
from collections import Counter
from dataclasses import dataclass

from deploy.local.layout import CHECKOUT, Layout
from deploy.local.system import System, erase
from tests.chaos.killer import SERVERS, SERVICES, Killer
from tests.chaos.ledger import Ledger, Verdict
from tests.chaos.sender import Sender
from tests.chaos.system import Patient, options

AGENTS = 3
READY_SECONDS = 120.0


@dataclass(frozen=True)
class Outcome:
    verdict: Verdict
    kills: Counter[str]
    sending_seconds: float
    draining_seconds: float


def ill_treat(
    patient: Patient,
    *,
    seconds: float,
    seed: int,
    connections: int = 4,
    pause: float = 0.02,
    roles: tuple[str, ...] = (*SERVICES, *SERVERS),
    left_out: tuple[str, ...] = (),
) -> Outcome:
    """Sends by several connections and kills for `seconds`, lets everything but `left_out` come back, and judges."""
    ledger, prefix = Ledger(), f"chaos {secrets.token_hex(4)} "
    host, port = patient.smtp
    senders = [Sender(host, port, patient.agents, ledger, prefix, f"{seed}.{n}", pause) for n in range(connections)]
    killer = Killer(roles, patient.system.pids, seed)
    begun = time.monotonic()
    for sender in senders:
        sender.start()
    killer.run(seconds)
    for sender in senders:
        sender.stop()
    for sender in senders:
        sender.join(READY_SECONDS)
    sent = time.monotonic()
    patient.wait_until_ready(left_out, READY_SECONDS)
    patient.wait_until_drained()
    drained = time.monotonic()
    return Outcome(ledger.judge(patient.numbers(prefix)), killer.kills, sent - begun, drained - sent)


def tell(outcome: Outcome, seed: int) -> str:
    verdict, answers = outcome.verdict, outcome.verdict.answers
    rate = answers.get("accepted", 0) / outcome.sending_seconds
    lines = [
        f"seed                {seed}",
        f"kills               {outcome.kills.total()}: "
        + ", ".join(f"{role} {count}" for role, count in sorted(outcome.kills.items())),
        f"attempts            {sum(answers.values())}",
        f"  answered 250      {answers.get('accepted', 0)} ({rate:.0f}/s for {outcome.sending_seconds:.0f} s)",
        f"  refused (4xx)     {answers.get('refused', 0)}",
        f"  not answered      {answers.get('unanswered', 0)}",
        f"in mailboxes        {verdict.arrived} copies, {outcome.draining_seconds:.1f} s after the last kill",
        f"lost                {len(verdict.lost)} {verdict.lost[:5] or ''}",
        f"more than once      {len(verdict.repeated)} {verdict.repeated[:5] or ''}",
        f"never accepted      {len(verdict.unasked)} {verdict.unasked[:5] or ''}",
        "PROVED: every message answered 250 is there exactly once" if verdict.holds else "FAILED",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two messages of a connection")
    parser.add_argument("--mutant", action="store_true", help="a listener that answers before it commits")
    given = parser.parse_args(arguments)
    home = CHECKOUT / ".test" / f"chaos-{secrets.token_hex(3)}"
    home.mkdir(parents=True)
    try:
        with System(options(home, mutant=given.mutant)) as system:
            print(f"bringing up a private system; seed {given.seed}", flush=True)
            system.up()
            patient = Patient(system, AGENTS)
            patient.wait_until_known()
            print(f"sending and killing for {given.seconds:.0f} s", flush=True)
            outcome = ill_treat(
                patient, seconds=given.seconds, seed=given.seed, connections=given.connections, pause=given.pause
            )
    finally:
        erase(Layout(home.resolve()))
    print(tell(outcome, given.seed))
    return 0 if outcome.verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
