"""The auth service: accounts, sign-in, sessions."""

from typing import ClassVar, Literal, Protocol

from pydantic import SecretStr, field_serializer

from contracts.base import Contract, Empty, Event, Ping, Pong, rpc_service

AccountState = Literal["never_activated", "active", "suspended", "departed"]


class Agent(Contract):
    """Who somebody is, as every service may know it. Never holds the NUMEN nor the birth date."""

    account_id: str
    address: str
    given_name: str
    family_name: str
    category: str
    uai: str
    departement: str


class Credentials(Contract):
    """What the sign-in form holds. `login` is the professional address or the short identifier."""

    login: str
    password: SecretStr
    source: str = ""
    """Network address of the client, for throttling; kept nowhere else."""

    @field_serializer("password", when_used="json")
    def _reveal(self, value: SecretStr) -> str:
        return value.get_secret_value()


class SignedIn(Contract):
    """A session was opened. `token` is the opaque cookie value (only its hash is stored); `csrf` pairs with it."""

    token: SecretStr
    csrf: str
    agent: Agent
    expires_at: float
    """Absolute end, seconds since the epoch."""

    @field_serializer("token", when_used="json")
    def _reveal(self, value: SecretStr) -> str:
        return value.get_secret_value()


class MustChoosePassword(Contract):
    """The NUMEN opened a ten-minute ticket that can do one thing: choose a personal password."""

    ticket: SecretStr

    @field_serializer("ticket", when_used="json")
    def _reveal(self, value: SecretStr) -> str:
        return value.get_secret_value()


class SignInReply(Contract):
    """Exactly one of the two is set."""

    signed_in: SignedIn | None = None
    must_choose_password: MustChoosePassword | None = None


class Activation(Contract):
    """Choose the personal password with a ticket. Errors: ticket-expired; weak-password (details: advice, a list of
    codes: too-short, too-long, too-common, too-personal)."""

    ticket: SecretStr
    password: SecretStr

    @field_serializer("ticket", "password", when_used="json")
    def _reveal(self, value: SecretStr) -> str:
        return value.get_secret_value()


class SessionToken(Contract):
    token: SecretStr

    @field_serializer("token", when_used="json")
    def _reveal(self, value: SecretStr) -> str:
        return value.get_secret_value()


class Session(Contract):
    """A live session. `session_id` is the hash of the token: what events name it by."""

    session_id: str
    csrf: str
    agent: Agent
    expires_at: float


@rpc_service("auth")
class AuthApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal."""

    def ping(self, request: Ping, /) -> Pong: ...

    def sign_in(self, request: Credentials, /) -> SignInReply:
        """Opens a session, or a ticket while the account was never activated. Errors: bad-credentials, slow-down."""
        ...

    def activate(self, request: Activation, /) -> SignedIn:
        """Sets the first personal password and opens a session; from then on the NUMEN is refused."""
        ...

    def verify_session(self, request: SessionToken, /) -> Session:
        """Errors: bad-credentials when the session ended or never was."""
        ...

    def sign_out(self, request: SessionToken, /) -> Empty:
        """Ends the session; saying it twice is the same as once."""
        ...

    def verify_password(self, request: Credentials, /) -> Agent:
        """For protocols that send the password each time (Basic). Only active accounts. Errors: bad-credentials,
        slow-down. Callers cache the answer briefly and drop it on CredentialChanged."""
        ...


class AccountEvent(Event):
    """`sequence` is gapless from 1 in the order of commits, over AccountCreated and AccountChanged together: whoever
    has applied as many of them as the highest sequence has seen them all."""

    consumers: ClassVar[tuple[str, ...]] = ("mail", "calendar", "contacts")
    sequence: int
    agent: Agent
    state: AccountState


class AccountCreated(AccountEvent):
    type: ClassVar[str] = "auth.account.created"


class AccountChanged(AccountEvent):
    """Name, category, establishment or state changed; the address never does."""

    type: ClassVar[str] = "auth.account.changed"


class DirectoryPosition(Event):
    """Every ten seconds: how many account events exist. Lets mail tell "no such address" from "not told yet"."""

    type: ClassVar[str] = "auth.directory.position"
    consumers: ClassVar[tuple[str, ...]] = ("mail",)
    sequence: int
    at: float
    """When it was read, seconds since the epoch."""


class SessionEnded(Event):
    """Sign-out, expiry by an administrator, replacement. Broadcast to the gateways' caches."""

    type: ClassVar[str] = "auth.session.ended"
    session_ids: list[str]


class CredentialChanged(Event):
    """The password or the state of an account changed: cached verifications of it are void. Broadcast."""

    type: ClassVar[str] = "auth.credential.changed"
    account_id: str
