"""What auth answers in memory: one agent, one session, and no memory of what was asked."""

from pydantic import SecretStr

from contracts.account import (
    AccountRequest,
    AccountView,
    Activity,
    ActivityLine,
    ActivityRequest,
    CodesRequest,
    OpenSessions,
    PasswordChange,
    RecoveryCodes,
    RecoveryEmail,
    RecoveryMeans,
    SessionEnding,
)
from contracts.auth import (
    Activation,
    Agent,
    Credentials,
    MustChoosePassword,
    Session,
    SessionToken,
    SignedIn,
    SignInReply,
)
from contracts.base import Empty
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import (
    Challenge,
    ChallengeRequest,
    ChallengeToken,
    CodeRedemption,
    EmailConfirmation,
    Identification,
    PasswordReset,
    Picture,
    RecoveryStarted,
    ResetTicket,
    Sound,
)
from services.gateway.tests.people import (
    ADDRESS,
    AGENT,
    CHALLENGE,
    HERE,
    NUMEN,
    PASSWORD,
    SESSION,
    TICKET,
    TOKEN,
    VIEW,
    signed_in,
)


class AuthAnswers:
    """A method of each contract of auth, with a leading underscore. `session` is the live one."""

    def __init__(self) -> None:
        self.session = SESSION

    def _verify_session(self, service: str, request: SessionToken) -> Session:
        if request.token.get_secret_value() != TOKEN:
            raise ServiceError(ErrorCode.BAD_CREDENTIALS)
        return self.session

    def _verify_password(self, service: str, request: Credentials) -> Agent:
        if (request.login, request.password.get_secret_value()) != (ADDRESS, PASSWORD):
            raise ServiceError(ErrorCode.BAD_CREDENTIALS)
        return AGENT

    def _sign_in(self, service: str, request: Credentials) -> SignInReply:
        if request.password.get_secret_value() == NUMEN:
            return SignInReply(must_choose_password=MustChoosePassword(ticket=SecretStr(TICKET), needs_code=True))
        self._verify_password(service, request)
        return SignInReply(signed_in=signed_in(request.client))

    def _activate(self, service: str, request: Activation) -> SignedIn:
        return signed_in(request.client)

    def _sign_out(self, service: str, request: SessionToken) -> Empty:
        return Empty()

    def _new_challenge(self, service: str, request: ChallengeRequest) -> Challenge:
        return Challenge(token=CHALLENGE, difficulty=12, expires_at=SESSION.expires_at)

    def _draw_challenge(self, service: str, request: ChallengeToken) -> Picture:
        return Picture(content=b"\x89PNG\r\n\x1a\n")

    def _speak_challenge(self, service: str, request: ChallengeToken) -> Sound:
        return Sound(content=b"RIFF\0\0\0\0WAVE")

    def _identify(self, service: str, request: Identification) -> RecoveryStarted:
        return RecoveryStarted(recovery=SecretStr("demande"), expires_at=SESSION.expires_at)

    def _redeem_code(self, service: str, request: CodeRedemption) -> ResetTicket:
        return ResetTicket(ticket=SecretStr(TICKET))

    def _reset_password(self, service: str, request: PasswordReset) -> SignedIn:
        return signed_in(request.client)

    def _confirm_email(self, service: str, request: EmailConfirmation) -> Empty:
        return Empty()

    def _view_account(self, service: str, request: AccountRequest) -> AccountView:
        return VIEW

    def _change_password(self, service: str, request: PasswordChange) -> SignedIn:
        return signed_in(request.holder.client)

    def _set_recovery_email(self, service: str, request: RecoveryEmail) -> RecoveryMeans:
        return RecoveryMeans(email="z•••@exemple.example")

    def _make_recovery_codes(self, service: str, request: CodesRequest) -> RecoveryCodes:
        return RecoveryCodes(codes=[SecretStr("abcd-efgh"), SecretStr("jkmn-pqrs")])

    def _list_sessions(self, service: str, request: AccountRequest) -> OpenSessions:
        return OpenSessions(sessions=[HERE])

    def _end_session(self, service: str, request: SessionEnding) -> Empty:
        return Empty()

    def _end_other_sessions(self, service: str, request: AccountRequest) -> Empty:
        return Empty()

    def _list_activity(self, service: str, request: ActivityRequest) -> Activity:
        return Activity(lines=[ActivityLine(at=1.0, action="signed-in", by="agent", details={"n": 1})], next="7")

    def _stop_reopening(self, service: str, request: AccountRequest) -> Empty:
        return Empty()
