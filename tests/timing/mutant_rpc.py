"""Auth with two leaks: nobody's password is not hashed, and nobody's recovery is not written down. It exists to be
caught: the timing test must find both."""

from services.auth.entrypoints import rpc  # isort: skip  must be first: it makes the process green

from datetime import datetime
from typing import Any

from services.auth.application import identify
from services.auth.application.check_password import CheckPassword
from services.auth.application.notices import owe
from services.auth.application.ports import AuthTransaction
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing
from services.auth.domain.notice import NoticeKind
from services.auth.domain.trail import Entry

_is_password = CheckPassword._is_password


def hasty_is_password(self: CheckPassword, account: Account | None, password: str, ahead: bool) -> bool:
    return account is not None and _is_password(self, account, password, ahead)


def hasty_owe(tx: AuthTransaction, kind: NoticeKind, account_id: str | None, now: datetime) -> None:
    if account_id is not None:
        owe(tx, kind, account_id, now)


def hasty_record(tx: AuthTransaction, keys: KeyRing, now: datetime, entry: Entry) -> None:
    if entry.account_id is not None:
        record(tx, keys, now, entry)


def main() -> None:
    leaks: list[tuple[Any, str, Any]] = [
        (CheckPassword, "_is_password", hasty_is_password),
        (identify, "owe", hasty_owe),
        (identify, "record", hasty_record),
    ]
    for place, name, hasty in leaks:
        setattr(place, name, hasty)
    rpc.main()


if __name__ == "__main__":
    main()
