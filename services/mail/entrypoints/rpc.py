"""The RPC process of mail: `python -m services.mail.entrypoints.rpc`."""

from chassis import green  # noqa: F401,I001  must be first

from typing import ClassVar

from eventlet import tpool

from chassis import logging as json_logging
from chassis.blobs.settings import blob_store
from chassis.db import Database
from chassis.health import HealthServer
from chassis.rpc_server import RpcService, rpc, serve
from chassis.settings import from_environment, institution
from contracts.jmap import JmapBatch, JmapBatchReply
from contracts.mail import BlobLocation, BlobRegistered, BlobRegistration, BlobRequest, MailApi
from services.mail.adapters.blob_files import in_place
from services.mail.application.mail_service import MailService
from services.mail.bootstrap import mail_service
from services.mail.parser.client import ParserClient
from services.mail.settings import RpcSettings


class MailRpc(RpcService):
    name = "mail"
    mail: ClassVar[MailService]

    @rpc
    def jmap(self, request: JmapBatch) -> JmapBatchReply:
        return self.mail.jmap(request)

    @rpc
    def register_blob(self, request: BlobRegistration) -> BlobRegistered:
        return self.mail.register_blob(request)

    @rpc
    def locate_blob(self, request: BlobRequest) -> BlobLocation:
        return self.mail.locate_blob(request)


_implements: type[MailApi] = MailRpc


def main() -> None:
    settings = from_environment(RpcSettings)
    policy = institution()
    json_logging.configure("mail-rpc")
    workers = settings.mail_rpc_workers
    database = Database(settings.mail_database_url, size=workers, application_name="mail-rpc")
    parser = ParserClient(str(settings.mail_parser_socket))
    MailRpc.mail = mail_service(
        database, blob_store(settings), parser, policy, run=in_place if settings.s3 else tpool.execute
    )
    serve(
        MailRpc,
        amqp_url=settings.amqp_url,
        max_workers=workers,
        health=HealthServer(settings.health_host, settings.health_port, database=database),
    )


if __name__ == "__main__":
    main()
