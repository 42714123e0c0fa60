"""Addresses that every mail domain answers for whoever its users are (RFC 5321 §4.5.1, RFC 2142). Pure."""

ROLES = frozenset({"postmaster", "abuse"})


def is_role_address(address: str, domain: str) -> bool:
    """Both in lower case. "postmaster" counts without a domain as well."""
    local, _, of = address.partition("@")
    return (local in ROLES and of == domain) or address == "postmaster"
