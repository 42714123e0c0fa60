"""Push servers, through the guard: their addresses come from clients."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from chassis.outward.client import Answer, Fetch, Outward
from chassis.outward.errors import OutwardError
from chassis.outward.target import Target
from chassis.vapid import VapidKey
from services.auth.adapters.push.encryption import encrypt
from services.auth.application.ports.push_servers import PushAnswer, Pushed
from services.auth.domain.push_subscription import LONGEST_PAUSE, PushSubscription

HTTPS = frozenset({"https"})
PUSH = Fetch(HTTPS, max_bytes=65_536)
GONE = (404, 410)

_log = logging.getLogger(__name__)


class HttpPushServers:
    """contact: whom a push server's operator may write to (RFC 8292 §2.1), a mailto: address."""

    def __init__(self, outward: Outward, key: VapidKey, contact: str) -> None:
        self._outward = outward
        self._key = key
        self._contact = contact

    async def send(
        self, subscription: PushSubscription, message: bytes, *, urgent: bool, kept_for: timedelta
    ) -> PushAnswer:
        headers = self._headers(subscription, urgent, kept_for)
        body = encrypt(message, subscription.keys) if subscription.keys else message
        try:
            answer = await self._outward.post(subscription.url, PUSH, headers=headers, body=body)
        except OutwardError as error:
            _log.info("a push server isn't reached", extra={"reason": error.reason})
            return PushAnswer(Pushed.LATER)
        return _meaning(answer)

    def _headers(self, subscription: PushSubscription, urgent: bool, kept_for: timedelta) -> Mapping[str, str]:
        """RFC 8030 §5, RFC 8291 §4, RFC 8292 §3."""
        target = Target.of(subscription.url, HTTPS)
        headers = {
            "TTL": str(int(kept_for.total_seconds())),
            "Urgency": "high" if urgent else "normal",
            "Content-Type": "application/json",
            "Authorization": self._key.authorization(f"https://{target.authority}", self._contact),
        }
        return headers | ({"Content-Encoding": "aes128gcm"} if subscription.keys else {})


def _meaning(answer: Answer) -> PushAnswer:
    if 200 <= answer.status < 300:
        return PushAnswer(Pushed.TAKEN)
    if answer.status in GONE:
        return PushAnswer(Pushed.GONE)
    _log.info("a push server doesn't take a push", extra={"status": answer.status})
    asked = answer.headers.get("retry-after", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    return PushAnswer(Pushed.LATER, min(LONGEST_PAUSE, timedelta(seconds=seconds)))
