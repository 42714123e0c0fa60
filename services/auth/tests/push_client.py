"""A client of pushes: its key pair, and the reading of what was sent to it (RFC 8291), by itself."""

import base64
import hashlib
import hmac
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushClient:
    def __init__(self, private: ec.EllipticCurvePrivateKey | None = None, secret: bytes = b"0123456789abcdef") -> None:
        self._private = private or ec.generate_private_key(ec.SECP256R1())
        self.secret = secret
        self.public = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": b64(self.public), "auth": b64(self.secret)}

    def decrypt(self, body: bytes) -> bytes:
        """Step by step, with HMAC only: nothing of it is what encrypts."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        server, record = body[21 : 21 + length], body[21 + length :]
        assert len(record) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), server)
        shared = self._private.exchange(ec.ECDH(), point)
        info = b"WebPush: info\0" + self.public + server
        material = _hkdf(self.secret, shared, info, 32)
        key = _hkdf(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, material, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, record, None)
        text, delimiter, padding = padded.rpartition(b"\x02")
        assert delimiter
        assert not padding.strip(b"\0")
        return text

    def read(self, body: bytes) -> Any:
        return orjson.loads(self.decrypt(body))


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, of one block."""
    pseudorandom = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(pseudorandom, info + b"\x01", hashlib.sha256)[:length]
