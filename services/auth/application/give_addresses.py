"""Gives each new account an address that nobody ever had."""

from collections import Counter
from collections.abc import Mapping

from services.auth.application.ports import AuthTransaction
from services.auth.domain.address import numbered


def give_addresses(tx: AuthTransaction, bases: Mapping[str, str], domain: str) -> dict[str, str]:
    """`bases` maps account ids to the base of their local part; returns their addresses, entered in the ledger.

    A number that somebody already has (an address made by hand) is passed over; numbers only grow, so this ends.
    """
    given: dict[str, str] = {}
    waiting = dict(bases)
    while waiting:
        claims = _next_claims(tx, waiting, domain)
        free = tx.claim_addresses([(address, account_id) for account_id, address in claims.items()])
        for account_id, address in claims.items():
            if address in free:
                given[account_id] = address
                del waiting[account_id]
    return given


def _next_claims(tx: AuthTransaction, waiting: Mapping[str, str], domain: str) -> dict[str, str]:
    wanted = Counter(waiting.values())
    last = tx.last_numbers(wanted)
    next_number = {base: last[base] - count + 1 for base, count in wanted.items()}
    claims: dict[str, str] = {}
    for account_id, base in waiting.items():
        claims[account_id] = f"{numbered(base, next_number[base])}@{domain}"
        next_number[base] += 1
    return claims
