"""The tables of auth on PostgreSQL. All SQL of the service is here."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from chassis.db import Database, Row, Transaction
from chassis.outbox import enqueue
from contracts.auth import Agent
from contracts.base import Event
from services.auth.application.ports import StoredSession
from services.auth.domain.account import Account, KeyedDigest

_ACCOUNT = """
    a.account_id, a.address, a.given_name, a.family_name, a.category, a.uai, a.departement, a.state,
    a.numen_key_id, a.numen_hmac, a.birth_date_key_id, a.birth_date_hmac, a.password_hash
"""
_IMPORT_LOCK = 4_021_987_366


class PostgresStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def begin(self) -> Iterator["PostgresTransaction"]:
        with self._database.transaction() as tx:
            yield PostgresTransaction(tx)


class PostgresTransaction:
    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def account(self, account_id: str, *, lock: bool = False) -> Account | None:
        return self._one_account("a.account_id = %s", account_id, lock)

    def account_by_address(self, address: str, *, lock: bool = False) -> Account | None:
        return self._one_account("a.address = %s", address, lock)

    def accounts_after(self, address: str, limit: int) -> list[Account]:
        sql = f"SELECT {_ACCOUNT} FROM account a WHERE a.address > %s ORDER BY a.address LIMIT %s"  # noqa: S608
        return [_account(row) for row in self._tx.all(sql, (address, limit))]

    def accounts_by_numen(self, digests: Sequence[bytes]) -> dict[bytes, Account]:
        rows = self._tx.all(
            f"SELECT {_ACCOUNT} FROM account a WHERE a.numen_hmac = ANY(%s) ORDER BY a.account_id FOR UPDATE",  # noqa: S608
            (list(digests),),
        )
        return {bytes(row["numen_hmac"]): _account(row) for row in rows}

    def add_accounts(self, accounts: Sequence[Account]) -> None:
        self._tx.values(
            "INSERT INTO account (account_id, address, given_name, family_name, category, uai, departement, state,"
            " numen_key_id, numen_hmac, birth_date_key_id, birth_date_hmac, password_hash) VALUES %s",
            [
                (
                    account.agent.account_id,
                    account.agent.address,
                    account.agent.given_name,
                    account.agent.family_name,
                    account.agent.category,
                    account.agent.uai,
                    account.agent.departement,
                    account.state,
                    *_columns(account.numen),
                    *_columns(account.birth_date),
                    account.password_hash,
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
                    *_columns(account.numen),
                    *_columns(account.birth_date),
                    agent.account_id,
                ),
            )

    def set_password(self, account_id: str, password_hash: str) -> None:
        self._tx.execute(
            "UPDATE account SET password_hash = %s, state = 'active', changed_at = now() WHERE account_id = %s",
            (password_hash, account_id),
        )

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

    def publish(self, event: Event) -> None:
        enqueue(self._tx, event)

    def is_waiting(self, event_type: type[Event]) -> bool:
        return self._tx.one("SELECT 1 FROM outbox WHERE routing_key = %s LIMIT 1", (event_type.type,)) is not None

    def put_ticket(self, account_id: str, ticket_hash: bytes, expires_at: datetime) -> None:
        self._tx.execute(
            "INSERT INTO activation_ticket (account_id, ticket_hash, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (account_id) DO UPDATE SET ticket_hash = EXCLUDED.ticket_hash,"
            " expires_at = EXCLUDED.expires_at",
            (account_id, ticket_hash, expires_at),
        )

    def account_of_ticket(self, ticket_hash: bytes, now: datetime) -> Account | None:
        row = self._tx.one(
            f"SELECT {_ACCOUNT} FROM activation_ticket t JOIN account a USING (account_id)"  # noqa: S608
            " WHERE t.ticket_hash = %s AND t.expires_at > %s",
            (ticket_hash, now),
        )
        return _account(row) if row else None

    def take_ticket(self, ticket_hash: bytes, now: datetime) -> bool:
        sql = "DELETE FROM activation_ticket WHERE ticket_hash = %s AND expires_at > %s"
        return self._tx.execute(sql, (ticket_hash, now)) == 1

    def add_session(self, session_hash: bytes, account_id: str, now: datetime, expires_at: datetime) -> None:
        self._tx.execute(
            "INSERT INTO session (session_hash, account_id, opened_at, used_at, expires_at)"
            " VALUES (%s, %s, %s, %s, %s)",
            (session_hash, account_id, now, now, expires_at),
        )

    def session(self, session_hash: bytes) -> StoredSession | None:
        row = self._tx.one(
            f"SELECT s.used_at, s.expires_at, {_ACCOUNT} FROM session s JOIN account a USING (account_id)"  # noqa: S608
            " WHERE s.session_hash = %s",
            (session_hash,),
        )
        return StoredSession(_account(row), row["used_at"], row["expires_at"]) if row else None

    def touch_session(self, session_hash: bytes, now: datetime) -> None:
        self._tx.execute("UPDATE session SET used_at = %s WHERE session_hash = %s", (now, session_hash))

    def end_session(self, session_hash: bytes) -> bool:
        return self._tx.execute("DELETE FROM session WHERE session_hash = %s", (session_hash,)) == 1

    def end_sessions(self, account_id: str, *, but_newest: int = 0) -> list[bytes]:
        rows = self._tx.all(
            "DELETE FROM session WHERE session_hash IN (SELECT session_hash FROM session WHERE account_id = %s"
            " ORDER BY opened_at DESC, session_hash OFFSET %s) RETURNING session_hash",
            (account_id, but_newest),
        )
        return [bytes(row["session_hash"]) for row in rows]

    def count_failure(self, bucket: bytes, now: datetime, expires_at: datetime) -> tuple[int, datetime]:
        row = self._tx.only(
            "INSERT INTO sign_in_failures AS f (bucket, failures, expires_at) VALUES (%(bucket)s, 1, %(until)s)"
            " ON CONFLICT (bucket) DO UPDATE SET"
            " failures = CASE WHEN f.expires_at <= %(now)s THEN 1 ELSE least(f.failures, 1000000) + 1 END,"
            " expires_at = CASE WHEN f.expires_at <= %(now)s THEN EXCLUDED.expires_at ELSE f.expires_at END"
            " RETURNING failures, expires_at",
            {"bucket": bucket, "now": now, "until": expires_at},
        )
        return int(row["failures"]), row["expires_at"]

    def forgive(self, bucket: bytes, failures: int | None = None) -> None:
        if failures is None:
            self._tx.execute("DELETE FROM sign_in_failures WHERE bucket = %s", (bucket,))
        else:
            self._tx.execute(
                "UPDATE sign_in_failures SET failures = greatest(0, failures - %s) WHERE bucket = %s",
                (failures, bucket),
            )

    def begin_import_batch(self) -> None:
        self._tx.execute("SELECT pg_advisory_xact_lock(%s)", (_IMPORT_LOCK,))

    def note_import_lines(self, import_id: UUID, now: datetime, lines: Mapping[bytes, int]) -> dict[bytes, int]:
        rows = self._tx.all(
            "SELECT numen_hmac, line_number FROM import_line WHERE import_id = %s AND numen_hmac = ANY(%s)",
            (str(import_id), list(lines)),
        )
        earlier = {bytes(row["numen_hmac"]): int(row["line_number"]) for row in rows}
        self._tx.values(
            "INSERT INTO import_line (import_id, numen_hmac, line_number, started_at) VALUES %s",
            [(str(import_id), digest, line, now) for digest, line in lines.items() if digest not in earlier],
        )
        return earlier

    def end_import(self, import_id: UUID) -> None:
        self._tx.execute("DELETE FROM import_line WHERE import_id = %s", (str(import_id),))

    def sweep(self, now: datetime, idle_since: datetime, limit: int) -> int:
        lapsed = (
            ("session", "expires_at <= %(now)s OR used_at <= %(idle)s"),
            ("activation_ticket", "expires_at <= %(now)s"),
            ("sign_in_failures", "expires_at <= %(now)s"),
            ("import_line", "started_at <= %(now)s - interval '1 day'"),
        )
        params = {"now": now, "idle": idle_since, "limit": limit}
        return sum(
            self._tx.execute(
                f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} WHERE {condition}"  # noqa: S608
                " LIMIT %(limit)s FOR UPDATE SKIP LOCKED)",
                params,
            )
            for table, condition in lapsed
        )

    def _one_account(self, condition: str, value: str, lock: bool) -> Account | None:
        row = self._tx.one(
            f"SELECT {_ACCOUNT} FROM account a WHERE {condition}" + (" FOR UPDATE" if lock else ""),  # noqa: S608
            (value,),
        )
        return _account(row) if row else None


def _account(row: Row) -> Account:
    agent = Agent(
        account_id=row["account_id"],
        address=row["address"],
        given_name=row["given_name"],
        family_name=row["family_name"],
        category=row["category"],
        uai=row["uai"],
        departement=row["departement"],
    )
    return Account(
        agent,
        row["state"],
        _digest(row["numen_key_id"], row["numen_hmac"]),
        _digest(row["birth_date_key_id"], row["birth_date_hmac"]),
        row["password_hash"],
    )


def _digest(key_id: str | None, digest: memoryview | None) -> KeyedDigest | None:
    return KeyedDigest(key_id, bytes(digest)) if key_id is not None and digest is not None else None


def _columns(digest: KeyedDigest | None) -> tuple[str | None, bytes | None]:
    return (digest.key_id, digest.digest) if digest else (None, None)
