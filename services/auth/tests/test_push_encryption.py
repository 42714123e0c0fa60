"""Pushes are read by their client alone (RFC 8291), and say who sends them (RFC 8292)."""

import orjson
import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from chassis.vapid import TOKEN_SECONDS, VapidKey
from services.auth.adapters.push.encryption import MOST_BYTES, encrypt, is_public_key
from services.auth.domain.push_subscription import PushKeys
from services.auth.tests.push_client import PushClient, unb64

# RFC 8291 §5 and appendix A.
MELON = b"When I grow up, I want to be a watermelon"
CLIENT_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
CLIENT_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
CLIENT_SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
SERVER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64(text)), ec.SECP256R1())


def test_the_example_of_rfc_8291_comes_out_octet_by_octet() -> None:
    keys = PushKeys(unb64(CLIENT_PUBLIC), unb64(CLIENT_SECRET))
    assert encrypt(MELON, keys, private=private(SERVER_PRIVATE), salt=unb64(SALT)) == unb64(BODY)


def test_the_example_of_rfc_8291_is_read_by_the_client_of_these_tests() -> None:
    assert PushClient(private(CLIENT_PRIVATE), unb64(CLIENT_SECRET)).decrypt(unb64(BODY)) == MELON


@pytest.mark.parametrize("size", [0, 1, 100, MOST_BYTES])
def test_whatever_is_sent_is_read_by_its_client_and_fits_one_push(size: int) -> None:
    client = PushClient()
    body = encrypt(bytes(size), PushKeys(client.public, client.secret))
    assert client.decrypt(body) == bytes(size)
    assert len(body) <= 4_096


def test_no_two_pushes_are_alike_and_nobody_else_reads_them() -> None:
    client = PushClient()
    keys = PushKeys(client.public, client.secret)
    first, second = encrypt(MELON, keys), encrypt(MELON, keys)
    assert first[:16] != second[:16]
    assert first[21:86] != second[21:86]
    for stranger in (PushClient(), PushClient(client._private, bytes(16))):
        with pytest.raises(InvalidTag):
            stranger.decrypt(first)


def test_a_message_that_no_push_server_must_take_is_refused() -> None:
    client = PushClient()
    with pytest.raises(ValueError, match="too long"):
        encrypt(bytes(MOST_BYTES + 1), PushKeys(client.public, client.secret))


def test_only_points_of_the_curve_are_public_keys() -> None:
    client = PushClient()
    assert is_public_key(client.public)
    off_the_curve = client.public[:-1] + bytes([client.public[-1] ^ 1])
    for data in (
        b"",
        bytes(65),
        off_the_curve,
        client.public[:64],
        client.public + b"x",
        b"\x02" + client.public[1:33],
    ):
        assert not is_public_key(data)


def test_a_push_is_signed_for_its_server_and_a_time() -> None:
    key = VapidKey("ab" * 32)
    field = key.authorization("https://push.example", "mailto:postmaster@ac.example", now=1_000.0)
    scheme, token, public = field.replace(", k=", " ").replace("t=", "").split(" ")
    head, claims, signature = token.split(".")
    assert (scheme, public) == ("vapid", key.public)
    assert orjson.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert orjson.loads(unb64(claims)) == {
        "aud": "https://push.example",
        "exp": 1_000 + TOKEN_SECONDS,
        "sub": "mailto:postmaster@ac.example",
    }
    raw = unb64(signature)
    assert len(raw) == 64
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(public))
    point.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        point.verify(der, f"{head}.{claims}x".encode(), ec.ECDSA(hashes.SHA256()))


def test_a_key_is_the_same_each_time_and_no_short_one_is_taken() -> None:
    assert VapidKey("ab" * 32).public == VapidKey("ab" * 32).public != VapidKey("ac" * 32).public
    assert is_public_key(unb64(VapidKey("ff" * 32).public))
    with pytest.raises(ValueError, match="32 bytes"):
        VapidKey("ab" * 31)
