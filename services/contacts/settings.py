"""Settings of the contacts processes, from the environment."""

from pydantic import Field

from chassis.settings import Frozen


class ContactsSettings(Frozen):
    """amqp_url, contacts_database_url: where the bus and the service's own database are. health_port 0: no health."""

    amqp_url: str
    contacts_database_url: str
    health_host: str = "127.0.0.1"
    health_port: int = Field(default=0, ge=0, le=65_535)
    contacts_workers: int = Field(default=50, gt=0, le=200)
