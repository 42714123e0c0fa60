"""Results as plain text."""

import re
from collections.abc import Sequence

from tests.bench.accounting import ROLES
from tests.bench.measure import Idle, Result

STATEMENTS_SHOWN = 25
LEGEND = """
req/s p50 p95   wall, of as many clients at once, each on one kept connection; the driver shares the machine
CPU ms          of all our processes, RabbitMQ and PostgreSQL, a request; what the idle system uses is taken off
× echo          that CPU in units of Core/echo's with as many clients
SQL             round trips to PostgreSQL a request, BEGIN, SET and COMMIT included; SQL ms: inside PostgreSQL
rpc parser flow events   the *-rpc; the parser pool; smtp, delivery, outbound; the *-events and *-outbox
others          share of the machine used by others: with more than 5 % mistrust the wall"""
COLUMNS = ("clients", "req/s", "p50 ms", "p95 ms", "CPU ms", "× echo", "SQL", "SQL ms", *ROLES, "driver", "others")
WIDTHS = tuple(max(7, len(name) + 1) for name in COLUMNS)
TITLE_WIDTH = 29


def head() -> str:
    return f"{'operation':<{TITLE_WIDTH}}" + _cells(COLUMNS)


def row(result: Result, echo: Result | None) -> str:
    ratio = f"{result.total / echo.total:.1f}" if echo and echo.total else "-"
    cells = (
        str(result.clients),
        f"{result.per_second:.0f}" if result.per_second >= 20 else f"{result.per_second:.1f}",
        f"{result.p50:.1f}",
        f"{result.p95:.1f}",
        f"{result.total:.2f}",
        ratio,
        f"{result.statements:.1f}",
        f"{result.sql_ms:.2f}",
        *(f"{result.cpu[role]:.2f}" for role in ROLES),
        f"{result.driver:.2f}",
        f"{result.others:.0%}",
    )
    return f"{result.title:<{TITLE_WIDTH}}" + _cells(cells)


def idle(used: Idle) -> str:
    shares = ", ".join(f"{role} {ms:.0f}" for role, ms in used.roles.items())
    return (
        f"idle, CPU ms a second: {sum(used.roles.values()):.0f} ({shares}); {used.statements:.0f} statements a second"
    )


def statements(result: Result) -> str:
    """What was asked of PostgreSQL, a request."""
    lines = [f"  {result.title}: calls and ms a request"]
    for base, text, asked in result.asked[:STATEMENTS_SHOWN]:
        on_one_line = re.sub(r"\s+", " ", text)[:150]
        lines.append(f"  {asked.calls:7.2f} {asked.ms:8.3f}  {base:<9} {on_one_line}")
    return "\n".join(lines)


def _cells(cells: Sequence[str]) -> str:
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
