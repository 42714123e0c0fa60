"""The session cookie (RFC 6265): HttpOnly, SameSite=Strict, gone with the browser; __Host- and Secure under TLS."""

import re

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")


class SessionCookie:
    def __init__(self, *, secure: bool) -> None:
        self._name = "__Host-wm_session" if secure else "wm_session"
        self._attributes = "; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")

    def read(self, header: str) -> str:
        """The token in a Cookie header, "" when there is none or it can't be one of ours."""
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self._name and _TOKEN.fullmatch(value):
                return value
        return ""

    def set(self, token: str) -> str:
        """The Set-Cookie header that keeps `token`."""
        return f"{self._name}={token}{self._attributes}"

    def clear(self) -> str:
        """The Set-Cookie header that forgets it."""
        return f"{self._name}={self._attributes}; Max-Age=0"
