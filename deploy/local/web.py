"""Builds the browser application (`python -m deploy.local.web`) with the Node of the virtual environment.

Nothing is built again while the sources are what they were.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.local import npm
from deploy.local.failure import Failure
from deploy.local.layout import CHECKOUT

WEB = CHECKOUT / "services" / "gateway" / "web"
BUILT = WEB / "dist"
# What a build makes; everything else below WEB is a source.
MADE = frozenset({"node_modules", "dist", "paraglide"})
BUILD_SECONDS = 600
TEST_SECONDS = 600


def is_current() -> bool:
    """Whether what was built is of these sources."""
    return _stamp(BUILT) == _digest(_sources())


def build() -> None:
    """Install the locked packages if they changed, then build."""
    npm.install(WEB)
    sources = _digest(_sources())
    npm.run(WEB, ["run", "build"], BUILD_SECONDS)
    _write_stamp(BUILT, sources)


def test() -> None:
    """Run the application's own tests."""
    npm.run(WEB, ["run", "test"], TEST_SECONDS)


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in MADE)
        yield from (Path(folder, name) for name in sorted(files))


def _digest(files: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(WEB)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _stamp(folder: Path) -> str:
    file = folder / ".made-of"
    return file.read_text() if file.exists() else ""


def _write_stamp(folder: Path, digest: str) -> None:
    if not folder.is_dir():
        raise Failure(f"npm n'a pas fait {folder.relative_to(CHECKOUT)}.")
    (folder / ".made-of").write_text(digest)


def main(arguments: list[str]) -> None:
    """Build if need be; with `test`, run the application's own tests too."""
    try:
        if not is_current():
            build()
        if arguments == ["test"]:
            test()
    except Failure as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main(sys.argv[1:])
