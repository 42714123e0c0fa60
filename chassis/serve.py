"""Runs a nameko service class (RPC methods, event handlers or both) as this process, until SIGTERM."""

from chassis.health import HealthServer

SHUTDOWN_SECONDS = 8.0


def serve(service_class: type, *, amqp_url: str, max_workers: int = 64, health: HealthServer | None = None) -> None:
    """Returns after SIGTERM or SIGINT, once what was in flight is done (8 s at most). Ends the process with a non-zero
    status when the service cannot go on, for the supervisor to start it again. The broker need not be there yet.

    `max_workers` bounds the calls or events at work at the same time: have as many database connections.
    """
    raise NotImplementedError
