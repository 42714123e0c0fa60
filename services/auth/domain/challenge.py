"""The displayed code and the proof of work. Nothing is stored of them: a token holds its end, its difficulty, chance,
and a keyed digest of these; the code is derived from it."""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contracts.auth import SolvedChallenge
from services.auth.domain.digests import KeyRing

LIFE = timedelta(minutes=10)
DIGITS = "2345789"
"""Told apart by eye and by ear: not 1 and 7, not 0, not 6 with 8, 9 turned round, or « dix »."""
CODE_LENGTH = 6
MAX_NONCE = 64
_BODY = struct.Struct(">IB12s")
_SEAL_BYTES = 16
_TOKEN_LENGTH = 44


@dataclass(frozen=True, slots=True)
class Challenge:
    """`difficulty`: so many zero bits the proof of work begins with. `digest`: what is stored once it was used."""

    token: str
    difficulty: int
    expires_at: datetime
    code: str
    digest: bytes

    def is_solved_by(self, solved: SolvedChallenge, difficulty: int) -> bool:
        """Whether the code is right and the work reaches both difficulties. Spaces and a 7 read as a 1 are forgiven."""
        typed = "".join(solved.typed.split()).replace("1", "7").encode("utf-8", "surrogatepass")
        is_code = hmac.compare_digest(typed, self.code.encode())
        return is_code and is_worked(self.token, solved.nonce, max(difficulty, self.difficulty))


def new_challenge(keys: KeyRing, difficulty: int, now: datetime) -> Challenge:
    expires_at = int((now + LIFE).timestamp())
    return _challenge(keys, _BODY.pack(expires_at, difficulty, secrets.token_bytes(12)))


def read_challenge(keys: KeyRing, token: str, now: datetime) -> Challenge | None:
    """None for a token that is not ours, was changed or has lapsed."""
    if len(token) != _TOKEN_LENGTH:
        return None
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(raw) != _BODY.size + _SEAL_BYTES:
        return None
    challenge = _challenge(keys, raw[: _BODY.size])
    if not hmac.compare_digest(challenge.token, token) or challenge.expires_at <= now:
        return None
    return challenge


def is_worked(token: str, nonce: str, difficulty: int) -> bool:
    """Whether SHA-256 of `token:nonce` begins with so many zero bits."""
    if len(nonce) > MAX_NONCE or not nonce.isascii():
        return False
    digest = hashlib.sha256(f"{token}:{nonce}".encode()).digest()
    return int.from_bytes(digest) >> (256 - difficulty) == 0


def work(token: str, difficulty: int) -> str:
    """A nonce that proves the work; takes 2 ** difficulty digests on average."""
    number = 0
    while not is_worked(token, str(number), difficulty):
        number += 1
    return str(number)


def _challenge(keys: KeyRing, body: bytes) -> Challenge:
    expires_at, difficulty, _ = _BODY.unpack(body)
    seal = keys.mac("challenge", body)[:_SEAL_BYTES]
    return Challenge(
        token=base64.urlsafe_b64encode(body + seal).decode(),
        difficulty=difficulty,
        expires_at=datetime.fromtimestamp(expires_at, UTC),
        code=_code(keys.mac("challenge code", body)),
        digest=hashlib.sha256(body).digest(),
    )


def _code(chance: bytes) -> str:
    number, code = int.from_bytes(chance), ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(DIGITS))
        code += DIGITS[place]
    return code
