"""Settings of mail-rpc and mail-events, from the environment."""

from pathlib import Path

from pydantic import Field

from chassis.blobs.settings import BlobSettings
from chassis.settings import Frozen


class RpcSettings(BlobSettings):
    """health_port 0: no health server."""

    amqp_url: str
    mail_database_url: str
    mail_parser_socket: Path
    mail_rpc_workers: int = Field(default=50, ge=1, le=200)
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)


class EventsSettings(Frozen):
    """Account events are applied one after the other, so few workers do."""

    amqp_url: str
    mail_database_url: str
    mail_events_workers: int = Field(default=4, ge=1, le=50)
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)
