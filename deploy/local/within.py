"""`python -m deploy.local.within MODULE ARGUMENTS…`: runs a module with the environment of the running system."""

import json
import os
import sys

from deploy.local.layout import RUN_HOME, Layout


def main(arguments: list[str]) -> None:
    """Becomes that command. What the caller's environment says besides stays."""
    file = Layout(RUN_HOME).environment
    if not file.exists():
        sys.exit("La messagerie ne tourne pas : lancez d'abord « make run ».")
    environment = {**os.environ, **json.loads(file.read_text())}
    os.execve(sys.executable, [sys.executable, "-m", *arguments], environment)  # noqa: S606 - the very purpose


if __name__ == "__main__":
    main(sys.argv[1:])
