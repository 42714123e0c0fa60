"""Push subscriptions (RFC 8620 §7.2), which auth keeps; and the key by which push servers know us (RFC 9749)."""

from contracts.auth import AuthApi
from contracts.push import PushApi
from services.gateway.jmap.methods import core
from services.gateway.jmap.methods.service import ServiceMethods

VAPID = "urn:ietf:params:jmap:webpush-vapid"


def methods(vapid_public_key: str) -> ServiceMethods:
    """`vapid_public_key`: "" when there is none to announce."""
    return ServiceMethods(
        name="auth",
        method=PushApi.push_subscriptions,
        ping=AuthApi.ping,
        capability_of={"PushSubscription": core.CAPABILITY},
        capabilities={},
        session_capabilities={VAPID: {"applicationServerKey": vapid_public_key}} if vapid_public_key else {},
        pushed=(),
        of_no_account=frozenset({"PushSubscription/get", "PushSubscription/set"}),
        tells_session=True,
    )
