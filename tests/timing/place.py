"""The system that is tried: auth with everything that works beside it, and limits that nobody reaches."""

from pathlib import Path

from deploy.local.layout import SETTINGS
from deploy.local.programs import Program

AUTH = "auth-rpc"
BESIDE = ("auth-outbox", "auth-notices", "outside")
MUTANT = Program(AUTH, "tests.timing.mutant_rpc", "auth")
_NO_LIMITS = """
[auth.throttle]
per_account_and_source = 1000000
per_account = 1000000
per_source = 1000000
globally = 1000000
difficulty = 0
"""


def settings_without_limits(folder: Path) -> Path:
    """What is measured is how the first wrong try is answered, again and again; beyond the limits it is another answer,
    and has tests of its own."""
    file = folder / "webmail.toml"
    file.write_text(SETTINGS.read_text(encoding="utf-8") + _NO_LIMITS, encoding="utf-8")
    return file


def environment(settings: Path, time_cost: int, memory_kib: int) -> dict[str, str]:
    """Of every process."""
    return {
        "WEBMAIL_SETTINGS": str(settings),
        "AUTH_ARGON2_TIME_COST": str(time_cost),
        "AUTH_ARGON2_MEMORY_KIB": str(memory_kib),
        "LOG_LEVEL": "WARNING",
    }
