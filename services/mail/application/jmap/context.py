"""What the methods that write stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.mail.application.ports import Blobs, Parser, SubmissionQueue
from services.mail.application.store import Store


@dataclass(frozen=True, slots=True)
class Mail:
    """domain: of Message-IDs. max_message_bytes: of a message that is written here. clock: the time with its zone."""

    store: Store
    parser: Parser
    blobs: Blobs
    queue: SubmissionQueue
    clock: Callable[[], datetime]
    domain: str
    max_message_bytes: int
