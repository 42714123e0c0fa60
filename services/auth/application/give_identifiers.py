"""Gives each new account an address and a short identifier that nobody ever had."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from services.auth.application.ports import AuthTransaction
from services.auth.domain.address import numbered
from services.auth.domain.short_login import short_login_base

Claims = Sequence[tuple[str, str]]
"""(identifier, account id)."""


def give_addresses(tx: AuthTransaction, bases: Mapping[str, str], domain: str) -> dict[str, str]:
    """`bases` maps account ids to the base of their local part; returns their addresses, entered in the ledger."""
    return _give(bases, tx.last_numbers, tx.claim_addresses, lambda local_part: f"{local_part}@{domain}")


def give_short_logins(tx: AuthTransaction, addresses: Mapping[str, str], domain: str) -> dict[str, str]:
    """`addresses` maps account ids to their addresses; returns their short identifiers, entered in the ledger."""
    bases = {account_id: short_login_base(address) for account_id, address in addresses.items()}

    def claim(claims: Claims) -> set[str]:
        return tx.claim_short_logins(claims, domain)

    return _give(bases, tx.last_short_numbers, claim, lambda short_login: short_login)


def _give(
    bases: Mapping[str, str],
    last_numbers: Callable[[Mapping[str, int]], dict[str, int]],
    claim: Callable[[Claims], set[str]],
    spell: Callable[[str], str],
) -> dict[str, str]:
    """A number that somebody already has (an address made by hand) is passed over; numbers only grow, so this ends."""
    given: dict[str, str] = {}
    waiting = dict(bases)
    while waiting:
        claims = _next_claims(waiting, last_numbers, spell)
        free = claim([(identifier, account_id) for account_id, identifier in claims.items()])
        for account_id, identifier in claims.items():
            if identifier in free:
                given[account_id] = identifier
                del waiting[account_id]
    return given


def _next_claims(
    waiting: Mapping[str, str], last_numbers: Callable[[Mapping[str, int]], dict[str, int]], spell: Callable[[str], str]
) -> dict[str, str]:
    wanted = Counter(waiting.values())
    last = last_numbers(wanted)
    next_number = {base: last[base] - count + 1 for base, count in wanted.items()}
    claims: dict[str, str] = {}
    for account_id, base in waiting.items():
        claims[account_id] = spell(numbered(base, next_number[base]))
        next_number[base] += 1
    return claims
