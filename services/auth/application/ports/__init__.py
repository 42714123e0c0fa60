"""What the use cases need from outside, as protocols that the adapters implement."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from services.auth.application.ports.accounts import Accounts
from services.auth.application.ports.activations import Activations
from services.auth.application.ports.challenges import Challenges
from services.auth.application.ports.codes import Draw, Speak
from services.auth.application.ports.common_passwords import CommonPasswords
from services.auth.application.ports.devices import DeviceKind, Devices
from services.auth.application.ports.events import Events
from services.auth.application.ports.failures import Failures
from services.auth.application.ports.hasher import Hasher
from services.auth.application.ports.imports import Imports
from services.auth.application.ports.lapsed import Lapsed
from services.auth.application.ports.notices import Notices
from services.auth.application.ports.push_subscriptions import PushSubscriptions
from services.auth.application.ports.recoveries import Recoveries
from services.auth.application.ports.recovery_codes import RecoveryCodes
from services.auth.application.ports.recovery_emails import RecoveryEmailRows
from services.auth.application.ports.refusal import Refusal
from services.auth.application.ports.run import Run, in_place
from services.auth.application.ports.sessions import Sessions, StoredSession
from services.auth.application.ports.short_logins import ShortLogins
from services.auth.application.ports.tickets import Tickets
from services.auth.application.ports.trail import Trail
from services.auth.application.ports.whereabouts import Describe, Whereabouts

__all__ = [
    "AuthTransaction",
    "Clock",
    "CommonPasswords",
    "Describe",
    "DeviceKind",
    "Draw",
    "Hasher",
    "Refusal",
    "Run",
    "Speak",
    "Store",
    "StoredSession",
    "Whereabouts",
    "in_place",
]

Clock = Callable[[], datetime]
"""The time now, aware, in UTC."""


class AuthTransaction(
    Accounts,
    Activations,
    Challenges,
    Devices,
    Events,
    Failures,
    Imports,
    Lapsed,
    Notices,
    PushSubscriptions,
    Recoveries,
    RecoveryCodes,
    RecoveryEmailRows,
    Sessions,
    ShortLogins,
    Tickets,
    Trail,
    Protocol,
):
    """The tables of auth within one transaction."""


class Store(Protocol):
    def begin(self, *, read_only: bool = False) -> AbstractContextManager[AuthTransaction]:
        """Commits when its block ends or raises a Refusal, rolls back when it raises anything else. read_only: all of
        it sees the state of one moment."""
        ...
