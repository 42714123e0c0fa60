"""What a running import has seen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Imports(Protocol):
    def begin_import_batch(self) -> None:
        """Waits for other batches: two files that bring the same person must not race, nor two that give identifiers,
        and whoever locks several accounts must not meet somebody who locks them in another order."""
        ...

    def note_import_lines(self, import_id: UUID, now: datetime, lines: Mapping[bytes, int]) -> dict[bytes, int]:
        """Remembers on which line each digest stood; for those seen before in this import, their first line."""
        ...

    def end_import(self, import_id: UUID) -> None: ...
