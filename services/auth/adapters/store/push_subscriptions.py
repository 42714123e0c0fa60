"""Push subscriptions, and what is still to be sent to them."""

from collections.abc import Collection, Mapping
from datetime import datetime

import orjson

from chassis.db import Row
from services.auth.adapters.store.tables import Tables
from services.auth.domain.push_subscription import SPACING, DuePush, PushKeys, PushSubscription, first_due

_COLUMNS = (
    "subscription_id, account_id, session_hash, device_client_id, url, host, public_key, auth_secret, types,"
    " verification_code, verified, expires_at"
)


class PushSubscriptionTables(Tables):
    def add_push_subscription(self, subscription: PushSubscription, due_at: datetime) -> None:
        keys = subscription.keys
        self._tx.execute(
            f"INSERT INTO push_subscription ({_COLUMNS}, due_at)"  # noqa: S608 - names of columns
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                subscription.subscription_id,
                subscription.account_id,
                subscription.session_hash,
                subscription.device_client_id,
                subscription.url,
                subscription.host,
                keys.public_key if keys else None,
                keys.auth_secret if keys else None,
                None if subscription.types is None else list(subscription.types),
                subscription.verification_code,
                subscription.verified,
                subscription.expires_at,
                due_at,
            ),
        )

    def push_subscriptions(self, account_id: str, session_hash: bytes | None, now: datetime) -> list[PushSubscription]:
        rows = self._tx.all(
            f"SELECT {_COLUMNS} FROM push_subscription WHERE account_id = %s"  # noqa: S608 - names of columns
            " AND session_hash IS NOT DISTINCT FROM %s AND expires_at > %s ORDER BY subscription_id",
            (account_id, session_hash, now),
        )
        return [_subscription_of(row) for row in rows]

    def count_push_subscriptions(self, account_id: str) -> int:
        sql = "SELECT count(*) AS found FROM push_subscription WHERE account_id = %s"
        return int(self._tx.only(sql, (account_id,))["found"])

    def change_push_subscription(self, subscription: PushSubscription) -> None:
        types = None if subscription.types is None else list(subscription.types)
        self._tx.execute(
            "UPDATE push_subscription SET types = %s, expires_at = %s, verified = %s WHERE subscription_id = %s",
            (types, subscription.expires_at, subscription.verified, subscription.subscription_id),
        )

    def drop_push_subscription(self, subscription_id: str) -> None:
        self._tx.execute("DELETE FROM push_subscription WHERE subscription_id = %s", (subscription_id,))

    def end_push_subscriptions(self, account_id: str) -> None:
        self._tx.execute(
            "DELETE FROM push_subscription WHERE subscription_id IN (SELECT subscription_id FROM push_subscription"
            " WHERE account_id = %s ORDER BY subscription_id FOR UPDATE)",
            (account_id,),
        )

    def tell_push_subscriptions(self, changed: Mapping[str, Mapping[str, str]], now: datetime) -> int:
        rows = self._tx.all(
            f"SELECT {_COLUMNS}, sent_at FROM push_subscription"  # noqa: S608 - names of columns
            " WHERE account_id = ANY(%s) AND verified AND expires_at > %s ORDER BY subscription_id FOR UPDATE",
            (list(changed), now),
        )
        told = 0
        for row in rows:
            states = _subscription_of(row).of_interest(changed[row["account_id"]])
            if states:
                self._tx.execute(
                    "UPDATE push_subscription SET pending = pending || %s::jsonb, due_at = coalesce(due_at, %s)"
                    " WHERE subscription_id = %s",
                    (orjson.dumps(states).decode(), first_due(now, row["sent_at"]), row["subscription_id"]),
                )
                told += 1
        return told

    def due_pushes(self, now: datetime, limit: int, hosts: Collection[str], accounts: Collection[str]) -> list[DuePush]:
        rows = self._tx.all(
            f"SELECT {_COLUMNS}, pending, tries FROM push_subscription"  # noqa: S608 - names of columns
            " WHERE due_at <= %s AND expires_at > %s AND host <> ALL(%s::text[]) AND account_id <> ALL(%s::text[])"
            " ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED",
            (now, now, list(hosts), list(accounts), limit),
        )
        return [DuePush(_subscription_of(row), row["pending"], row["tries"]) for row in rows]

    def put_off_push(self, subscription_id: str, due_at: datetime) -> None:
        sql = "UPDATE push_subscription SET tries = tries + 1, due_at = %s WHERE subscription_id = %s"
        self._tx.execute(sql, (due_at, subscription_id))

    def delay_push(self, subscription_id: str, due_at: datetime) -> None:
        sql = "UPDATE push_subscription SET due_at = greatest(due_at, %s) WHERE subscription_id = %s"
        self._tx.execute(sql, (due_at, subscription_id))

    def note_push_sent(self, subscription_id: str, sent: Mapping[str, str], now: datetime) -> None:
        self._tx.execute(
            "WITH left_over AS ("
            " SELECT coalesce(jsonb_object_agg(type, state), '{}') AS states"
            " FROM push_subscription, jsonb_each_text(pending) AS pair(type, state)"
            " WHERE subscription_id = %(id)s AND (%(sent)s::jsonb ->> type) IS DISTINCT FROM state)"
            " UPDATE push_subscription SET pending = states, sent_at = %(now)s, tries = 0,"
            " due_at = CASE WHEN states = '{}' THEN NULL ELSE %(next)s END FROM left_over"
            " WHERE subscription_id = %(id)s",
            {"id": subscription_id, "sent": orjson.dumps(dict(sent)).decode(), "now": now, "next": now + SPACING},
        )


def _subscription_of(row: Row) -> PushSubscription:
    key, secret, session = row["public_key"], row["auth_secret"], row["session_hash"]
    return PushSubscription(
        subscription_id=row["subscription_id"],
        account_id=row["account_id"],
        session_hash=None if session is None else bytes(session),
        device_client_id=row["device_client_id"],
        url=row["url"],
        host=row["host"],
        keys=None if key is None else PushKeys(bytes(key), bytes(secret)),
        types=None if row["types"] is None else tuple(row["types"]),
        verification_code=row["verification_code"],
        verified=row["verified"],
        expires_at=row["expires_at"],
    )
