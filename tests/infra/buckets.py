"""A bucket on moto's server, and a way to it that can be broken."""

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from pydantic import SecretStr

from chassis.blobs.settings import S3Settings

BUCKET = "blobs"
KEYS = ("test", "test")


class Way:
    """A TCP proxy to `target`. cut_up, cut_down: after so many bytes of a connection it is broken off (None: never).
    refusal: what every request is answered with instead."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.cut_up: int | None = None
        self.cut_down: int | None = None
        self.refusal: bytes | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """A connection that is tried afterwards is refused."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.refusal is not None:
            client.recv(65_536)
            client.sendall(self.refusal)
            client.close()
            return
        with socket.create_connection(self._target) as server, client:
            down = threading.Thread(target=_carry, args=(server, client, self.cut_down), daemon=True)
            down.start()
            _carry(client, server, self.cut_up)
            down.join()


def _carry(source: socket.socket, sink: socket.socket, limit: int | None) -> None:
    """Until either ends, or `limit` bytes have passed: then both do."""
    passed = 0
    try:
        while data := source.recv(65_536):
            passed += len(data)
            if limit is not None and passed > limit:
                sink.sendall(data[: len(data) - (passed - limit)])
                break
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue


@pytest.fixture(scope="session")
def s3_server() -> Iterator[tuple[str, int]]:
    from moto.server import ThreadedMotoServer  # a second, which only those who ask for it wait

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def s3_owner(s3_server: tuple[str, int]) -> Iterator[Any]:
    """A client that makes and empties buckets."""
    settings = bucket_settings(s3_server[1])
    client = boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        aws_access_key_id=KEYS[0],
        aws_secret_access_key=KEYS[1],
        region_name=settings.region,
    )
    yield client
    client.close()


@pytest.fixture
def bucket(s3_owner: Any, s3_server: tuple[str, int]) -> Iterator[S3Settings]:
    """An empty bucket that keeps versions, the test's own."""
    client = s3_owner
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield bucket_settings(s3_server[1])
    for page in client.get_paginator("list_object_versions").paginate(Bucket=BUCKET):
        for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            client.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def way(s3_server: tuple[str, int]) -> Iterator[Way]:
    made = Way(s3_server)
    yield made
    with contextlib.suppress(OSError):
        made.close()


def bucket_settings(port: int) -> S3Settings:
    return S3Settings(
        bucket=BUCKET,
        endpoint=f"http://127.0.0.1:{port}",
        access_key=KEYS[0],
        secret_key=SecretStr(KEYS[1]),
    )
