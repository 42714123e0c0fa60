"""Where the system under test is reached."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.local.system import System


@dataclass(frozen=True)
class Site:
    web: str
    smtp_host: str
    smtp_port: int

    @classmethod
    def of(cls, system: System) -> Self:
        return cls(system.addresses.web, "127.0.0.1", system.addresses.ports["smtp"])

    @classmethod
    def running(cls, endpoints: Path) -> Self:
        """The system that `make run` started, by its endpoints.json."""
        found = json.loads(endpoints.read_text(encoding="utf-8"))
        host, _, port = found["smtp"].rpartition(":")
        return cls(found["web"], host, int(port))
