"""Settings of a process that connects outward, from the environment."""

from ipaddress import ip_address

from pydantic import Field, field_validator

from chassis.outward.addresses import Address, networks
from chassis.settings import Frozen

Endpoint = tuple[Address, int]


class OutwardSettings(Frozen):
    """outward_nameservers: `address` or `address:port`, separated by commas; empty: those of the machine.
    outward_forbidden: networks that are public but ours, never to be reached in a stranger's name.
    outward_allowed_for_tests: the only exceptions, `127.0.0.1:8081` or `[::1]:8081`, separated by commas: servers that
    a test has made. Empty wherever agents work; the process warns in its log when it isn't.
    outward_seconds: the longest that one fetch may take, all its redirects included."""

    outward_nameservers: str = ""
    outward_forbidden: str = ""
    outward_allowed_for_tests: str = ""
    outward_seconds: float = Field(default=15.0, gt=0, le=60)

    @field_validator("outward_nameservers", "outward_allowed_for_tests")
    @classmethod
    def _are_endpoints(cls, value: str) -> str:
        endpoints(value, port=53)
        return value

    @field_validator("outward_forbidden")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        networks(value)
        return value


def endpoints(text: str, port: int = 0) -> list[Endpoint]:
    """Addresses with their ports (`port` where none stands), separated by commas. Raises ValueError."""
    return [_endpoint(part.strip(), port) for part in text.split(",") if part.strip()]


def _endpoint(text: str, port: int) -> Endpoint:
    host, colon, given = text.rpartition(":")
    if colon and (host.startswith("[") or ":" not in host):
        return ip_address(host.strip("[]")), int(given)
    return ip_address(text.strip("[]")), port
