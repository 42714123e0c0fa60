"""`python -m deploy.local.leash PARENT COMMAND…`: becomes COMMAND, which gets SIGTERM when the process PARENT ends.

However `make run` or a test session ends, kill -9 included, the supervisor that it started stops everything.
Linux only: prctl(2), PR_SET_PDEATHSIG, which is kept across execve.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    parent, command = int(arguments[0]), arguments[1:]
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM):
        raise OSError(ctypes.get_errno(), "prctl")
    # The parent may have ended before the call above: the signal would never come.
    if os.getppid() != parent:
        raise SystemExit(1)
    os.execv(command[0], command)  # noqa: S606 - the very purpose


if __name__ == "__main__":
    main(sys.argv[1:])
