"""Taking responsibility for a message (RFC 5321 §4.2.5): when this returns, it would survive a power cut."""

from datetime import UTC, datetime

from services.mail.application.intake import Envelope, IncomingMessage, SpooledMessage, SpoolWriter
from services.mail.domain.spool_id import new_spool_id
from services.mail.domain.trace import trace_block


class AcceptMessage:
    """First the blob, then one commit that names it: a crash in between leaves a blob that nobody refers to, and that
    mail-clock collects. RabbitMQ is not on this path."""

    def __init__(self, spool: SpoolWriter, host: str) -> None:
        self._spool = spool
        self._host = host

    async def accept(self, envelope: Envelope, incoming: IncomingMessage) -> str:
        """Returns the spool id. Raises StorageUnavailableError; the message may then be stored or not."""
        blob = await incoming.commit()
        spool_id, now = new_spool_id(), datetime.now(UTC)
        trace = trace_block(
            mail_from=envelope.mail_from,
            helo=envelope.helo,
            source=envelope.source,
            host=self._host,
            protocol=envelope.protocol,
            spool_id=spool_id,
            at=now,
        )
        await self._spool.add(
            SpooledMessage(
                id=spool_id,
                blob=blob,
                trace=trace,
                mail_from=envelope.mail_from,
                source=envelope.source,
                received_at=now,
                recipients=envelope.recipients,
            )
        )
        return spool_id
