"""CPU time of process trees, from /proc/<pid>/stat (proc(5)): a tree's time never goes back, whoever of it ends."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local import processes

TICK_MS = 1000.0 / os.sysconf("SC_CLK_TCK")
UTIME, CSTIME = 11, 15
"""Places of utime, stime, cutime and cstime behind the command's closing parenthesis."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "gateway": ("gateway",),
    "rpc": ("auth-rpc", "mail-rpc", "calendar-rpc", "contacts-rpc"),
    "parser": ("mail-parser",),
    "flow": ("mail-smtp", "mail-delivery", "mail-outbound", "mail-clock", "mail-search"),
    "events": (
        *("auth-outbox", "mail-outbox", "calendar-outbox", "contacts-outbox", "auth-push"),
        *("mail-events", "calendar-events", "contacts-events"),
    ),
    "rabbitmq": ("rabbitmq", "epmd"),
    "postgres": ("postgres",),
}


def cpu_ms(pids: Iterable[int]) -> float:
    """Milliseconds of CPU that these processes and their children that ended have used, user and system."""
    return sum(_of_one(pid) for pid in pids)


def tree(main: int) -> list[int]:
    """A process and its descendants."""
    return processes.with_children({"": main})[""]


def by_role(mains: Mapping[str, int]) -> dict[str, float]:
    """Milliseconds by role; `mains` is the process number of each process of the system by its name."""
    trees = processes.with_children(mains)
    return {role: sum(cpu_ms(trees.get(name, ())) for name in names) for role, names in ROLES.items()}


def _of_one(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        # Ended since it was listed: its parent has its time.
        return 0.0
    fields = stat[stat.rindex(")") + 2 :].split()
    return sum(map(int, fields[UTIME:CSTIME])) * TICK_MS
