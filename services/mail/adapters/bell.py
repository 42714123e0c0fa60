"""Hears NOTIFY for threads that work a queue. A missed bell costs time only: they also look by themselves."""

import logging
import select
import socket
import threading
from collections.abc import Callable
from typing import Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0
"""How soon a connection that died in silence is found out."""


class Bell:
    """`channel` is ours to write: an identifier. `on_ring` is called in the bell's own thread."""

    def __init__(self, url: str, channel: str, on_ring: Callable[[], object] = lambda: None) -> None:
        self._url = url
        self._channel = channel
        self._on_ring = on_ring
        self._rung = threading.Condition()
        self._count = 0
        self._stopped = threading.Event()
        self._hear_stop, self._say_stop = socket.socketpair()

    def wait(self, heard: int, seconds: float) -> int:
        """Returns as soon as it has rung more than `heard` times, or after `seconds`; the count to give next time."""
        with self._rung:
            self._rung.wait_for(lambda: self._count != heard, seconds)
            return self._count

    def stop(self) -> None:
        """Wakes whoever waits, and lets `run` return."""
        self._stopped.set()
        self._say_stop.close()
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def run(self) -> None:
        """Until `stop`."""
        while not self._stopped.is_set():
            try:
                self._listen()
            except psycopg2.Error:
                log.warning("not listening", extra={"channel": self._channel})
                self._stopped.wait(RETRY_SECONDS)
        self._hear_stop.close()

    def _listen(self) -> None:
        connection = psycopg2.connect(self._url, connect_timeout=5, application_name=f"bell-{self._channel}")
        try:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(f'LISTEN "{self._channel}"')
                self._ring()  # what was announced while nobody listened
                while not self._stopped.is_set():
                    watched: list[Any] = [connection, self._hear_stop]
                    ready, _, _ = select.select(watched, [], [], HEARTBEAT_SECONDS)
                    if not ready:
                        cursor.execute("SELECT 1")
                    connection.poll()
                    if connection.notifies:
                        connection.notifies.clear()
                        self._ring()
        finally:
            connection.close()

    def _ring(self) -> None:
        with self._rung:
            self._count += 1
            self._rung.notify_all()
        self._on_ring()
