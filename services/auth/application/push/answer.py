"""Answers the calls of one batch (contracts.push.PushApi)."""

from chassis.jmap.batch import Call, run_batch
from contracts.jmap import JmapBatch, JmapBatchReply, JsonObject
from services.auth.application.ports import Clock, Store
from services.auth.application.push.credentials import Credentials
from services.auth.application.push.get_subscriptions import get_subscriptions
from services.auth.application.push.read_subscription import IsPublicKey
from services.auth.application.push.set_subscriptions import SetSubscriptions


class AnswerPushCalls:
    def __init__(self, store: Store, clock: Clock, is_public_key: IsPublicKey) -> None:
        self._store = store
        self._clock = clock
        self._set = SetSubscriptions(store, clock, is_public_key)

    def __call__(self, batch: JmapBatch) -> JmapBatchReply:
        credentials = Credentials.of(batch.account_id, batch.session_id)

        def get(_: Call, arguments: JsonObject) -> JsonObject:
            return get_subscriptions(self._store, self._clock, credentials, arguments)

        def set_(call: Call, arguments: JsonObject) -> JsonObject:
            return self._set(credentials, call, arguments)

        handlers = {"PushSubscription/get": get, "PushSubscription/set": set_}
        return run_batch(batch, handlers, of_no_account=handlers.keys())
