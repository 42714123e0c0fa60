"""The words of the way in: who is written to, what an envelope is, and what taking a message needs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chassis.blobs import Blob


class Standing(StrEnum):
    """What is known of an address that a client names as recipient."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_TOLD_YET = "not-told-yet"
    """Unknown here, but mail may not have heard of every account: ask again later."""
    CLOSED = "closed"
    """The account is suspended or its owner has left."""
    FULL = "full"
    """The mailbox has no room: ask again later. What was accepted before is delivered all the same."""
    NOT_OURS = "not-ours"


@dataclass(frozen=True, slots=True)
class Recipient:
    """`account_id` is None for a role address (postmaster, abuse): whom it goes to is looked up at delivery."""

    address: str
    account_id: str | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """mail_from: "" for the null sender. source: network address of the client. helo: as the client said it."""

    mail_from: str
    recipients: tuple[Recipient, ...]
    source: str
    helo: str
    protocol: str


@dataclass(frozen=True, slots=True)
class SpooledMessage:
    """A message as it waits for delivery. `trace` is the block that is read before the blob's bytes."""

    id: str
    blob: Blob
    trace: bytes
    mail_from: str
    source: str
    received_at: datetime
    recipients: tuple[Recipient, ...]


class AddressBook(Protocol):
    async def standing(self, address: str) -> tuple[Standing, Recipient | None]:
        """The recipient is given with KNOWN only. Raises StorageUnavailableError."""
        ...


class IncomingMessage(Protocol):
    """The bytes of one message while they arrive; RAM stays bounded whatever their number."""

    async def write(self, data: bytes) -> None:
        """Raises StorageUnavailableError."""
        ...

    async def commit(self) -> Blob:
        """Returns once the bytes would survive a power cut. Raises StorageUnavailableError."""
        ...

    async def discard(self) -> None:
        """Keeps nothing; harmless after `commit`."""
        ...


class BlobIntake(Protocol):
    def begin(self) -> IncomingMessage: ...


class SpoolWriter(Protocol):
    async def add(self, message: SpooledMessage) -> None:
        """Returns once the message and its recipients are committed. Raises StorageUnavailableError."""
        ...


class StorageUnavailableError(Exception):
    """Disk or database refused: nothing may be promised to the client now."""
