"""Message encryption for Web Push (RFC 8291), as one record of aes128gcm (RFC 8188): only the client can read it."""

import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.auth.domain.push_subscription import PushKeys

CURVE = ec.SECP256R1()
SALT_BYTES = 16
RECORD_BYTES = 4_096
LAST_RECORD = b"\x02"
MOST_BYTES = RECORD_BYTES - 86 - 17
"""Of a message: what a push server must take, less the header, the tag and the padding's end (RFC 8291 §4)."""


def is_public_key(data: bytes) -> bool:
    """Whether these are the bytes of an uncompressed point of P-256."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data)
    except ValueError:
        return False
    return len(data) == 65


def encrypt(
    message: bytes, keys: PushKeys, *, private: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body of a push. Key and salt are fresh for each; tests give their own. Raises ValueError when `message` is
    longer than MOST_BYTES."""
    if len(message) > MOST_BYTES:
        raise ValueError("too long for one push")
    private, salt = private or ec.generate_private_key(CURVE), salt or os.urandom(SALT_BYTES)
    own = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    client = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, keys.public_key)
    shared = private.exchange(ec.ECDH(), client)
    material = _derive(shared, keys.auth_secret, b"WebPush: info\0" + keys.public_key + own, 32)
    content_key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD_BYTES.to_bytes(4) + len(own).to_bytes(1) + own
    return header + AESGCM(content_key).encrypt(nonce, message + LAST_RECORD, None)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
