"""Auth, for the holder of an account: what only they may see and change."""

from typing import Protocol

from contracts.auth import Agent, Client, SignedIn
from contracts.base import Contract, Empty, Secret, rpc_service

MAX_ACTIVITY_PAGE = 100


class Holder(Contract):
    """Who asks, known by a live cookie session that the caller has verified."""

    account_id: str
    session_id: str
    client: Client = Client()


class AccountRequest(Contract):
    holder: Holder


class RecoveryMeans(Contract):
    """What is enrolled. email: masked ("c•••@exemple.fr"), "" for none. email_waiting: a newer one, masked too, that is
    to take its place once it is confirmed; "" for none."""

    email: str = ""
    email_confirmed: bool = False
    email_waiting: str = ""
    codes_left: int = 0


class Reopening(Contract):
    """Somebody got the administration to open a new activation of this account: the holder may stop it. Seconds since
    the epoch; it takes effect at `opens_at`."""

    asked_at: float
    opens_at: float


class AccountView(Contract):
    agent: Agent
    short_login: str
    password_changed_at: float
    means: RecoveryMeans
    reopening: Reopening | None = None


class PasswordChange(Contract):
    holder: Holder
    current: Secret
    password: Secret


class RecoveryEmail(Contract):
    """address: "" removes the one there is."""

    holder: Holder
    current: Secret
    address: str


class CodesRequest(Contract):
    holder: Holder
    current: Secret


class RecoveryCodes(Contract):
    """Single-use codes to be printed; shown this once. Earlier ones are void."""

    codes: list[Secret]


class OpenSession(Contract):
    """place: the institution's name for the network, "" when it has none. Times: seconds since the epoch."""

    session_id: str
    current: bool
    browser: str
    system: str
    source: str
    place: str
    shared: bool
    opened_at: float
    used_at: float


class OpenSessions(Contract):
    sessions: list[OpenSession]


class SessionEnding(Contract):
    holder: Holder
    session_id: str


class ActivityRequest(Contract):
    """before: `next` of an earlier page, "" for the newest lines."""

    holder: Holder
    before: str = ""
    limit: int = 50


class ActivityLine(Contract):
    """action: a stable word (services/auth/domain/trail.py). by: "agent", "administration" or "unknown" (somebody who
    did not prove who they are). Browser, system, source and place: "" where nobody was at a screen."""

    at: float
    action: str
    by: str
    browser: str = ""
    system: str = ""
    source: str = ""
    place: str = ""
    details: dict[str, str | int] = {}


class Activity(Contract):
    """Newest first. next: "" when these are the last."""

    lines: list[ActivityLine]
    next: str = ""


@rpc_service("auth")
class AccountApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal; not-found when the account or the session is no
    longer there. A `current` password that is wrong: bad-credentials, or slow-down after too many."""

    def view_account(self, request: AccountRequest, /) -> AccountView: ...

    def change_password(self, request: PasswordChange, /) -> SignedIn:
        """Ends every session, this one too, and opens a new one in its place. Errors: bad-credentials, slow-down,
        weak-password."""
        ...

    def set_recovery_email(self, request: RecoveryEmail, /) -> RecoveryMeans:
        """Has a link to confirm it sent there; until then the earlier address goes on. Errors: bad-credentials,
        slow-down, invalid-request (details: fields)."""
        ...

    def make_recovery_codes(self, request: CodesRequest, /) -> RecoveryCodes:
        """Errors: bad-credentials, slow-down."""
        ...

    def list_sessions(self, request: AccountRequest, /) -> OpenSessions: ...

    def end_session(self, request: SessionEnding, /) -> Empty:
        """One of the holder's own; saying it twice is the same as once."""
        ...

    def end_other_sessions(self, request: AccountRequest, /) -> Empty: ...

    def list_activity(self, request: ActivityRequest, /) -> Activity: ...

    def stop_reopening(self, request: AccountRequest, /) -> Empty:
        """« Ce n’est pas moi »: the activation that was asked for will not open."""
        ...
