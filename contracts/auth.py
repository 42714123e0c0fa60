"""The auth service: accounts, sign-in, sessions. Its other pages: account.py, recovery.py."""

from typing import ClassVar, Literal, Protocol

from pydantic import SecretStr

from contracts.base import Contract, Empty, Event, Ping, Pong, Secret, StateChanged, rpc_service

AccountState = Literal["never_activated", "active", "suspended", "departed"]

NO_SECRET = SecretStr("")


class Agent(Contract):
    """Who somebody is, as every service may know it. Never holds the NUMEN nor the birth date."""

    account_id: str
    address: str
    given_name: str
    family_name: str
    category: str
    uai: str
    departement: str


class Client(Contract):
    """From where somebody asks, as the gateway saw it. Kept in sessions and in the trail, nowhere else.

    source: network address. device: what the device's cookie holds, "" when there is none. shared: the agent says that
    others use this computer too, so nothing may stay on it."""

    source: str = ""
    user_agent: str = ""
    device: Secret = NO_SECRET
    shared: bool = False


class SolvedChallenge(Contract):
    """The answer to a recovery.Challenge. Each serves once, right or wrong. typed: the displayed code. nonce: the
    proof of work."""

    token: str
    typed: str
    nonce: str


class Credentials(Contract):
    """What the sign-in form holds. `login` is the professional address or the short identifier."""

    login: str
    password: Secret
    client: Client = Client()
    solved: SolvedChallenge | None = None


class SignedIn(Contract):
    """A session was opened. `token` is the opaque cookie value (only its hash is stored); `csrf` pairs with it."""

    token: Secret
    csrf: str
    agent: Agent
    expires_at: float
    """Absolute end, seconds since the epoch."""
    shared: bool = False
    device: Secret = NO_SECRET
    """What the device's cookie is to hold from now on; "" to leave the device as it is."""


class MustChoosePassword(Contract):
    """The NUMEN opened a ten-minute ticket that can do one thing: choose a personal password and a way to recover it.
    needs_code: the administration's one-time code is asked for as well."""

    ticket: Secret
    needs_code: bool = False


class SignInReply(Contract):
    """Exactly one of the two is set."""

    signed_in: SignedIn | None = None
    must_choose_password: MustChoosePassword | None = None


class Activation(Contract):
    """Choose the personal password with a ticket. `code`: the administration's, where it is needed. `recovery_email`:
    a personal address for the day the password is lost, "" for none yet; it serves once it was confirmed."""

    ticket: Secret
    password: Secret
    code: Secret = NO_SECRET
    recovery_email: str = ""
    client: Client = Client()


class SessionToken(Contract):
    token: Secret


class Session(Contract):
    """A live session. `session_id` is the hash of the token: what events name it by."""

    session_id: str
    csrf: str
    agent: Agent
    expires_at: float
    shared: bool = False


@rpc_service("auth")
class AuthApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal."""

    def ping(self, request: Ping, /) -> Pong: ...

    def sign_in(self, request: Credentials, /) -> SignInReply:
        """Opens a session, or a ticket while the account's activation is open. Errors: bad-credentials;
        challenge-required, also when the one that was sent is wrong or was used (details: difficulty); slow-down."""
        ...

    def activate(self, request: Activation, /) -> SignedIn:
        """Sets the personal password and opens a session; from then on the NUMEN is refused. Errors: ticket-expired;
        bad-code (details: tries_left); invalid-request (details: fields, those of the request that can't be);
        weak-password (details: advice, a list of codes: too-short, too-long, too-common, too-personal). The ticket
        lives on after the last three."""
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


class AccountStateChanged(StateChanged):
    """What account.AccountView tells changed: a new activation was asked for, or stopped, or a recovery address was
    confirmed. The type is "Account"."""

    type: ClassVar[str] = "auth.state.changed"
