"""Where the gateway lives as its callers see it, and whether a request comes from its own pages."""

import re
from urllib.parse import urlsplit

from starlette.requests import Request

from services.gateway.problems import ProblemError

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")


class Origin:
    """`public_url`: "https://host[:port]" or "" for the address each request was sent to."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    def base_url(self, request: Request) -> str:
        """Absolute, without a trailing slash: what the URLs of the JMAP session begin with. Raises ProblemError
        invalid-request when it would have to come from a Host header that isn't one."""
        if self._public_url:
            return self._public_url
        if not _HOST.fullmatch(request.headers.get("host", "")):
            raise ProblemError("invalid-request")
        return self._asked(request)

    def is_own(self, request: Request) -> bool:
        """False when the browser says that another site or origin made the request (Origin, Sec-Fetch-Site)."""
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            return False
        origin = request.headers.get("origin")
        return origin is None or origin in (self._public_url, self._asked(request)) or self._same_host(origin, request)

    def _asked(self, request: Request) -> str:
        return f"{request.scope['scheme']}://{request.headers.get('host', '')}"

    def _same_host(self, origin: str, request: Request) -> bool:
        """A proxy that ends TLS and isn't trusted makes us see http where the browser sees https: the host decides."""
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc == request.headers.get("host", "")
