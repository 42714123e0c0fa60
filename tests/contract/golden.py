"""The golden copies: `python -m tests.contract.golden` takes over additive edits and refuses breaking ones.

`--break` takes those over too: to be used once both sides are known to be released together.
"""

import json
import sys
from pathlib import Path

from tests.contract.breaking import breaks
from tests.contract.promises import Promises, read_promises

FOLDER = Path(__file__).parent / "golden"


def read_golden() -> dict[str, Promises]:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))}


def write_golden(promises: dict[str, Promises]) -> None:
    for page, promise in promises.items():
        text = json.dumps(promise, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        (FOLDER / f"{page}.json").write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    promises = read_promises()
    faults = breaks(read_golden(), promises)
    if faults and arguments != ["--break"]:
        sys.stderr.write("breaking edits:\n" + "\n".join(f"  {fault}" for fault in faults) + "\n")
        return 1
    write_golden(promises)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
