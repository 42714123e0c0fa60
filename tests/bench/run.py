"""`python -m tests.bench.run`: what each operation costs, on a private system of the real services with a mailbox of
20,000 messages, 2,000 events and a directory of 60,000; what a sign-in costs (--only sign-in), and taking in the
administration's file (--only import). It judges nothing: compare ratios, and runs on one machine.

--home keeps the seeded system for the next run; --statements lists what PostgreSQL was asked; --explain MS has plans of
slower statements in <home>/log/postgres.log.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.bench import import_people, listings, place, sign_in, table
from tests.bench.measure import SMTP_PER_SECOND, Bench, Result, load
from tests.bench.operations import OPERATIONS
from tests.bench.seed import Sizes, seed
from tests.bench.statements import StatementLog

CLIENTS = (1, 16)
INGEST = {f"smtp-{size // 1000}k": size for size in SMTP_PER_SECOND}
OF_MAILBOX = (*(operation.name for operation in OPERATIONS), *INGEST)
NAMES = (*OF_MAILBOX, sign_in.NAME, import_people.NAME)


def tell(line: str) -> None:
    print(line, flush=True)


def main(arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    chosen = tuple(given.only or NAMES)
    results = of_mailbox(chosen, given) if set(chosen) & set(OF_MAILBOX) else []
    if sign_in.NAME in chosen:
        tell(load())
        sign_in.measure(tell, given.seconds)
        tell(load())
    if import_people.NAME in chosen:
        import_people.measure(tell)
        tell(load())
    if given.json:
        given.json.write_text(json.dumps([asdict(result) for result in results], indent=1))
    return 0


def of_mailbox(chosen: tuple[str, ...], given: argparse.Namespace) -> list[Result]:
    sizes = Sizes(given.messages, tuple(given.listings), given.events, given.agents)
    tell("bringing up a private system")
    with place.running(given.home, given.explain) as system:
        seeded = seed(system, sizes, tell)
        log = StatementLog(system.admin_url)
        bench = Bench(system, seeded, log)
        results = measure(bench, chosen, given)
        if seeded.others:
            results += listings.compare(bench, seeded, given.messages, tell)
        log.close()
    return results


def measure(bench: Bench, chosen: tuple[str, ...], given: argparse.Namespace) -> list[Result]:
    """Tells each row as it comes."""
    tell(load())
    tell(table.idle(bench.rest(given.seconds)))
    tell(table.head())
    results: list[Result] = []
    echoes: dict[int, Result] = {}

    def keep(result: Result) -> None:
        results.append(result)
        if result.name == OPERATIONS[0].name:
            echoes[result.clients] = result
        tell(table.row(result, echoes.get(result.clients)))
        if given.statements:
            tell(table.statements(result))

    for operation in OPERATIONS:
        if operation.name in chosen:
            for clients in given.clients:
                keep(bench.run(operation, clients, given.seconds))
    for name, size in INGEST.items():
        if name in chosen:
            for result in bench.ingest(size, given.seconds):
                keep(result)
    tell(load())
    tell(table.LEGEND)
    return results


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, metavar="OP", help=f"one of: {', '.join(NAMES)}")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each measurement")
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--home", type=Path, metavar="DIR", help="where to keep the system, or one that was kept")
    parser.add_argument("--statements", action="store_true")
    parser.add_argument("--explain", type=float, metavar="MS")
    parser.add_argument("--messages", type=int, default=Sizes.messages)
    parser.add_argument("--listings", type=int, nargs="*", default=(), help="sizes of further mailboxes to list")
    parser.add_argument("--events", type=int, default=Sizes.events)
    parser.add_argument("--agents", type=int, default=Sizes.agents)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
