"""Settings of auth's processes, from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from chassis.outward.settings import OutwardSettings
from chassis.settings import Frozen


class StoreSettings(Frozen):
    """What every process of auth needs."""

    auth_database_url: str
    auth_hmac_key: SecretStr
    """Key of the digests of NUMEN and birth date: 32 bytes or more, in hex."""
    auth_hmac_previous_keys: SecretStr = SecretStr("")
    """Keys that were current before, separated by commas: still recognised, never used for new digests."""
    auth_argon2_time_cost: int = Field(default=3, ge=1, le=20)
    auth_argon2_memory_kib: int = Field(default=65_536, ge=8_192, le=1_048_576)
    auth_hash_threads: int = Field(default=2, ge=1, le=64)
    """Hashes at work at the same time; each takes the memory above."""

    @field_validator("auth_hmac_key", "auth_hmac_previous_keys")
    @classmethod
    def _keys_are_hex(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            if key and len(_from_hex(key)) < 32:
                raise ValueError("a key is 32 bytes or more, in hex")
        return value

    @field_validator("auth_hmac_key")
    @classmethod
    def _one_key(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value() or "," in value.get_secret_value():
            raise ValueError("exactly one key is needed")
        return value

    def hmac_keys(self) -> tuple[bytes, ...]:
        """The current key, then the previous ones."""
        texts = (self.auth_hmac_key.get_secret_value(), *self.auth_hmac_previous_keys.get_secret_value().split(","))
        return tuple(_from_hex(text) for text in texts if text)


class RpcSettings(StoreSettings):
    """The RPC process. health_port 0: no health server."""

    amqp_url: str
    auth_rpc_workers: int = Field(default=50, ge=1, le=200)
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)


class PublicSettings(StoreSettings):
    """public_url: under which agents reach the web app."""

    public_url: str

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ValueError("an address like https://messagerie.example is needed, without a path")
        return value.rstrip("/")


class LettersSettings(PublicSettings):
    """The command that prints letters. auth_font_folder: DejaVu's files."""

    auth_font_folder: Path = Path("/usr/share/fonts/truetype/dejavu")


class NoticesSettings(PublicSettings):
    """The process that sends mails. relay_host, relay_port: the relay that takes what leaves the domain. notices_from:
    the address that mails come from, "" for ne-pas-repondre@ and the domain. notices_at_once: mails sent at the same
    time."""

    relay_host: str
    relay_port: int = Field(ge=1, le=65_535)
    notices_from: str = ""
    notices_at_once: int = Field(default=4, ge=1, le=50)
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)


class PushSettings(OutwardSettings):
    """The process that sends pushes. auth_vapid_key: by which push servers know us, 32 bytes or more in hex; the
    gateway announces its public half. push_at_once: pushes under way at the same time."""

    auth_database_url: str
    amqp_url: str
    auth_vapid_key: SecretStr
    push_at_once: int = Field(default=64, ge=1, le=500)
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)

    @field_validator("auth_vapid_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        if len(_from_hex(value.get_secret_value())) < 32:
            raise ValueError("a key is 32 bytes or more, in hex")
        return value


class OutboxSettings(Frozen):
    """The relay process."""

    auth_database_url: str
    amqp_url: str
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        raise ValueError("a key is 32 bytes or more, in hex") from None
