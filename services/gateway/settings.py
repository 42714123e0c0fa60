"""Settings of the gateway process, from the environment."""

from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from chassis.blobs.settings import BlobSettings
from chassis.outward.settings import OutwardSettings

WEB_DIST = Path(__file__).resolve().parent / "web" / "dist"


class GatewaySettings(BlobSettings, OutwardSettings):
    """amqp_url: the bus. The blobs are shared with mail (chassis.blobs.settings).

    public_url: absolute address under which agents reach the gateway, "" to take it from each request. When it is
    https, cookies are Secure and carry the __Host- prefix, and HSTS is sent.
    trusted_proxies: addresses and networks, separated by commas, whose X-Forwarded-For and -Proto are believed.
    jmap_request_seconds: the deadline of one JMAP request, over all the services it needs.
    vapid_public_key: the public half of auth's AUTH_VAPID_KEY, "" to announce none.
    web_root: the built web app. http_max_connections: open sockets at once, push streams included.
    """

    amqp_url: str
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65_535)
    public_url: str = ""
    trusted_proxies: str = ""
    vapid_public_key: str = ""
    web_root: Path = WEB_DIST
    jmap_request_seconds: float = Field(default=20.0, gt=0, le=120)
    http_max_connections: int = Field(default=5_000, gt=0)
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/")):
            raise ValueError("an address like https://messagerie.example is needed, without a path")
        return value.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for proxy in filter(None, (part.strip() for part in value.split(","))):
            ip_network(proxy)
        return value

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def proxies(self) -> list[str]:
        return [part.strip() for part in self.trusted_proxies.split(",") if part.strip()]
