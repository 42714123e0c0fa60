"""The process that publishes the contacts service's events."""

from chassis.aio import run
from chassis.logging import configure
from chassis.relay import run_relay
from services.contacts import bootstrap
from services.contacts.settings import ContactsSettings


async def _relay(settings: ContactsSettings) -> None:
    async with bootstrap.relay_health(settings) as health:
        url, broker = settings.contacts_database_url, settings.amqp_url
        await run_relay(url, broker, "contacts", events=bootstrap.PUBLISHED, health=health)


def main() -> None:
    configure("contacts-outbox")
    run(_relay(bootstrap.settings()))


if __name__ == "__main__":
    main()
