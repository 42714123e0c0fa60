"""Activation windows, one an account."""

from collections.abc import Sequence

from chassis.db import Row
from contracts.account import Reopening
from services.auth.adapters.store.account_rows import ACCOUNT, account_of, columns_of, digest_of
from services.auth.adapters.store.tables import Tables
from services.auth.domain.account import Account
from services.auth.domain.activation import ActivationKind, ActivationWindow, Selection

_WINDOW = "w.kind, w.asked_at, w.opens_at, w.closes_at, w.code_key_id, w.code_hmac, w.code_failures"


class ActivationTables(Tables):
    def activation(self, account_id: str) -> ActivationWindow | None:
        row = self._tx.one(
            f"SELECT w.account_id, {_WINDOW} FROM activation w WHERE w.account_id = %s",  # noqa: S608
            (account_id,),
        )
        return _window_of(row) if row else None

    def put_activations(self, windows: Sequence[ActivationWindow]) -> None:
        self._tx.values(
            "INSERT INTO activation (account_id, kind, asked_at, opens_at, closes_at, code_key_id, code_hmac,"
            " code_failures) VALUES %s ON CONFLICT (account_id) DO UPDATE SET kind = EXCLUDED.kind,"
            " asked_at = EXCLUDED.asked_at, opens_at = EXCLUDED.opens_at, closes_at = EXCLUDED.closes_at,"
            " code_key_id = EXCLUDED.code_key_id, code_hmac = EXCLUDED.code_hmac,"
            " code_failures = EXCLUDED.code_failures",
            [
                (
                    window.account_id,
                    window.kind.value,
                    window.asked_at,
                    window.opens_at,
                    window.closes_at,
                    *columns_of(window.code),
                    window.code_failures,
                )
                for window in windows
            ],
        )

    def end_activation(self, account_id: str) -> bool:
        self._tx.execute("DELETE FROM activation_ticket WHERE account_id = %s", (account_id,))
        return self._tx.execute("DELETE FROM activation WHERE account_id = %s", (account_id,)) == 1

    def end_reopening(self, account_id: str) -> None:
        self._tx.execute("DELETE FROM activation WHERE account_id = %s AND kind = 'reopened'", (account_id,))

    def reopening(self, account_id: str) -> Reopening | None:
        window = self.activation(account_id)
        if window is None or window.kind != ActivationKind.REOPENED:
            return None
        return Reopening(asked_at=window.asked_at.timestamp(), opens_at=window.opens_at.timestamp())

    def never_activated_after(
        self, selection: Selection, after: tuple[str, str], limit: int
    ) -> list[tuple[Account, ActivationWindow | None]]:
        rows = self._tx.all(
            f"SELECT {ACCOUNT}, {_WINDOW} FROM account a LEFT JOIN activation w USING (account_id)"  # noqa: S608
            " WHERE a.state = 'never_activated' AND (a.uai, a.address) > (%(uai_before)s, %(address_before)s)"
            " AND (%(address)s = '' OR a.address = %(address)s) AND (%(uai)s = '' OR a.uai = %(uai)s)"
            " AND (%(categories)s IS NULL OR a.category = ANY(%(categories)s))"
            " ORDER BY a.uai, a.address LIMIT %(limit)s FOR UPDATE OF a",
            {
                "uai_before": after[0],
                "address_before": after[1],
                "address": selection.address,
                "uai": selection.uai,
                "categories": list(selection.categories) if selection.categories is not None else None,
                "limit": limit,
            },
        )
        return [(account_of(row), _window_of(row) if row["kind"] else None) for row in rows]


def _window_of(row: Row) -> ActivationWindow:
    return ActivationWindow(
        row["account_id"],
        ActivationKind(row["kind"]),
        row["asked_at"],
        row["opens_at"],
        row["closes_at"],
        digest_of(row["code_key_id"], row["code_hmac"]),
        row["code_failures"],
    )
