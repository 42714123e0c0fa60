"""Auth's page on push subscriptions: they belong to the credentials that made them (RFC 8620 §7.2)."""

from typing import Protocol

from contracts.base import rpc_service
from contracts.jmap import JmapBatch, JmapBatchReply


@rpc_service("auth")
class PushApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal."""

    def push_subscriptions(self, request: JmapBatch, /) -> JmapBatchReply:
        """PushSubscription/get and PushSubscription/set, which take no accountId. Only the subscriptions of the
        credentials that ask are seen: those of `session_id`, or of the account's password when it is ""."""
        ...
