"""The trail: what is noted about accounts, and how lines are chained so that a change of one shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from contracts.auth import Client

MAX_USER_AGENT = 400
MAX_SOURCE = 64


class Action(StrEnum):
    """Stable words; what an agent reads is chosen by the web app's catalogue."""

    ACCOUNT_CREATED = "account-created"
    ACCOUNT_CHANGED = "account-changed"
    ACTIVATION_OPENED = "activation-opened"
    CODE_PRINTED = "code-printed"
    ACTIVATION_STARTED = "activation-started"
    ACTIVATED = "activated"
    SIGNED_IN = "signed-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SLOWED_DOWN = "slowed-down"
    SIGNED_OUT = "signed-out"
    SESSION_ENDED = "session-ended"
    SESSIONS_ENDED = "sessions-ended"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a word of the trail
    PASSWORD_CHECK_FAILED = "password-check-failed"  # noqa: S105 - a word of the trail
    RECOVERY_ASKED = "recovery-asked"
    RECOVERY_FAILED = "recovery-failed"
    RECOVERY_LINK_SENT = "recovery-link-sent"
    RECOVERY_CODE_USED = "recovery-code-used"
    PASSWORD_RESET = "password-reset"  # noqa: S105 - a word of the trail
    RECOVERY_EMAIL_CHANGED = "recovery-email-changed"
    RECOVERY_EMAIL_CONFIRMED = "recovery-email-confirmed"
    RECOVERY_EMAIL_REMOVED = "recovery-email-removed"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    REOPENING_ASKED = "reopening-asked"
    REOPENING_STOPPED = "reopening-stopped"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    DEPARTED = "departed"


class By(StrEnum):
    """AGENT proved to be the holder. ADMINISTRATION acts on the command line. UNKNOWN proved nothing."""

    AGENT = "agent"
    ADMINISTRATION = "administration"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be noted. account_id: None where nobody's account was meant. details: never a secret, an address or
    what somebody typed."""

    action: Action
    account_id: str | None
    by: By
    client: Client = field(default_factory=Client)
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in its place. month: its first day. number: from 1 in each month."""

    month: date
    number: int
    at: datetime
    account_id: str | None
    action: str
    by: str
    source: str
    user_agent: str
    details: Mapping[str, str | int]
    key_id: str = ""
    seal: bytes = b""

    @classmethod
    def of(cls, entry: Entry, month: date, number: int, at: datetime) -> "Line":
        return cls(
            month=month,
            number=number,
            at=at,
            account_id=entry.account_id,
            action=entry.action.value,
            by=entry.by.value,
            source=entry.client.source[:MAX_SOURCE],
            user_agent=entry.client.user_agent[:MAX_USER_AGENT],
            details=dict(entry.details),
        )

    def sealed_bytes(self) -> bytes:
        """All that the seal holds together, one way only to write it."""
        parts = [
            self.month.isoformat(),
            self.number,
            self.at.timestamp(),
            self.account_id,
            self.action,
            self.by,
            self.source,
            self.user_agent,
            dict(self.details),
        ]
        return json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def month_of(at: datetime) -> date:
    return date(at.year, at.month, 1)
