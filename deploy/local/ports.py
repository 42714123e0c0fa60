"""Free TCP ports of this machine, chosen once for a system and remembered."""

import errno
import json
import socket
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

# Below the range that Linux gives to outgoing connections: one of those must not take our port while we restart.
FIRST, LAST = 20_000, 31_999
LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
# A machine without IPv6.
NO_SUCH_FAMILY = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})


def choose(file: Path, names: Iterable[str], preferred: Mapping[str, int]) -> dict[str, int]:
    """A free port for each name: the preferred, else the remembered one, else the next above the preferred, else any.

    The choice is written to `file`. Two systems start looking at different places.
    """
    remembered: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    chosen: dict[str, int] = {}
    anywhere = _from(FIRST + zlib.crc32(bytes(file)) % (LAST - FIRST))
    for name in names:
        first, *others = range(preferred[name], preferred[name] + 100) if name in preferred else [None]
        wanted = [port for port in (first, remembered.get(name), *others) if port]
        chosen[name] = _first_free(wanted, anywhere, set(chosen.values()))
    file.write_text(json.dumps(chosen, indent=1) + "\n")
    return chosen


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback, IPv4 and IPv6."""
    for family, address in LOOPBACK:
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                # As servers do: a connection that is only waiting out its end does not hold the port.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno not in NO_SUCH_FAMILY:
                return False
    return True


def _from(start: int) -> Iterator[int]:
    yield from range(start, LAST + 1)
    yield from range(FIRST, start)


def _first_free(wanted: Iterable[int], anywhere: Iterator[int], taken: set[int]) -> int:
    for port in wanted:
        if port not in taken and is_free(port):
            return port
    return next(port for port in anywhere if port not in taken and is_free(port))
