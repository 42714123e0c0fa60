"""Who holds a system: one `make run` at a time for each folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.failure import Failure


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Hold the folder of this file, which tells our process number meanwhile; a Failure if somebody holds it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(
                "La messagerie tourne déjà dans ce dossier (.run/endpoints.json dit où) : « make stop » l'arrête."
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def holder(file: Path) -> int | None:
    """Process number of the one who holds it, or None."""
    if not file.exists():
        return None
    with file.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            said = handle.read().strip()
            return int(said) if said.isdigit() else None
    return None
