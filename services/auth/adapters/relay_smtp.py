"""Hands a mail to the relay that takes everything that leaves the domain (RFC 5321), one connection a mail."""

import asyncio
import logging
from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.auth.adapters.notice_mime import mime
from services.auth.application.ports.post import Posted
from services.auth.domain.notice_text import NoticeText

COMMAND_SECONDS = 15.0
TOTAL_SECONDS = 45.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """host_name: what we say we are. sender: From, and where the relay may complain; sender_name stands beside it."""

    host: str
    port: int
    host_name: str
    sender: str
    sender_name: str

    async def send(self, text: NoticeText, address: str) -> Posted:
        """What the relay answered is told in the log by its code only: its text may hold the address."""
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                return await self._converse(mime(text, self.sender, self.sender_name, address), address)
        except SMTPResponseException as refused:
            _log.warning("the relay does not take mails", extra={"smtp_code": refused.code})
        except (SMTPException, OSError, TimeoutError) as error:
            _log.warning("the relay does not answer", exc_info=error)
        return Posted.AWAY

    async def _converse(self, message: bytes, address: str) -> Posted:
        """The connection is encrypted where the relay offers it."""
        connection = SMTP(
            hostname=self.host,
            port=self.port,
            local_hostname=self.host_name,
            timeout=COMMAND_SECONDS,
            validate_certs=False,
        )
        await connection.connect()
        try:
            await connection.ehlo()
            await connection.mail(self.sender)
            return await _hand_over(connection, message, address)
        finally:
            connection.close()


async def _hand_over(connection: SMTP, message: bytes, address: str) -> Posted:
    try:
        await connection.rcpt(address)
        await connection.data(message)
    except SMTPResponseException as refused:
        _log.warning("the relay does not take a mail", extra={"smtp_code": refused.code})
        return Posted.REFUSED if refused.code >= 500 else Posted.AWAY
    return Posted.SENT
