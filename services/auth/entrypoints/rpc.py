"""The RPC process of auth: `python -m services.auth.entrypoints.rpc`."""

from chassis import green  # noqa: F401,I001  must be first

import logging
from typing import ClassVar

from eventlet import tpool

from chassis import logging as json_logging
from chassis.db import Database
from chassis.health import HealthServer
from chassis.periodic import every
from chassis.rpc_server import RpcService, rpc, serve
from chassis.settings import from_environment, institution
from contracts.account import (
    AccountApi,
    AccountRequest,
    AccountView,
    Activity,
    ActivityRequest,
    CodesRequest,
    OpenSessions,
    PasswordChange,
    RecoveryCodes,
    RecoveryEmail,
    RecoveryMeans,
    SessionEnding,
)
from contracts.auth import Activation, Agent, AuthApi, Credentials, Session, SessionToken, SignedIn, SignInReply
from contracts.base import Empty
from contracts.jmap import JmapBatch, JmapBatchReply
from contracts.push import PushApi
from contracts.recovery import (
    Challenge,
    ChallengeRequest,
    ChallengeToken,
    CodeRedemption,
    EmailConfirmation,
    Identification,
    PasswordReset,
    Picture,
    RecoveryApi,
    RecoveryStarted,
    ResetTicket,
    Sound,
)
from services.auth.application import announce_position, erase_trail, sweep, trail_position
from services.auth.bootstrap import Auth, build
from services.auth.settings import RpcSettings

_log = logging.getLogger(__name__)


class AuthRpc(RpcService):
    name = "auth"
    auth: ClassVar[Auth]

    @rpc
    def sign_in(self, request: Credentials) -> SignInReply:
        return self.auth.sign_in(request)

    @rpc
    def activate(self, request: Activation) -> SignedIn:
        return self.auth.choose_password(request)

    @rpc
    def verify_session(self, request: SessionToken) -> Session:
        return self.auth.sessions.verify(request)

    @rpc
    def sign_out(self, request: SessionToken) -> Empty:
        return self.auth.sign_out(request)

    @rpc
    def verify_password(self, request: Credentials) -> Agent:
        return self.auth.verify_password(request)

    @rpc
    def new_challenge(self, request: ChallengeRequest) -> Challenge:
        return self.auth.new_challenge(request)

    @rpc
    def draw_challenge(self, request: ChallengeToken) -> Picture:
        return self.auth.show_challenge.drawn(request)

    @rpc
    def speak_challenge(self, request: ChallengeToken) -> Sound:
        return self.auth.show_challenge.spoken(request)

    @rpc
    def change_password(self, request: PasswordChange) -> SignedIn:
        return self.auth.change_password(request)

    @rpc
    def list_sessions(self, request: AccountRequest) -> OpenSessions:
        return self.auth.list_sessions(request)

    @rpc
    def end_session(self, request: SessionEnding) -> Empty:
        return self.auth.end_session(request)

    @rpc
    def end_other_sessions(self, request: AccountRequest) -> Empty:
        return self.auth.end_other_sessions(request)

    @rpc
    def identify(self, request: Identification) -> RecoveryStarted:
        return self.auth.identify(request)

    @rpc
    def redeem_code(self, request: CodeRedemption) -> ResetTicket:
        return self.auth.redeem_code(request)

    @rpc
    def reset_password(self, request: PasswordReset) -> SignedIn:
        return self.auth.reset_password(request)

    @rpc
    def confirm_email(self, request: EmailConfirmation) -> Empty:
        return self.auth.confirm_email(request)

    @rpc
    def view_account(self, request: AccountRequest) -> AccountView:
        return self.auth.view_account(request)

    @rpc
    def set_recovery_email(self, request: RecoveryEmail) -> RecoveryMeans:
        return self.auth.set_recovery_email(request)

    @rpc
    def make_recovery_codes(self, request: CodesRequest) -> RecoveryCodes:
        return self.auth.make_recovery_codes(request)

    @rpc
    def list_activity(self, request: ActivityRequest) -> Activity:
        return self.auth.list_activity(request)

    @rpc
    def stop_reopening(self, request: AccountRequest) -> Empty:
        return self.auth.stop_reopening(request)

    @rpc
    def push_subscriptions(self, request: JmapBatch) -> JmapBatchReply:
        return self.auth.answer_push_calls(request)

    @every(announce_position.EVERY_SECONDS)
    def announce_position(self) -> None:
        self.auth.announce_position()

    @every(sweep.EVERY_SECONDS)
    def sweep(self) -> None:
        self.auth.sweep()

    @every(erase_trail.EVERY_SECONDS)
    def erase_trail(self) -> None:
        self.auth.erase_trail()

    @every(trail_position.EVERY_SECONDS)
    def anchor_trail(self) -> None:
        """The log is kept elsewhere than the database: `trail verify --expect` takes what it says."""
        _log.info("the head of the trail", extra={"head": str(self.auth.trail_position())})


_implements: tuple[type[AuthApi], type[AccountApi], type[RecoveryApi], type[PushApi]] = (
    AuthRpc,
    AuthRpc,
    AuthRpc,
    AuthRpc,
)


def main() -> None:
    settings = from_environment(RpcSettings)
    json_logging.configure("auth-rpc")
    url, size = settings.auth_database_url, settings.auth_rpc_workers
    database = Database(url, size=size, statement_timeout_ms=5_000, application_name="auth-rpc")
    AuthRpc.auth = build(settings, institution(), database, run=tpool.execute)
    serve(
        AuthRpc,
        amqp_url=settings.amqp_url,
        max_workers=settings.auth_rpc_workers,
        health=HealthServer(settings.health_host, settings.health_port, database=database),
    )


if __name__ == "__main__":
    main()
