"""The personal address that links are sent to when the password is lost."""

import re

MAX_ADDRESS = 254
_MAX_LOCAL_PART = 64
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+\Z){_LABEL}")


class InvalidRecoveryEmailError(ValueError):
    """Not an address that can serve. Never holds the text."""


def parse_recovery_email(text: str, domain: str) -> str:
    """An address of RFC 5321 in ASCII, unquoted, of no subdomain of the professional `domain`: whoever lost that
    password can't read there. Its domain in lower case. Raises InvalidRecoveryEmailError."""
    if len(text) > 2 * MAX_ADDRESS:
        raise InvalidRecoveryEmailError
    local_part, _, host = text.strip().rpartition("@")
    host = host.lower()
    address = f"{local_part}@{host}"
    if len(address) > MAX_ADDRESS or len(local_part) > _MAX_LOCAL_PART:
        raise InvalidRecoveryEmailError
    if not _LOCAL_PART.fullmatch(local_part) or not _DOMAIN.fullmatch(host):
        raise InvalidRecoveryEmailError
    if f".{host}".endswith(f".{domain.lower()}"):
        raise InvalidRecoveryEmailError
    return address


def masked(address: str) -> str:
    """c•••@exemple.fr: enough for its owner to recognise it."""
    local_part, _, host = address.rpartition("@")
    return f"{local_part[:1]}•••@{host}"
