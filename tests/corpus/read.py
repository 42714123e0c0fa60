"""A corpus: a folder or a .tar[.xz|.gz|.bz2] of files, one message each."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from deploy.local.layout import CHECKOUT

MAX_BYTES = 26_214_400
REAL = Path(os.environ.get("REAL_MAIL") or CHECKOUT.parent / "shared" / "corpus" / "real-mail.tar.xz")
"""Real mail, which stands beside the checkout where there is any: no test has it in its own folder."""
CPYTHON = Path("/usr/lib/python3.11/test/test_email/data")
"""What CPython tries its own email package with (Debian's libpython3.11-testsuite)."""


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
