"""Between the columns of the account table and the domain's Account."""

from chassis.db import Row
from contracts.auth import Agent
from services.auth.domain.account import Account, KeyedDigest

ACCOUNT = """
    a.account_id, a.address, a.short_login, a.given_name, a.family_name, a.category, a.uai, a.departement, a.state,
    a.numen_key_id, a.numen_hmac, a.birth_date_key_id, a.birth_date_hmac, a.password_hash,
    a.password_changed_at
"""


def account_of(row: Row) -> Account:
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
        digest_of(row["numen_key_id"], row["numen_hmac"]),
        digest_of(row["birth_date_key_id"], row["birth_date_hmac"]),
        row["password_hash"],
        row["password_changed_at"],
        row["short_login"],
    )


def digest_of(key_id: str | None, digest: memoryview | None) -> KeyedDigest | None:
    return KeyedDigest(key_id, bytes(digest)) if key_id is not None and digest is not None else None


def columns_of(digest: KeyedDigest | None) -> tuple[str | None, bytes | None]:
    return (digest.key_id, digest.digest) if digest else (None, None)
