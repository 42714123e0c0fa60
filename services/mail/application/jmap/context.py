"""What the methods that write stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.mail.application.ports import Blobs, Parser, SubmissionQueue
from services.mail.application.store import Store


@dataclass(frozen=True, slots=True)
class Mail:
    """domain: of Message-IDs. max_message_bytes: of a message that is written here. clock: the time with its zone.
    undo_send: how long a submission that says nothing of it is held."""

    store: Store
    parser: Parser
    blobs: Blobs
    queue: SubmissionQueue
    clock: Callable[[], datetime]
    domain: str
    max_message_bytes: int
    undo_send: timedelta
