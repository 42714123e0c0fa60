"""The trail: what is noted about accounts, and how lines are chained so that a change of one shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from contracts.auth import Client

MAX_USER_AGENT = 400
MAX_SOURCE = 64
NO_SEAL = bytes(32)
"""What the first line of all is sealed together with."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Action(StrEnum):
    """Stable words; what an agent reads is chosen by the web app's catalogue."""

    ACCOUNT_CREATED = "account-created"
    ACCOUNT_CHANGED = "account-changed"
    ACTIVATION_OPENED = "activation-opened"
    CODE_PRINTED = "code-printed"
    ACTIVATION_STARTED = "activation-started"
    ACTIVATED = "activated"
    SIGNED_IN = "signed-in"
    PROGRAM_SIGNED_IN = "program-signed-in"
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
    TRAIL_ERASED = "trail-erased"


class By(StrEnum):
    """AGENT proved to be the holder. ADMINISTRATION acts on the command line or by a setting. UNKNOWN is anybody."""

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
            source=_storable(entry.client.source, MAX_SOURCE),
            user_agent=_storable(entry.client.user_agent, MAX_USER_AGENT),
            details=dict(entry.details),
        )

    def sealed_bytes(self) -> bytes:
        """All that the seal holds together, one way only to write it. The key's id is not in it: under another key the
        seal is another."""
        parts = [
            self.month.isoformat(),
            self.number,
            (self.at - _EPOCH) // _MICROSECOND,
            self.account_id,
            self.action,
            self.by,
            self.source,
            self.user_agent,
            dict(self.details),
        ]
        return json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The newest line: its month (the first day of it), its number in that month, from 1, and its seal. Number 0: the
    month has no line yet, and the seal is that of the last line before it."""

    month: date
    number: int
    seal: bytes

    def __str__(self) -> str:
        """As an operator notes it: seal@year-month/number."""
        return f"{self.seal.hex()}@{self.month:%Y-%m}/{self.number}"


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that ended: how many lines it had, the seal of the last one, and when they were erased (None: not)."""

    month: date
    lines: int
    seal: bytes
    erased_at: datetime | None = None


def month_of(at: datetime) -> date:
    """The first day of its month, in UTC."""
    return at.astimezone(UTC).date().replace(day=1)


def months_before(month: date, count: int) -> date:
    """The month so many months earlier."""
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _storable(text: str, most: int) -> str:
    """Within the bounds, and without what no text column takes (NUL) or no encoding writes (half of a surrogate pair):
    what is read back must be what was sealed."""
    return text[:most].replace("\0", "\ufffd").encode("utf-8", "replace").decode()
