"""Addresses of the envelope (RFC 5321 §4.1.2), as far as they can be judged by their form."""

import re

MAX_OCTETS = 254
MAX_LOCAL_OCTETS = 64
_LOCAL = re.compile(
    r"""[^\s\x00-\x1f\x7f()<>\[\]:;@\\,."]+(?:\.[^\s\x00-\x1f\x7f()<>\[\]:;@\\,."]+)*|"[^\x00-\x1f\x7f"\\]+\""""
)
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-)*", re.UNICODE)


def is_mailable(address: str) -> bool:
    """Whether mail may be sent to it: a local part, a domain name of at least two labels."""
    local, at, domain = address.rpartition("@")
    return (
        bool(at)
        and len(address.encode("utf-8", "replace")) <= MAX_OCTETS
        and len(local.encode("utf-8", "replace")) <= MAX_LOCAL_OCTETS
        and _LOCAL.fullmatch(local) is not None
        and _is_domain(domain)
    )


def same_address(one: str, other: str) -> bool:
    """Our own domain's addresses know no case."""
    return one.casefold() == other.casefold()


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) >= 2 and all(
        len(label) <= 63 and not label.endswith("-") and _LABEL.fullmatch(label) is not None for label in labels
    )
