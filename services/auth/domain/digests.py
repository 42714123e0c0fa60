"""Digests of what auth must recognise and never keep."""

import hashlib
import hmac
import re
import secrets
from datetime import date

from services.auth.domain.account import KeyedDigest

TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class KeyRing:
    """HMAC-SHA-256 under a secret key that can rotate: new digests use the first key, older ones stay recognised.

    Every digest is bound to its purpose, and a birth date's to its account, since there are few birth dates.
    """

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = {_key_id(key): key for key in keys}
        self._current = _key_id(keys[0])

    @property
    def ids(self) -> list[str]:
        """Of the keys whose digests are recognised."""
        return list(self._keys)

    def numen(self, numen: str) -> KeyedDigest:
        return self._digest(self._current, b"numen", numen.encode())

    def numen_under_every_key(self, numen: str) -> list[KeyedDigest]:
        return [self._digest(key_id, b"numen", numen.encode()) for key_id in self._keys]

    def is_numen(self, numen: str, known: KeyedDigest | None) -> bool:
        """Whether `known` is the digest of `numen`. Costs the same when there is nothing to compare with."""
        key_id = known.key_id if known and known.key_id in self._keys else self._current
        digest = self._digest(key_id, b"numen", numen.encode()).digest
        return hmac.compare_digest(digest, known.digest if known else bytes(len(digest)))

    def birth_date(self, account_id: str, birth_date: date) -> KeyedDigest:
        return self._digest(self._current, b"birth-date", account_id.encode(), birth_date.isoformat().encode())

    def is_birth_date(self, account_id: str, birth_date: date, known: KeyedDigest | None) -> bool:
        """Whether `known` is the digest of that date. Costs the same when there is nothing to compare with."""
        key_id = known.key_id if known and known.key_id in self._keys else self._current
        digest = self._digest(key_id, b"birth-date", account_id.encode(), birth_date.isoformat().encode()).digest
        return hmac.compare_digest(digest, known.digest if known else bytes(len(digest)))

    def recovery_code(self, account_id: str, symbols: str) -> KeyedDigest:
        return self._digest(self._current, b"recovery-code", account_id.encode(), symbols.encode())

    def recovery_code_under_every_key(self, account_id: str, symbols: str) -> list[KeyedDigest]:
        parts = (account_id.encode(), symbols.encode())
        return [self._digest(key_id, b"recovery-code", *parts) for key_id in self._keys]

    def activation_code(self, account_id: str, code: str) -> KeyedDigest:
        return self._digest(self._current, b"activation-code", account_id.encode(), code.encode())

    def is_activation_code(self, account_id: str, code: str, known: KeyedDigest | None) -> bool:
        """Whether `known` is the digest of `code`. Costs the same when there is nothing to compare with."""
        key_id = known.key_id if known and known.key_id in self._keys else self._current
        digest = self._digest(key_id, b"activation-code", account_id.encode(), code.encode()).digest
        return hmac.compare_digest(digest, known.digest if known else bytes(len(digest)))

    def is_current(self, digest: KeyedDigest | None) -> bool:
        return digest is not None and digest.key_id == self._current

    def bucket(self, *parts: str) -> bytes:
        """Names what failures are counted by, without keeping a login or a network address."""
        return self._digest(self._current, b"bucket", *(part.encode() for part in parts)).digest

    def mac(self, purpose: str, content: bytes) -> bytes:
        """For what comes back to us soon: under the current key only."""
        return self._digest(self._current, purpose.encode(), content).digest

    def seal(self, previous: bytes, content: bytes) -> KeyedDigest:
        """Holds a line of the trail to the one before it."""
        return self._digest(self._current, b"trail", previous, content)

    def knows(self, key_id: str) -> bool:
        return key_id in self._keys

    def is_seal(self, previous: bytes, content: bytes, known: KeyedDigest) -> bool:
        """False also when its key is no longer known."""
        if known.key_id not in self._keys:
            return False
        return hmac.compare_digest(self._digest(known.key_id, b"trail", previous, content).digest, known.digest)

    def _digest(self, key_id: str, purpose: bytes, *parts: bytes) -> KeyedDigest:
        message = b"".join(len(part).to_bytes(4, "big") + part for part in (purpose, *parts))
        return KeyedDigest(key_id, hmac.digest(self._keys[key_id], message, "sha256"))


def new_token() -> str:
    """256 random bits, fit for a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether it has the form of those that `new_token` makes."""
    return _TOKEN.fullmatch(text) is not None


def token_hash(token: str) -> bytes:
    """What is stored of a token: enough to recognise it, useless to present."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def session_hash_of(session_id: str) -> bytes:
    """What a session is stored under; nothing that any is, for what is no session's id."""
    try:
        return bytes.fromhex(session_id)
    except ValueError:
        return b""


def device_hash(account_id: str, device: str) -> bytes:
    """What is stored of a device's cookie: it differs from account to account, so that rows can't be joined by it."""
    return token_hash(f"{account_id}:{device}")


def csrf_of(token: str) -> str:
    """The value that pairs with a session's token: derived from it, so nothing more is stored, and not leading back."""
    return hmac.digest(token.encode("utf-8", "surrogatepass"), b"csrf", "sha256").hex()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"key id\0" + key).hexdigest()[:8]
