"""Solves displayed codes as nobody else can: with the key that they are derived from."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.auth.domain.challenge import read_challenge, work
from services.auth.domain.digests import KeyRing


def solve(environment: Mapping[str, str], challenge: Mapping[str, Any]) -> dict[str, str]:
    """The answer to a challenge of POST /api/v1/challenges: {token, typed, nonce}. `environment`: a System's."""
    token = challenge["token"]
    keys = KeyRing((bytes.fromhex(environment["AUTH_HMAC_KEY"]),))
    known = read_challenge(keys, token, datetime.now(UTC))
    if known is None:
        raise ValueError("no challenge of this system, or it has lapsed")
    return {"token": token, "typed": known.code, "nonce": work(token, challenge["difficulty"])}
