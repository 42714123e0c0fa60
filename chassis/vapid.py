"""The key pair by which push servers know us (VAPID, RFC 8292). `python -m chassis.vapid` makes one."""

import base64
import secrets
import sys
import time

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256: how many private keys there are, and one."""
KEY_BYTES = 32
TOKEN_SECONDS = 12 * 3_600
"""A token may live for a day (§2)."""


class VapidKey:
    def __init__(self, secret: str) -> None:
        """`secret`: 32 bytes or more, in hex. Raises ValueError."""
        given = bytes.fromhex(secret)
        if len(given) < KEY_BYTES:
            raise ValueError("a key is 32 bytes or more, in hex")
        self._private = ec.derive_private_key(int.from_bytes(given) % (ORDER - 1) + 1, ec.SECP256R1())

    @property
    def public(self) -> str:
        """The uncompressed point in base64url: what clients subscribe with (applicationServerKey, RFC 9749)."""
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64url(point)

    def authorization(self, origin: str, contact: str, now: float | None = None) -> str:
        """The Authorization field of one push to `origin` (§3). `contact`: whom its operator may write to, a URI."""
        expires = int(time.time() if now is None else now) + TOKEN_SECONDS
        head = base64url(orjson.dumps({"typ": "JWT", "alg": "ES256"}))
        claims = base64url(orjson.dumps({"aud": origin, "exp": expires, "sub": contact}))
        signed = f"{head}.{claims}"
        return f"vapid t={signed}.{base64url(self._sign(signed.encode()))}, k={self.public}"

    def _sign(self, data: bytes) -> bytes:
        """ES256 (RFC 7518 §3.4): both numbers, each of 32 bytes."""
        numbers = decode_dss_signature(self._private.sign(data, ec.ECDSA(hashes.SHA256())))
        return b"".join(number.to_bytes(KEY_BYTES) for number in numbers)


def base64url(data: bytes) -> str:
    """Without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def main() -> None:
    """A new pair: a secret of auth's, and a setting of the gateway's."""
    secret = secrets.token_hex(KEY_BYTES)
    sys.stdout.write(f"AUTH_VAPID_KEY={secret}\nVAPID_PUBLIC_KEY={VapidKey(secret).public}\n")


if __name__ == "__main__":
    main()
