"""A listener that answers 250 before its commit. It exists to be caught: the chaos run must fail with it."""

import asyncio
from datetime import UTC, datetime

import uvloop

from chassis import aio
from chassis.logging import configure
from chassis.settings import from_environment, institution
from services.mail.application.intake import Envelope, IncomingMessage, SpooledMessage, SpoolWriter
from services.mail.domain.spool_id import new_spool_id
from services.mail.domain.trace import trace_block
from services.mail.flow_bootstrap import run_listener
from services.mail.flow_settings import SmtpSettings
from services.mail.smtp.session import Accept

LATER_SECONDS = 0.2
_late: set["asyncio.Task[None]"] = set()


def answer_early(spool: SpoolWriter, host_name: str) -> Accept:
    """Everything is done as it should be, only later than promised."""

    async def accept(envelope: Envelope, incoming: IncomingMessage) -> str:
        blob, spool_id, now = await incoming.commit(), new_spool_id(), datetime.now(UTC)
        trace = trace_block(
            mail_from=envelope.mail_from,
            helo=envelope.helo,
            source=envelope.source,
            host=host_name,
            protocol=envelope.protocol,
            spool_id=spool_id,
            at=now,
        )
        message = SpooledMessage(spool_id, blob, trace, envelope.mail_from, envelope.source, now, envelope.recipients)
        task = asyncio.create_task(add_later(message))
        _late.add(task)
        task.add_done_callback(_late.discard)
        return spool_id

    async def add_later(message: SpooledMessage) -> None:
        await asyncio.sleep(LATER_SECONDS)
        await spool.add(message)

    return accept


def main() -> None:
    configure("mail-smtp-mutant")
    settings = from_environment(SmtpSettings)
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    aio.run(run_listener(settings, institution(), answer_early))


if __name__ == "__main__":
    main()
