"""An address that somebody gave, read once: what is checked is then what is asked for, by the same reading."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin, urlsplit

import idna

from chassis.outward.addresses import Address
from chassis.outward.errors import OutwardError, Reason, forbidden

MAX_URL = 8_192
PORTS = {"http": 80, "https": 443}
_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f\\\ud800-\udfff]+")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_KEPT_AS_IT_IS = "/?:@!$&'()*+,;=-._~%[]|"


@dataclass(frozen=True, slots=True)
class Target:
    """host: an address, or a name of at least two labels in its ASCII form. resource: path and query."""

    scheme: str
    host: Address | str
    port: int
    resource: str

    @classmethod
    def of(cls, url: str, schemes: Collection[str]) -> "Target":
        """Raises OutwardError forbidden: another scheme, credentials in the address, a host that is no name and no
        address in its usual form (decimal, octal, hexadecimal and short IPv4 are refused, never guessed at)."""
        if len(url) > MAX_URL or not _PRINTABLE.fullmatch(url):
            raise forbidden("not an address")
        try:
            parts = urlsplit(url)
            scheme, netloc, port = parts.scheme.lower(), parts.netloc, parts.port
        except ValueError:
            raise forbidden("not an address") from None
        if scheme not in schemes:
            raise forbidden("scheme")
        if "@" in netloc:
            raise forbidden("credentials in the address")
        resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(scheme, _host(parts.hostname or ""), port or PORTS[scheme], quote(resource, safe=_KEPT_AS_IT_IS))

    @property
    def authority(self) -> str:
        """As the Host field says it (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if isinstance(self.host, IPv6Address) else str(self.host)
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def follow(self, location: str, schemes: Collection[str]) -> "Target":
        """The target of a redirect, read as strictly; never from https to http. Raises OutwardError."""
        if len(location) > MAX_URL or not _PRINTABLE.fullmatch(location):
            raise forbidden("a redirect to no address")
        try:
            url = urljoin(f"{self.scheme}://{self.authority}{self.resource}", location)
        except ValueError:
            raise forbidden("a redirect to no address") from None
        target = Target.of(url, schemes)
        if self.scheme == "https" != target.scheme:
            raise OutwardError(Reason.FORBIDDEN, "a redirect out of TLS")
        return target


def _host(host: str) -> Address | str:
    if ":" in host:
        return _ipv6(host)
    try:
        name = (
            idna.encode(host.removesuffix("."), uts46=True).decode() if not host.isascii() else host.removesuffix(".")
        )
    except idna.IDNAError:
        raise forbidden("host") from None
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(name)
    if len(labels) < 2 or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise forbidden("host")
    return name


def _ipv4(host: str) -> IPv4Address:
    """A host that ends in a number is an IPv4 address to some readers: it is one in its usual form, or nothing."""
    try:
        return IPv4Address(host)
    except AddressValueError:
        raise forbidden("a number for a host") from None


def _ipv6(host: str) -> IPv6Address:
    try:
        address = IPv6Address(host)
    except AddressValueError:
        raise forbidden("host") from None
    if address.scope_id is not None:
        raise forbidden("a scoped address")
    return address
