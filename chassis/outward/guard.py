"""Where a target really is, and whether anybody may make us go there."""

import asyncio
import logging
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from chassis.outward.addresses import Address, is_public, networks
from chassis.outward.errors import OutwardError, Reason, forbidden
from chassis.outward.settings import OutwardSettings, endpoints
from chassis.outward.target import PORTS, Target

RESOLVE_SECONDS = 5.0
MAX_ADDRESSES = 32

_NONE = (dns.resolver.NoAnswer, dns.resolver.NXDOMAIN)

_log = logging.getLogger(__name__)


class Guard:
    """A name is resolved once for each connection, by DNS alone: no hosts file, no search list, no cache."""

    def __init__(self, settings: OutwardSettings) -> None:
        self._resolver = _resolver(settings)
        self._forbidden = networks(settings.outward_forbidden)
        self._allowed = frozenset(endpoints(settings.outward_allowed_for_tests))

    async def addresses(self, target: Target) -> list[Address]:
        """Where to connect, IPv4 first. Raises OutwardError forbidden when the name has *any* address that may not be
        reached: whoever mixes them is trying."""
        found = await self._resolve(target.host) if isinstance(target.host, str) else [target.host]
        if not found:
            raise OutwardError(Reason.UNREACHABLE, "the name has no address")
        if not all(self._may_reach(address, target) for address in found):
            raise forbidden("address or port")
        return found

    def _may_reach(self, address: Address, target: Target) -> bool:
        if (address, target.port) in self._allowed:
            return True
        ours = any(address in network for network in self._forbidden)
        return is_public(address) and not ours and target.port == PORTS[target.scheme]

    async def _resolve(self, name: str) -> list[Address]:
        found = await asyncio.gather(*(self._ask(name, kind) for kind in (dns.rdatatype.A, dns.rdatatype.AAAA)))
        return [address for addresses in found for address in addresses]

    async def _ask(self, name: str, kind: dns.rdatatype.RdataType) -> list[Address]:
        """dnspython follows the aliases (CNAME) of an answer, a bounded number of them: what counts is where they
        end."""
        try:
            answer = await self._resolver.resolve(dns.name.from_text(name), kind, search=False)
        except _NONE:
            return []
        except dns.exception.DNSException as error:
            raise OutwardError(Reason.UNREACHABLE, "the name can't be resolved") from error
        if len(answer) > MAX_ADDRESSES:
            raise forbidden("a name with too many addresses")
        return [ip_address(record.to_text()) for record in answer]


def _resolver(settings: OutwardSettings) -> dns.asyncresolver.Resolver:
    given = endpoints(settings.outward_nameservers, port=53)
    resolver = dns.asyncresolver.Resolver(configure=False)
    if not given:
        _as_the_machine(resolver)
    else:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(str(address), port) for address, port in given]
    resolver.lifetime = RESOLVE_SECONDS
    return resolver


def _as_the_machine(resolver: dns.asyncresolver.Resolver) -> None:
    """A machine that knows no name server reaches addresses only; that must not keep a process from starting."""
    try:
        resolver.read_resolv_conf("/etc/resolv.conf")
    except dns.resolver.NoResolverConfiguration:
        _log.warning("this machine has no name server: no name outside is found")
