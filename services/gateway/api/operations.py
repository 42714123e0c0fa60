"""Every address of /api/v1 in one table: the routes and the OpenAPI document are both made from it."""

from dataclasses import dataclass

from services.gateway.api import activity, challenges
from services.gateway.api.account import AccountEndpoints
from services.gateway.api.activity import ActivityEndpoint
from services.gateway.api.challenges import ChallengeEndpoints
from services.gateway.api.institution import InstitutionEndpoint
from services.gateway.api.models import account, recovery, session, site
from services.gateway.api.models.base import CHALLENGE_TOKEN
from services.gateway.api.operation import Operation, Parameter
from services.gateway.api.recovery import RecoveryEndpoints
from services.gateway.api.session import SessionEndpoints
from services.gateway.api.sessions import SESSION_ID, OpenSessionsEndpoints
from services.gateway.api.status import StatusEndpoint

PREFIX = "/api/v1"

CALLING = ("slow-down", "service-unavailable")
FORM = ("invalid-request", "not-json", "too-large", "request-timeout", "forbidden-origin", *CALLING)
READING = ("not-signed-in", *CALLING)
DOING = (*READING, "csrf", "forbidden-origin")
CHANGING = ("not-signed-in", "csrf", "wrong-password", *FORM)

TOKEN = Parameter("token", "path", {"type": "string", "pattern": CHALLENGE_TOKEN}, "As POST /challenges gave it")
SESSION = Parameter("session_id", "path", {"type": "string", "pattern": SESSION_ID}, "As the list tells it")


@dataclass(frozen=True, slots=True)
class ApiEndpoints:
    institution: InstitutionEndpoint
    status: StatusEndpoint
    session: SessionEndpoints
    challenges: ChallengeEndpoints
    recovery: RecoveryEndpoints
    account: AccountEndpoints
    sessions: OpenSessionsEndpoints
    activity: ActivityEndpoint


def operations(api: ApiEndpoints) -> tuple[Operation, ...]:
    return (*_for_anybody(api), *_signing_in(api), *_recovering(api), *_of_the_holder(api))


def _for_anybody(api: ApiEndpoints) -> tuple[Operation, ...]:
    return (
        Operation(
            "GET",
            "/settings",
            api.institution.__call__,
            "The institution's settings",
            answers=(site.PublicSettings,),
        ),
        Operation("GET", "/services", api.status.__call__, "Which services answer", answers=(site.ServiceStates,)),
    )


def _signing_in(api: ApiEndpoints) -> tuple[Operation, ...]:
    return (
        Operation(
            "POST",
            "/session",
            api.session.sign_in,
            "Sign in",
            request=session.SignIn,
            answers=(session.SignedIn, session.MustChoosePassword),
            problems=("bad-credentials", "challenge-required", *FORM),
        ),
        Operation(
            "GET",
            "/session",
            api.session.show,
            "Who is signed in",
            answers=(session.SessionView,),
            problems=READING,
            cookie=True,
        ),
        Operation("DELETE", "/session", api.session.sign_out, "Sign out", status=204, problems=DOING, cookie=True),
        Operation(
            "POST",
            "/activation",
            api.session.activate,
            "Choose the first personal password",
            request=session.Activation,
            answers=(session.SignedIn,),
            problems=("ticket-expired", "weak-password", "bad-code", *FORM),
        ),
        Operation(
            "POST",
            "/challenges",
            api.challenges.make,
            "A code to display and a proof of work, to be solved once",
            answers=(recovery.Challenge,),
            problems=("forbidden-origin", *CALLING),
        ),
        Operation(
            "GET",
            "/challenges/{token}/image",
            api.challenges.image,
            "The code as a picture",
            media=challenges.PNG,
            parameters=(TOKEN,),
            problems=("not-found", "too-many", *CALLING),
        ),
        Operation(
            "GET",
            "/challenges/{token}/sound",
            api.challenges.sound,
            "The code spoken, in French",
            media=challenges.WAV,
            ranges=True,
            parameters=(TOKEN,),
            problems=("not-found", "too-many", "range-not-satisfiable", *CALLING),
        ),
    )


def _recovering(api: ApiEndpoints) -> tuple[Operation, ...]:
    return (
        Operation(
            "POST",
            "/recovery",
            api.recovery.identify,
            "Have a link to choose a new password sent to the recovery address",
            request=recovery.Identification,
            answers=(recovery.RecoveryStarted,),
            status=202,
            problems=("challenge-required", *FORM),
        ),
        Operation(
            "POST",
            "/recovery/code",
            api.recovery.redeem_code,
            "Spend a printed code instead of the link",
            request=recovery.CodeRedemption,
            answers=(recovery.ResetTicket,),
            problems=("bad-recovery-code", *FORM),
        ),
        Operation(
            "POST",
            "/recovery/password",
            api.recovery.reset_password,
            "Choose a new password",
            request=recovery.PasswordReset,
            answers=(session.SignedIn,),
            problems=("reset-expired", "weak-password", *FORM),
        ),
        Operation(
            "POST",
            "/recovery/email",
            api.recovery.confirm_email,
            "Confirm a recovery address",
            request=recovery.EmailConfirmation,
            status=204,
            problems=("confirmation-expired", *FORM),
        ),
    )


def _of_the_holder(api: ApiEndpoints) -> tuple[Operation, ...]:
    return (
        Operation(
            "GET",
            "/account",
            api.account.show,
            "The holder's account",
            answers=(account.Account,),
            problems=READING,
            cookie=True,
        ),
        Operation(
            "POST",
            "/account/password",
            api.account.change_password,
            "Change the password: every session ends, a new one begins",
            request=account.PasswordChange,
            answers=(session.SignedIn,),
            problems=("weak-password", *CHANGING),
            cookie=True,
        ),
        Operation(
            "PUT",
            "/account/recovery-email",
            api.account.set_recovery_email,
            "Have a link sent to a new recovery address, or remove the one there is",
            request=account.RecoveryEmail,
            answers=(account.RecoveryMeans,),
            problems=CHANGING,
            cookie=True,
        ),
        Operation(
            "POST",
            "/account/recovery-codes",
            api.account.make_recovery_codes,
            "New codes to print; earlier ones are void",
            request=account.CodesRequest,
            answers=(account.RecoveryCodes,),
            problems=CHANGING,
            cookie=True,
        ),
        Operation(
            "GET",
            "/account/sessions",
            api.sessions.list,
            "Where the account is open",
            answers=(account.OpenSessions,),
            problems=READING,
            cookie=True,
        ),
        Operation(
            "DELETE",
            "/account/sessions",
            api.sessions.end_others,
            "End every session but this one",
            status=204,
            problems=DOING,
            cookie=True,
        ),
        Operation(
            "DELETE",
            "/account/sessions/{session_id}",
            api.sessions.end,
            "End one session",
            status=204,
            parameters=(SESSION,),
            problems=("not-found", *DOING),
            cookie=True,
        ),
        Operation(
            "GET",
            "/account/activity",
            api.activity.__call__,
            "What happened to the account, newest first",
            answers=(account.Activity,),
            parameters=(activity.BEFORE, activity.LIMIT),
            problems=("invalid-request", *READING),
            cookie=True,
        ),
        Operation(
            "DELETE",
            "/account/reopening",
            api.account.stop_reopening,
            "Stop the activation that was asked for",
            status=204,
            problems=DOING,
            cookie=True,
        ),
    )
