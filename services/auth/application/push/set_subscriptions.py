"""PushSubscription/set (RFC 8620 §7.2.2)."""

import hmac
import secrets
from dataclasses import replace
from datetime import datetime
from functools import partial

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, SetError
from chassis.jmap.standard import Id, NoAccountArguments, SetOutcome, parse_arguments, referred_id
from contracts.jmap import JsonObject
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.push.credentials import Credentials
from services.auth.application.push.get_subscriptions import utc_date
from services.auth.application.push.read_subscription import (
    ChangedSubscription,
    IsPublicKey,
    NewSubscription,
    keys_of,
    moment_of,
    read,
    target_of,
)
from services.auth.domain.push_subscription import MOST_OF_ACCOUNT, PushSubscription, life

CODE_BYTES = 24
ID_BYTES = 12


class PushSetArguments(NoAccountArguments):
    """No ifInState: there are no states."""

    create: dict[Id, JsonObject] | None = None
    update: dict[Id, JsonObject] | None = None
    destroy: list[Id] | None = None


class SetSubscriptions:
    def __init__(self, store: Store, clock: Clock, is_public_key: IsPublicKey) -> None:
        self._store = store
        self._clock = clock
        self._is_public_key = is_public_key

    def __call__(self, credentials: Credentials, call: Call, arguments: JsonObject) -> JsonObject:
        """Raises MethodError invalidArguments, or forbidden when the credentials have ended."""
        asked = parse_arguments(PushSetArguments, arguments)
        with self._store.begin() as tx:
            credentials.check(tx)
            return _Changes(tx, credentials, self._clock(), self._is_public_key).make(asked, call.created_ids)


class _Changes:
    """Of one call, in one transaction."""

    def __init__(
        self, tx: AuthTransaction, credentials: Credentials, now: datetime, is_public_key: IsPublicKey
    ) -> None:
        self._tx = tx
        self._credentials = credentials
        self._now = now
        self._is_public_key = is_public_key
        found = tx.push_subscriptions(credentials.account_id, credentials.session_hash, now)
        self._own = {subscription.subscription_id: subscription for subscription in found}
        self._room = MOST_OF_ACCOUNT - tx.count_push_subscriptions(credentials.account_id)

    def make(self, asked: PushSetArguments, created_ids: dict[str, str]) -> JsonObject:
        outcome = SetOutcome()
        for creation_id, given in (asked.create or {}).items():
            outcome.try_create(creation_id, partial(self._create, given))
        created_ids |= {creation_id: str(made["id"]) for creation_id, made in outcome.created.items()}
        for reference, patch in (asked.update or {}).items():
            id_ = referred_id(reference, created_ids) or reference
            outcome.try_update(id_, partial(self._update, id_, patch))
        for reference in asked.destroy or ():
            id_ = referred_id(reference, created_ids) or reference
            outcome.try_destroy(id_, partial(self._destroy, id_))
        return outcome.changes()

    def _create(self, given: JsonObject) -> JsonObject:
        new = read(NewSubscription, given)
        if self._room <= 0:
            raise SetError("overQuota", f"at most {MOST_OF_ACCOUNT} subscriptions")
        subscription = PushSubscription(
            subscription_id="P" + secrets.token_hex(ID_BYTES),
            account_id=self._credentials.account_id,
            session_hash=self._credentials.session_hash,
            device_client_id=new.deviceClientId,
            url=new.url,
            host=str(target_of(new.url).host),
            keys=keys_of(new.keys, self._is_public_key),
            types=None if new.types is None else tuple(dict.fromkeys(new.types)),
            verification_code=secrets.token_urlsafe(CODE_BYTES),
            verified=False,
            expires_at=life(moment_of(new.expires, self._now), self._now),
        )
        self._tx.add_push_subscription(subscription, self._now)
        self._own[subscription.subscription_id] = subscription
        self._room -= 1
        return {"id": subscription.subscription_id, "expires": utc_date(subscription.expires_at)}

    def _update(self, id_: str, patch: JsonObject) -> JsonObject | None:
        """Returns the end of its life where that isn't what was asked for."""
        known, changed = self._known(id_), read(ChangedSubscription, patch)
        self._check_immutable(known, patch)
        if "verificationCode" in patch:
            if not hmac.compare_digest((changed.verificationCode or "").encode(), known.verification_code.encode()):
                raise InvalidProperties("verificationCode")
            known = replace(known, verified=True)
        if "types" in patch:
            known = replace(known, types=None if changed.types is None else tuple(dict.fromkeys(changed.types)))
        if "expires" in patch:
            known = replace(known, expires_at=life(moment_of(changed.expires, self._now), self._now))
        self._tx.change_push_subscription(known)
        self._own[id_] = known
        ends = utc_date(known.expires_at)
        return {"expires": ends} if "expires" in patch and changed.expires != ends else None

    def _check_immutable(self, known: PushSubscription, patch: JsonObject) -> None:
        told = {"deviceClientId": known.device_client_id, "url": known.url}
        wrong = [name for name, value in told.items() if name in patch and patch[name] != value]
        if wrong:
            raise InvalidProperties(*wrong, description="immutable")

    def _destroy(self, id_: str) -> None:
        self._known(id_)
        self._tx.drop_push_subscription(id_)
        del self._own[id_]

    def _known(self, id_: str) -> PushSubscription:
        if id_ not in self._own:
            raise SetError("notFound")
        return self._own[id_]
