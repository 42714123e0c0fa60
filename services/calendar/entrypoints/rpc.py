"""The process that answers calendar RPC."""

from chassis import green  # noqa: F401,I001  must be first

from typing import ClassVar

from chassis.logging import configure
from chassis.rpc_server import RpcService, rpc
from chassis.serve import serve
from contracts.calendar import CalendarApi
from contracts.jmap import JmapBatch, JmapBatchReply
from services.calendar import bootstrap


class CalendarRpc(RpcService):
    name = "calendar"
    calendar: ClassVar[bootstrap.Calendar]

    @rpc
    def jmap(self, request: JmapBatch) -> JmapBatchReply:
        return self.calendar.jmap(request)


_implements: type[CalendarApi] = CalendarRpc


def main() -> None:
    configure("calendar-rpc")
    settings = bootstrap.settings()
    database = bootstrap.database(settings)
    CalendarRpc.calendar = bootstrap.Calendar(database)
    serve(
        CalendarRpc,
        amqp_url=settings.amqp_url,
        max_workers=settings.calendar_workers,
        health=bootstrap.health(settings, database),
    )


if __name__ == "__main__":
    main()
