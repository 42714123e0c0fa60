"""The accounts, their addresses and their numbered events."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from contracts.auth import AccountState
from services.auth.adapters.store.account_rows import ACCOUNT, account_of, columns_of
from services.auth.adapters.store.tables import Tables
from services.auth.domain.account import Account


class AccountTables(Tables):
    def account(self, account_id: str, *, lock: bool = False) -> Account | None:
        return self._one_account("a.account_id = %s", account_id, lock)

    def account_by_address(self, address: str, *, lock: bool = False) -> Account | None:
        return self._one_account("a.address = %s", address, lock)

    def account_by_login(self, address: str, short_login: str) -> Account | None:
        row = self._tx.one(
            f"SELECT {ACCOUNT} FROM account a WHERE a.address = %(address)s OR a.short_login = %(short)s"  # noqa: S608
            " ORDER BY a.address = %(address)s DESC LIMIT 1",
            {"address": address, "short": short_login},
        )
        return account_of(row) if row else None

    def accounts_after(self, address: str, limit: int) -> list[Account]:
        sql = f"SELECT {ACCOUNT} FROM account a WHERE a.address > %s ORDER BY a.address LIMIT %s"  # noqa: S608
        return [account_of(row) for row in self._tx.all(sql, (address, limit))]

    def accounts_by_numen(self, digests: Sequence[bytes]) -> dict[bytes, Account]:
        rows = self._tx.all(
            f"SELECT {ACCOUNT} FROM account a WHERE a.numen_hmac = ANY(%s) ORDER BY a.account_id FOR UPDATE",  # noqa: S608
            (list(digests),),
        )
        return {bytes(row["numen_hmac"]): account_of(row) for row in rows}

    def add_accounts(self, accounts: Sequence[Account]) -> None:
        self._tx.values(
            "INSERT INTO account (account_id, address, short_login, given_name, family_name, category, uai,"
            " departement, state, numen_key_id, numen_hmac, birth_date_key_id, birth_date_hmac, password_hash,"
            " password_changed_at) VALUES %s",
            [
                (
                    account.agent.account_id,
                    account.agent.address,
                    account.short_login,
                    account.agent.given_name,
                    account.agent.family_name,
                    account.agent.category,
                    account.agent.uai,
                    account.agent.departement,
                    account.state,
                    *columns_of(account.numen),
                    *columns_of(account.birth_date),
                    account.password_hash,
                    account.password_changed_at,
                )
                for account in accounts
            ],
        )

    def change_identities(self, accounts: Sequence[Account]) -> None:
        for account in accounts:
            agent = account.agent
            self._tx.execute(
                "UPDATE account SET given_name = %s, family_name = %s, category = %s, uai = %s, departement = %s,"
                " numen_key_id = %s, numen_hmac = %s, birth_date_key_id = %s, birth_date_hmac = %s, changed_at = now()"
                " WHERE account_id = %s",
                (
                    agent.given_name,
                    agent.family_name,
                    agent.category,
                    agent.uai,
                    agent.departement,
                    *columns_of(account.numen),
                    *columns_of(account.birth_date),
                    agent.account_id,
                ),
            )

    def set_password(self, account_id: str, password_hash: str, now: datetime) -> None:
        self._tx.execute(
            "UPDATE account SET password_hash = %s, password_changed_at = %s, state = 'active', changed_at = now()"
            " WHERE account_id = %s",
            (password_hash, now, account_id),
        )

    def set_state(self, account_id: str, state: AccountState) -> None:
        self._tx.execute("UPDATE account SET state = %s, changed_at = now() WHERE account_id = %s", (state, account_id))

    def replace_hash(self, account_id: str, known: str, renewed: str) -> None:
        sql = "UPDATE account SET password_hash = %s WHERE account_id = %s AND password_hash = %s"
        self._tx.execute(sql, (renewed, account_id, known))

    def last_numbers(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """In one order for all, so that two imports can't lock each other out."""
        rows = self._tx.values(
            "INSERT INTO address_series (base, last_number) VALUES %s ON CONFLICT (base)"
            " DO UPDATE SET last_number = address_series.last_number + EXCLUDED.last_number"
            " RETURNING base, last_number",
            sorted(wanted.items()),
        )
        return {row["base"]: row["last_number"] for row in rows}

    def claim_addresses(self, claims: Sequence[tuple[str, str]]) -> set[str]:
        rows = self._tx.values(
            "INSERT INTO address_ledger (address, account_id) VALUES %s ON CONFLICT DO NOTHING RETURNING address",
            sorted(claims),
        )
        return {row["address"] for row in rows}

    def next_sequences(self, count: int) -> int:
        row = self._tx.only("UPDATE account_sequence SET sequence = sequence + %s RETURNING sequence", (count,))
        return int(row["sequence"]) - count + 1

    def last_sequence(self) -> int:
        return int(self._tx.only("SELECT sequence FROM account_sequence")["sequence"])

    def _one_account(self, condition: str, value: str, lock: bool) -> Account | None:
        row = self._tx.one(
            f"SELECT {ACCOUNT} FROM account a WHERE {condition}" + (" FOR UPDATE" if lock else ""),  # noqa: S608
            (value,),
        )
        return account_of(row) if row else None
