"""The demonstration's outside world: takes every message that leaves the domain and keeps it as a file.

SINK_PORT (on 127.0.0.1) and SINK_FOLDER say where. A file is the message as it was received, below two header
lines that tell its envelope.
"""

import asyncio
import os
import secrets
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.settings import stop

MAX_BYTES = 50 * 1024 * 1024


class Keeper:
    """Handler of aiosmtpd: answers 250 once the file is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep one message."""
        content = envelope.original_content or b""
        name = f"{time.time_ns()}-{secrets.token_hex(4)}.eml"
        head = f"X-Envelope-From: <{envelope.mail_from or ''}>\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        await asyncio.to_thread(self._write, name, head.encode("utf-8", "surrogateescape") + content)
        return "250 2.0.0 kept"

    def _write(self, name: str, content: bytes) -> None:
        draft = self._folder / f".{name}.part"
        draft.write_bytes(content)
        draft.rename(self._folder / name)


async def serve(port: int, folder: Path) -> None:
    """Listen until SIGTERM."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    keeper = Keeper(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="outside.example", data_size_limit=MAX_BYTES, enable_SMTPUTF8=True),
        "127.0.0.1",
        port,
    )
    async with server:
        await ended.wait()


def main() -> None:
    """Run as configured by the environment."""
    port, folder = os.environ.get("SINK_PORT", ""), os.environ.get("SINK_FOLDER", "")
    if not port.isdigit() or not Path(folder).is_dir():
        stop("setting SINK_PORT (a port) and SINK_FOLDER (a folder): both are required")
    asyncio.run(serve(int(port), Path(folder)))


if __name__ == "__main__":
    main()
