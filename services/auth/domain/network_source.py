"""What counts as one place that failures come from."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"
_SUBSCRIBER_BITS = 64


def network_source(address: str) -> str:
    """An IPv4 address as it is, also when mapped into IPv6 (RFC 4291 section 2.5.5.2); the /64 of any other IPv6
    address, since every subscriber and every machine has that many addresses to itself; `unknown` for anything else.
    """
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.strip())
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), _SUBSCRIBER_BITS), strict=False))
