"""The contacts service: the académie's directory and personal address books by JMAP (RFC 9610)."""

from typing import ClassVar, Protocol

from contracts.base import Ping, Pong, StateChanged, rpc_service
from contracts.jmap import JmapBatch, JmapBatchReply

DIRECTORY_ID = "directory"
"""Id of the read-only address book that holds every agent."""


@rpc_service("contacts")
class ContactsApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal."""

    def ping(self, request: Ping, /) -> Pong: ...

    def jmap(self, request: JmapBatch, /) -> JmapBatchReply:
        """AddressBook and ContactCard: get, query, set."""
        ...


class ContactsStateChanged(StateChanged):
    type: ClassVar[str] = "contacts.state.changed"
    consumers: ClassVar[tuple[str, ...]] = ("auth",)
