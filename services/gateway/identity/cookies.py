"""The cookies (RFC 6265): HttpOnly, SameSite=Strict; __Host- and Secure under TLS."""

import re
import time
from dataclasses import dataclass
from typing import Self

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")
DEVICE_SECONDS = 365 * 86_400


class Cookie:
    def __init__(self, name: str, *, secure: bool) -> None:
        self.name = f"__Host-{name}" if secure else name
        self._attributes = "; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")

    def read(self, header: str) -> str:
        """Its value in a Cookie header, "" when there is none or it can't be one of ours."""
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == self.name and _TOKEN.fullmatch(value):
                return value
        return ""

    def set(self, value: str, *, seconds: float | None) -> str:
        """The Set-Cookie header that keeps `value` for so long; None: until the browser is closed."""
        age = "" if seconds is None else f"; Max-Age={max(1, int(seconds))}"
        return f"{self.name}={value}{self._attributes}{age}"

    def clear(self) -> str:
        """The Set-Cookie header that forgets it."""
        return f"{self.name}={self._attributes}; Max-Age=0"


@dataclass(frozen=True, slots=True)
class Cookies:
    """session: opens the mailbox. device: tells auth which computer somebody has signed in from before; it opens
    nothing, so it stays after sign-out."""

    session: Cookie
    device: Cookie

    @classmethod
    def make(cls, *, secure: bool) -> Self:
        return cls(Cookie("wm_session", secure=secure), Cookie("wm_device", secure=secure))

    def signed_in(self, token: str, device: str, *, expires_at: float, shared: bool) -> list[str]:
        """Set-Cookie headers of a new session. On a shared computer it goes with the browser, and the device is not
        remembered. expires_at: seconds since the epoch. device: "" to leave it as it is."""
        headers = [self.session.set(token, seconds=None if shared else expires_at - time.time())]
        if device and not shared:
            headers.append(self.device.set(device, seconds=DEVICE_SECONDS))
        return headers
