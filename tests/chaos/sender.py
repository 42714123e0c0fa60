"""A client that sends numbered messages one after the other, and comes back whenever it is cut off."""

import random
import smtplib
import threading
import time
from collections.abc import Sequence

from tests.chaos.ledger import Ledger

REPLY_SECONDS = 60.0
AGAIN_SECONDS = 0.1
BODY_BYTES = (200, 8_000)


class Sender(threading.Thread):
    """Sends until `stop`, at most one message every `pause` seconds, to one or several of `recipients`. The subject is
    `prefix` and the number."""

    def __init__(
        self, host: str, port: int, recipients: Sequence[str], ledger: Ledger, prefix: str, seed: str, pause: float
    ) -> None:
        super().__init__(name=f"sender-{seed}", daemon=True)
        self._host, self._port = host, port
        self._recipients = recipients
        self._ledger = ledger
        self._prefix = prefix
        self._random = random.Random(seed)
        self._pause = pause
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                with smtplib.SMTP(
                    self._host, self._port, local_hostname="chaos.example", timeout=REPLY_SECONDS
                ) as smtp:
                    while not self._stopping.wait(self._pause):
                        self._send_one(smtp)
            except (OSError, smtplib.SMTPException):
                time.sleep(AGAIN_SECONDS)

    def _send_one(self, smtp: smtplib.SMTP) -> None:
        chosen = tuple(self._random.sample(self._recipients, self._random.choice((1, 1, 1, len(self._recipients)))))
        number = self._ledger.begin(chosen)
        for code, _ in self._envelope(smtp, chosen):
            if code != 250:
                self._ledger.answer(number, "refused")
                smtp.rset()
                time.sleep(AGAIN_SECONDS)
                return
        code, _ = smtp.data(self._content(number))
        if code == 250:
            self._ledger.answer(number, "accepted")

    def _envelope(self, smtp: smtplib.SMTP, chosen: Sequence[str]) -> "list[tuple[int, bytes]]":
        smtp.ehlo_or_helo_if_needed()
        replies = [smtp.mail("sender@chaos.example")]
        for recipient in chosen:
            if replies[-1][0] == 250:
                replies.append(smtp.rcpt(recipient))
        return replies

    def _content(self, number: int) -> bytes:
        text = "y" * 70 + "\r\n"
        lines = self._random.randint(*BODY_BYTES) // len(text)
        head = f"From: sender@chaos.example\r\nSubject: {self._prefix}{number}\r\n"
        return f"{head}\r\n{text * lines}".encode()
