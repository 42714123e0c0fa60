"""What the processes of the flow of mail are told by their environment."""

from pathlib import Path

from pydantic import Field, PostgresDsn

from chassis.blobs.settings import BlobSettings
from chassis.settings import Frozen


class DatabaseSettings(Frozen):
    """Common to all."""

    mail_database_url: PostgresDsn
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65535)

    @property
    def database(self) -> str:
        return str(self.mail_database_url)


class OutboxSettings(DatabaseSettings):
    amqp_url: str


class FlowSettings(DatabaseSettings, BlobSettings):
    """Common to the listener, delivery and outbound."""


class SmtpSettings(FlowSettings):
    """smtp_connections: to PostgreSQL, and threads that write blobs. smtp_sessions…: of one process."""

    smtp_host: str
    smtp_port: int = Field(ge=0, le=65535)
    smtp_connections: int = Field(default=12, ge=2, le=100)
    smtp_sessions: int = Field(default=1_000, ge=1)
    smtp_sessions_per_source: int = Field(default=100, ge=1)


class DeliverySettings(FlowSettings):
    """delivery_threads: messages delivered at the same time by one process."""

    mail_parser_socket: Path
    delivery_threads: int = Field(default=4, ge=1, le=64)


class GraceSettings(BlobSettings):
    """blob_grace_hours: what nothing refers to is kept so long, so that nothing on its way is lost. Never less than the
    three that chassis.blobs and its S3 count on."""

    blob_grace_hours: int = Field(default=24, ge=3)

    @property
    def grace(self) -> float:
        return self.blob_grace_hours * 3_600.0


class ClockSettings(FlowSettings, GraceSettings):
    """Of mail-clock."""


class OutboundSettings(FlowSettings):
    """The relay that takes what leaves the domain. outbound_sends: messages sent at the same time by one process."""

    relay_host: str
    relay_port: int = Field(ge=1, le=65535)
    outbound_sends: int = Field(default=10, ge=1, le=200)


class SearchSettings(FlowSettings):
    """readers: messages whose attachments are read at the same time, each in a child of its own. seconds: for one
    attachment. memory_mb: a child's address space."""

    mail_search_readers: int = Field(default=1, ge=1, le=16)
    mail_search_seconds: float = Field(default=15.0, gt=0, le=60)
    mail_search_memory_mb: int = Field(default=1_024, ge=256, le=8_192)
