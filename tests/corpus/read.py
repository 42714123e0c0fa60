"""A corpus: a folder or a .tar[.xz|.gz|.bz2] of files, one message each."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

MAX_BYTES = 26_214_400


def messages(source: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each, in the order of their names; empty files and folders are left out."""
    if source.is_dir():
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            yield from _one(str(path.relative_to(source)), path.read_bytes())
        return
    with tarfile.open(source) as archive:
        for member in sorted((member for member in archive if member.isfile()), key=lambda member: member.name):
            file = archive.extractfile(member)
            if file is not None:
                yield from _one(member.name, file.read(MAX_BYTES + 1))


def _one(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    if data:
        yield name, data
