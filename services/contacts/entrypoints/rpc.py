"""The process that answers contacts RPC."""

from chassis import green  # noqa: F401,I001  must be first

from typing import ClassVar

from chassis.logging import configure
from chassis.rpc_server import RpcService, rpc
from chassis.serve import serve
from contracts.contacts import ContactsApi
from contracts.jmap import JmapBatch, JmapBatchReply
from services.contacts import bootstrap


class ContactsRpc(RpcService):
    name = "contacts"
    contacts: ClassVar[bootstrap.Contacts]

    @rpc
    def jmap(self, request: JmapBatch) -> JmapBatchReply:
        return self.contacts.jmap(request)


_implements: type[ContactsApi] = ContactsRpc


def main() -> None:
    configure("contacts-rpc")
    settings = bootstrap.settings()
    database = bootstrap.database(settings)
    ContactsRpc.contacts = bootstrap.Contacts(database)
    serve(
        ContactsRpc,
        amqp_url=settings.amqp_url,
        max_workers=settings.contacts_workers,
        health=bootstrap.health(settings, database),
    )


if __name__ == "__main__":
    main()
