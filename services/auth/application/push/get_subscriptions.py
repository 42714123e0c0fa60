"""PushSubscription/get (RFC 8620 §7.2.1): never tells the address and the keys."""

from datetime import UTC, datetime

from chassis.jmap.errors import InvalidArguments, MethodError
from chassis.jmap.standard import Id, NoAccountArguments, parse_arguments, pick
from contracts.jmap import JsonObject
from services.auth.application.ports import Clock, Store
from services.auth.application.push.credentials import Credentials
from services.auth.domain.push_subscription import PushSubscription

TOLD = ("id", "deviceClientId", "verificationCode", "expires", "types")
SECRET = frozenset({"url", "keys"})


class PushGetArguments(NoAccountArguments):
    ids: list[Id] | None = None
    properties: list[str] | None = None


def get_subscriptions(store: Store, clock: Clock, credentials: Credentials, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(PushGetArguments, arguments)
    _check(asked.properties)
    with store.begin() as tx:
        found = tx.push_subscriptions(credentials.account_id, credentials.session_hash, clock())
    objects = {subscription.subscription_id: pick(_object(subscription), asked.properties) for subscription in found}
    wanted = list(objects) if asked.ids is None else list(dict.fromkeys(asked.ids))
    return {
        "list": [objects[id_] for id_ in wanted if id_ in objects],
        "notFound": [id_ for id_ in wanted if id_ not in objects],
    }


def _check(properties: list[str] | None) -> None:
    if SECRET & set(properties or ()):
        raise MethodError("forbidden", "url and keys are never told")
    if not set(properties or ()) <= set(TOLD):
        raise InvalidArguments("unknown property", arguments=["properties"])


def _object(subscription: PushSubscription) -> JsonObject:
    return {
        "id": subscription.subscription_id,
        "deviceClientId": subscription.device_client_id,
        "verificationCode": subscription.verification_code if subscription.verified else None,
        "expires": utc_date(subscription.expires_at),
        "types": None if subscription.types is None else list(subscription.types),
    }


def utc_date(moment: datetime) -> str:
    """RFC 8620 §1.4."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
