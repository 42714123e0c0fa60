"""Settings of the calendar processes, from the environment."""

from pydantic import Field

from chassis.settings import Frozen


class CalendarSettings(Frozen):
    """amqp_url, calendar_database_url: where the bus and the service's own database are. health_port 0: no health."""

    amqp_url: str
    calendar_database_url: str
    health_host: str = "127.0.0.1"
    health_port: int = 0
    calendar_workers: int = Field(default=50, gt=0, le=200)
