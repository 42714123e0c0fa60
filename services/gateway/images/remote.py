"""The n-th remote picture of a message. Who asks names the message and the number, never an address."""

from starlette.requests import Request
from starlette.responses import Response

from chassis.outward.client import Answer, Fetch, Outward
from chassis.outward.errors import OutwardError
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import Invocation, JmapBatch, JsonObject
from contracts.mail import SAFE_HTML_CAPABILITY, MailApi, Rendition
from services.gateway.blobs.presentation import SANDBOX
from services.gateway.caller import Caller
from services.gateway.identity.authenticator import Authenticator
from services.gateway.identity.principal import Principal
from services.gateway.images.allowance import Allowance
from services.gateway.images.kinds import kind_of
from services.gateway.jmap.methods import core, mail
from services.gateway.jmap.methods.renditions import KEY, RenditionFill
from services.gateway.limits import Limits
from services.gateway.metrics import remote_images
from services.gateway.problems import ProblemError
from services.gateway.turnstile import Turnstile

ASK_SECONDS = 5.0
MAX_EMAIL_ID = 255
ACCEPT = "image/avif,image/webp,image/png,image/*;q=0.8"
KEEP = "private, max-age=3600"
LEAVE_NOTHING = "no-store"
ALL = ""


class RemoteImageEndpoint:
    """Fetched through the guard, with nothing of the agent's, and served from our origin as what its bytes are."""

    def __init__(
        self, authenticator: Authenticator, client: Caller, renditions: RenditionFill, outward: Outward, limits: Limits
    ) -> None:
        self._authenticator = authenticator
        self._client = client
        self._renditions = renditions
        self._outward = outward
        self._fetch = Fetch(frozenset({"http", "https"}), max_bytes=limits.max_remote_image, redirects=3)
        self._allowance = Allowance(limits.max_remote_images_of_email, limits.remote_images_seconds)
        waiting, seconds = limits.max_waiting_remote_images, limits.remote_image_wait_seconds
        self._each = Turnstile(_too_many, limits.max_concurrent_remote_images, waiting=waiting, seconds=seconds)
        self._all = Turnstile(_too_many, limits.max_remote_images_at_once, waiting=8 * waiting, seconds=seconds)

    async def __call__(self, request: Request) -> Response:
        principal = await self._authenticator(request)
        account_id, email_id = request.path_params["account_id"], request.path_params["email_id"]
        if account_id != principal.account_id or len(email_id) > MAX_EMAIL_ID:
            raise ProblemError("not-found")
        async with self._each.turn(account_id), self._all.turn(ALL):
            address = await self._address(account_id, email_id, request.path_params["number"])
            picture, kind = await self._picture(address, account_id, email_id)
        return Response(picture, 200, _headers(principal, kind))

    async def _address(self, account_id: str, email_id: str, number: int) -> str:
        """As it stands in the message. Raises ProblemError not-found when there is no such message, or picture."""
        addresses = (await self._safe(account_id, email_id)).get("blocked_remote")
        if not isinstance(addresses, list) or number >= len(addresses):
            raise ProblemError("not-found")
        return str(addresses[number])

    async def _safe(self, account_id: str, email_id: str) -> JsonObject:
        asked = {"accountId": account_id, "ids": [email_id], "properties": ["safeHtml"]}
        batch = JmapBatch(
            account_id=account_id,
            using=[core.CAPABILITY, mail.MAIL, SAFE_HTML_CAPABILITY],
            calls=[Invocation(name="Email/get", arguments=asked, call_id="0")],
        )
        (answer,) = (await self._client.call(MailApi.jmap, batch, timeout=ASK_SECONDS)).responses
        if answer.name == "error":
            raise ServiceError(ErrorCode.UNAVAILABLE, "mail doesn't tell the message", retryable=True)
        emails = answer.arguments["list"]
        if not emails or KEY not in emails[0]:
            raise ProblemError("not-found")
        document = await self._renditions.document(Rendition.model_validate(emails[0][KEY]).sha256)
        return document.get("safe") or {}

    async def _picture(self, address: str, account_id: str, email_id: str) -> tuple[bytes, str]:
        """Its bytes and its media type. Raises ProblemError remote-image."""
        if self._allowance.left(account_id, email_id) <= 0:
            raise _unavailable("too-much")
        try:
            answer = await self._outward.get(address, self._fetch, accept=ACCEPT)
        except OutwardError as error:
            raise _unavailable(error.reason) from None
        self._allowance.use(account_id, email_id, len(answer.body))
        kind = _shown(answer)
        if kind is None:
            raise _unavailable("no-image")
        remote_images.labels("shown").inc()
        return answer.body, kind


def _shown(answer: Answer) -> str | None:
    return kind_of(answer.body) if answer.status == 200 else None


def _headers(principal: Principal, kind: str) -> dict[str, str]:
    return SANDBOX | {"Content-Type": kind, "Cache-Control": LEAVE_NOTHING if principal.shared else KEEP}


def _unavailable(outcome: str) -> ProblemError:
    remote_images.labels(outcome).inc()
    return ProblemError("remote-image")


def _too_many() -> ProblemError:
    return ProblemError("too-many", headers={"Retry-After": "5"})
