"""Whether a listing costs the same however large the mailbox is: rounds take turns, so that the machine's moods are
everybody's."""

from collections.abc import Callable
from dataclasses import replace
from statistics import median

from tests.bench import table
from tests.bench.measure import Bench, Result
from tests.bench.operations import OPERATIONS
from tests.bench.seed import Seeded

ROUNDS = 5
REQUESTS = 500
LISTING = next(operation for operation in OPERATIONS if operation.name == "list")


def compare(bench: Bench, seeded: Seeded, messages: int, tell: Callable[[str], None]) -> list[Result]:
    """Tells each round, and the median of each size."""
    readers = {messages: seeded.reader} | {int(size): address for size, address in seeded.others.items()}
    results: dict[int, list[Result]] = {size: [] for size in sorted(readers)}
    tell(f"\n{LISTING.title}, {ROUNDS} rounds of at least {REQUESTS} requests in each mailbox\n{table.head()}")
    for _ in range(ROUNDS):
        for size, kept in results.items():
            result = bench.run(LISTING, 1, 0.0, reader=readers[size], requests=REQUESTS)
            kept.append(replace(result, title=f"50 of {size}"))
            tell(table.row(kept[-1], None))
    medians = {size: median(result.total for result in kept) for size, kept in results.items()}
    told = ", ".join(f"{size} messages {ms:.2f} ms" for size, ms in medians.items())
    tell(f"median CPU: {told}; most / least {max(medians.values()) / min(medians.values()):.3f}")
    return [result for kept in results.values() for result in kept]
