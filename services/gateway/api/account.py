"""« Mon compte »: the password, the means to recover it, and the activation that somebody else may have asked for."""

from starlette.requests import Request
from starlette.responses import Response

from contracts import account
from contracts.account import AccountApi, AccountRequest
from services.gateway.api.answers import SessionAnswers, answer, done
from services.gateway.api.forms import Forms
from services.gateway.api.holder import Holders
from services.gateway.api.models.account import (
    Account,
    CodesRequest,
    PasswordChange,
    RecoveryCodes,
    RecoveryEmail,
    RecoveryMeans,
)


class AccountEndpoints:
    def __init__(self, holders: Holders, forms: Forms, answers: SessionAnswers) -> None:
        self._holders = holders
        self._forms = forms
        self._answers = answers

    async def show(self, request: Request) -> Response:
        holder = await self._holders.holder(request)
        view = await self._holders.call(AccountApi.view_account, AccountRequest(holder=holder), holder)
        return answer(Account.of(view))

    async def change_password(self, request: Request) -> Response:
        """A new session and its cookie in place of all there were."""
        holder = await self._holders.holder(request)
        asked = await self._forms.read(request, PasswordChange)
        change = account.PasswordChange(holder=holder, current=asked.current, password=asked.password)
        return self._answers.renewed(await self._holders.call(AccountApi.change_password, change, holder))

    async def set_recovery_email(self, request: Request) -> Response:
        holder = await self._holders.holder(request)
        asked = await self._forms.read(request, RecoveryEmail)
        wanted = account.RecoveryEmail(holder=holder, current=asked.current, address=asked.address)
        return answer(RecoveryMeans.of(await self._holders.call(AccountApi.set_recovery_email, wanted, holder)))

    async def make_recovery_codes(self, request: Request) -> Response:
        holder = await self._holders.holder(request)
        asked = await self._forms.read(request, CodesRequest)
        wanted = account.CodesRequest(holder=holder, current=asked.current)
        made = await self._holders.call(AccountApi.make_recovery_codes, wanted, holder)
        return answer(RecoveryCodes(codes=[code.get_secret_value() for code in made.codes]))

    async def stop_reopening(self, request: Request) -> Response:
        holder = await self._holders.holder(request)
        await self._holders.call(AccountApi.stop_reopening, AccountRequest(holder=holder), holder)
        return done()
