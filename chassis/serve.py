"""Runs a nameko service class (RPC methods, event handlers or both) as this process, until SIGTERM."""

import logging
import signal
import sys

import eventlet

from chassis.container import AMQP_URL, MAX_WORKERS, BrokerLink, SafeContainer
from chassis.health import HealthServer

SHUTDOWN_SECONDS = 8.0
TICK_SECONDS = 0.1
FAILED = 1

_log = logging.getLogger(__name__)


def serve(
    service_class: type,
    *,
    amqp_url: str,
    max_workers: int = 64,
    health: HealthServer | None = None,
    shutdown_seconds: float = SHUTDOWN_SECONDS,
) -> None:
    """Returns after SIGTERM or SIGINT, once what was in flight is done. Ends the process with a non-zero status when
    that takes more than `shutdown_seconds`, or when the service cannot go on: the supervisor starts it again. The
    broker need not be there yet.

    `max_workers` bounds the calls or events at work at the same time: have as many database connections.
    """
    container = SafeContainer(service_class, {AMQP_URL: amqp_url, MAX_WORKERS: max_workers})
    told_to_stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: told_to_stop.append(received))
    if health is not None:
        link = container.shared_extensions[BrokerLink].link
        health.add_check("broker", lambda: link.connected)
        health.start()
    container.start()
    ending = eventlet.spawn(container.wait)
    while not told_to_stop and not ending.dead:
        eventlet.sleep(TICK_SECONDS)
    if ending.dead or not _stopped(container, shutdown_seconds):
        sys.exit(FAILED)


def _stopped(container: SafeContainer, seconds: float) -> bool:
    """Whether everything in flight was done in time."""
    with eventlet.Timeout(seconds, False):
        container.stop()
        return True
    _log.error("in-flight work was not done in time")
    return False
