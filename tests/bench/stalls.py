"""What the watch on a loop wrote down."""

from dataclasses import dataclass
from pathlib import Path

FILE = "stalls"


@dataclass(frozen=True)
class Stall:
    """The loop came around `late_ms` late; for `queued_ms` of them it was ready and no processor was free."""

    at: float
    late_ms: float
    queued_ms: float

    def line(self) -> str:
        return f"{self.at:.3f} {self.late_ms:.1f} {self.queued_ms:.1f}\n"


def read(home: Path, began: float, ended: float) -> list[Stall]:
    stalls = (Stall(*map(float, line.split())) for line in (home / FILE).read_text().splitlines())
    return [stall for stall in stalls if began <= stall.at <= ended]
