"""What the parser pool and its children are told by their environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from chassis.blobs.settings import BlobSettings


class ParserSettings(BlobSettings):
    """children: processes that parse. seconds: wall time of one request in a child. memory_mb: a child's address
    space. recycle: requests before a child is replaced. queue: requests that may wait for a child."""

    mail_parser_socket: Path
    mail_parser_children: int = Field(default=2, ge=1, le=64)
    mail_parser_seconds: float = Field(default=3.0, gt=0, le=60)
    mail_parser_memory_mb: int = Field(default=768, ge=256, le=8_192)
    mail_parser_recycle: int = Field(default=1_000, ge=1)
    mail_parser_queue: int = Field(default=200, ge=1)
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)


class WorkerSettings(BlobSettings):
    """The same variables, as a child reads them."""

    mail_parser_seconds: float = Field(default=3.0, gt=0, le=60)
    mail_parser_memory_mb: int = Field(default=768, ge=256, le=8_192)
