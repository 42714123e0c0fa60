"""Names devices by ua-parser's tables and networks by the institution's settings."""

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from ua_parser import BasicResolver, Domain, Parser, load_lazy_builtins

from chassis.settings import Network
from services.auth.application.ports import Run, Whereabouts, in_place

MAX_USER_AGENT = 400
REMEMBERED = 2_000

_ON_A_TELEPHONE = re.compile(r"\b(?:Mobile|iOS|WebView)\b")


class Describer:
    """`run` executes a blocking function off the loop: reading a user agent runs through hundreds of patterns (0.5 ms,
    10 for the worst of 400 characters), compiled when first needed (0.1 s)."""

    def __init__(self, networks: Sequence[Network], run: Run = in_place) -> None:
        self._networks = sorted(networks, key=lambda network: network.cidr.prefixlen, reverse=True)
        self._run = run
        self._device = lru_cache(REMEMBERED)(self._read)

    def __call__(self, user_agent: str, source: str) -> Whereabouts:
        browser, system = self._device(user_agent[:MAX_USER_AGENT])
        return Whereabouts(browser, system, self._place(source))

    def _read(self, user_agent: str) -> tuple[str, str]:
        def parse() -> tuple[str, str]:
            found = self._parser(user_agent, Domain.USER_AGENT | Domain.OS)
            return (
                _plain(found.user_agent.family) if found.user_agent else "",
                _plain(found.os.family) if found.os else "",
            )

        return self._run(parse)

    @cached_property
    def _parser(self) -> Parser:
        browsers, systems, _ = load_lazy_builtins()
        return Parser(BasicResolver((browsers, systems, [])))

    def _place(self, source: str) -> str:
        """The smallest network that holds the address."""
        address = _address(source)
        if address is None:
            return ""
        return next((network.name for network in self._networks if address in network.cidr), "")


def _plain(family: str) -> str:
    """Without what the other half says: "Chrome Mobile iOS" on "iOS" is Chrome."""
    if family == "Mac OS X":
        return "macOS"
    return " ".join(_ON_A_TELEPHONE.sub("", family).split()) or family


def _address(source: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(source.strip())
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed
