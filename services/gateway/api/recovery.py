"""The lost password, and the links in mails."""

from starlette.requests import Request
from starlette.responses import Response

from contracts import recovery
from contracts.errors import ErrorCode
from contracts.recovery import RecoveryApi
from services.gateway.api.answers import SessionAnswers, answer, done
from services.gateway.api.forms import Forms
from services.gateway.api.models.recovery import (
    CodeRedemption,
    EmailConfirmation,
    Identification,
    PasswordReset,
    RecoveryStarted,
    ResetTicket,
)
from services.gateway.caller import Caller
from services.gateway.identity.client import client_of
from services.gateway.identity.cookies import Cookies
from services.gateway.problems import told_as

CALL_SECONDS = 10.0


class RecoveryEndpoints:
    """Whoever asks, known or not, gets the same answer: auth sees to that, and nothing here looks at who it is."""

    def __init__(self, client: Caller, cookies: Cookies, forms: Forms, answers: SessionAnswers) -> None:
        self._client = client
        self._cookies = cookies
        self._forms = forms
        self._answers = answers

    async def identify(self, request: Request) -> Response:
        """202: a link is on its way, if there is anybody and anywhere to send it."""
        asked = await self._forms.read(request, Identification)
        identification = recovery.Identification(
            numen=asked.numen,
            birth_date=asked.birth_date,
            solved=asked.solved.as_contract(),
            client=client_of(request, self._cookies),
        )
        started = await self._client.call(RecoveryApi.identify, identification, timeout=CALL_SECONDS)
        told = RecoveryStarted(recovery=started.recovery.get_secret_value(), expires_at=started.expires_at)
        return answer(told, 202)

    async def redeem_code(self, request: Request) -> Response:
        asked = await self._forms.read(request, CodeRedemption)
        redemption = recovery.CodeRedemption(
            recovery=asked.recovery, code=asked.code, client=client_of(request, self._cookies)
        )
        with told_as({ErrorCode.BAD_CODE: "bad-recovery-code"}):
            ticket = await self._client.call(RecoveryApi.redeem_code, redemption, timeout=CALL_SECONDS)
        return answer(ResetTicket(ticket=ticket.ticket.get_secret_value()))

    async def reset_password(self, request: Request) -> Response:
        asked = await self._forms.read(request, PasswordReset)
        reset = recovery.PasswordReset(
            ticket=asked.ticket,
            password=asked.password,
            client=client_of(request, self._cookies, shared=asked.shared),
        )
        with told_as({ErrorCode.TICKET_EXPIRED: "reset-expired"}):
            return self._answers.renewed(
                await self._client.call(RecoveryApi.reset_password, reset, timeout=CALL_SECONDS)
            )

    async def confirm_email(self, request: Request) -> Response:
        asked = await self._forms.read(request, EmailConfirmation)
        confirmation = recovery.EmailConfirmation(token=asked.token)
        with told_as({ErrorCode.TICKET_EXPIRED: "confirmation-expired"}):
            await self._client.call(RecoveryApi.confirm_email, confirmation, timeout=CALL_SECONDS)
        return done()
