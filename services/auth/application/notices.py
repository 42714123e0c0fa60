"""Has a mail sent to an agent, by the process that sends them."""

import secrets
from datetime import datetime, timedelta

from services.auth.application.ports import AuthTransaction
from services.auth.domain.notice import NoticeKind

SPREAD_SECONDS = 4.0


def owe(
    tx: AuthTransaction, kind: NoticeKind, account_id: str | None, now: datetime, address: str | None = None
) -> None:
    """It is due after a while drawn by lot: whoever asked must not feel whether their next call meets the work of
    sending. account_id None: the row is there, and no mail will be. address: as in Notice."""
    wait = timedelta(seconds=SPREAD_SECONDS * secrets.randbelow(1_000) / 1_000)
    tx.owe_notice(kind, account_id, now, now + wait, address)
