"""One SMTP conversation on aiosmtpd's protocol class, which gives the connection and its plumbing.

What aiosmtpd 1.4.6 does and this class does otherwise: DATA without CRLF escapes SIZE; an exception's text goes to the
client; the end of the client's half of the connection cancels the handler, even while it commits; lines, recipients,
errors and commands are unlimited; the null sender is "<>"; DSN parameters are refused; time-outs are silent.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiosmtpd.smtp import SMTP

from services.mail.application.intake import (
    AddressBook,
    BlobIntake,
    Envelope,
    IncomingMessage,
    Recipient,
    Standing,
    StorageUnavailableError,
)
from services.mail.smtp import replies
from services.mail.smtp.bounds import Bounds, Gate
from services.mail.smtp.commands import (
    Path,
    SyntaxRefusedError,
    check_mail_parameters,
    check_rcpt_parameters,
    parse_path,
)
from services.mail.smtp.message import MessageReceiver
from services.mail.smtp.reader import CHUNK, LineTooLongError, WireReader

log = logging.getLogger(__name__)
Accept = Callable[[Envelope, IncomingMessage], Awaitable[str]]


class SmtpSession(SMTP):
    """`accept` is called once a message has arrived whole; when it returns, 250 is sent."""

    line_length_limit = CHUNK

    def __init__(
        self,
        *,
        host: str,
        addresses: AddressBook,
        blobs: BlobIntake,
        accept: Accept,
        bounds: Bounds,
        gate: Gate,
        working: set[asyncio.Task[Any]],
        sessions: set["SmtpSession"],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(
            None,
            data_size_limit=bounds.message_bytes,
            enable_SMTPUTF8=True,
            hostname=host,
            ident="ESMTP",
            timeout=bounds.idle_seconds,
            loop=loop,
        )
        self._addresses = addresses
        self._blobs = blobs
        self._accept = accept
        self._bounds = bounds
        self._gate = gate
        self._working = working
        self._sessions = sessions
        self._source = ""
        self._helo = ""
        self._protocol = "SMTP"
        self._errors = self._commands = self._messages = 0
        self._ending = False
        self._clear()

    # -- the conversation

    async def _handle_client(self) -> None:
        self._source = self._peer()
        if not self._gate.enter(self._source):
            await self._farewell(replies.TOO_MANY_SESSIONS)
            return
        self._sessions.add(self)
        overall = self.loop.call_later(self._bounds.session_seconds, self._timeout_cb)
        try:
            await self._converse()
        except (ConnectionError, TimeoutError):
            log.info("client gone", extra={"source": self._source})
        finally:
            overall.cancel()
            self._sessions.discard(self)
            self._gate.leave(self._source)
            self._close()

    async def _converse(self) -> None:
        self._wire = WireReader(self._reader, self._bounds.command_bytes)
        await self._say(replies.greeting(self.hostname))
        while not self._ending:
            self._reset_timeout()
            try:
                line = await self._wire.line()
            except LineTooLongError:
                await self._say(replies.COMMAND_TOO_LONG)
                continue
            if line is None:
                return
            self._commands += 1
            if self._commands > self._bounds.commands:
                await self._farewell(replies.TOO_MUCH)
                return
            await self._obey(line)

    async def _obey(self, line: bytes) -> None:
        word, _, argument = line.partition(b" ")
        command = _COMMANDS.get(word.upper())
        try:
            if command is None:
                await self._say(replies.UNKNOWN_COMMAND)
            else:
                await command(self, argument.strip(b" "))
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - the client learns 451, the log everything
            await self._say(await self.handle_exception(error))

    async def handle_exception(self, error: Exception) -> str:
        """What failed is for the log alone."""
        log.error("SMTP session failed", exc_info=error, extra={"source": self._source})
        self._clear()
        return replies.TRY_LATER

    async def _say(self, status: str) -> None:
        """Sends a reply; too many refusals end the conversation."""
        self._writer.write(status.encode("ascii", "replace") + b"\r\n")
        if status[0] in "45" and status not in replies.UNCOUNTED:
            self._errors += 1
            if self._errors > self._bounds.errors and not self._ending:
                self._ending = True
                self._writer.write(replies.TOO_MANY_ERRORS.encode() + b"\r\n")
        await self._writer.drain()

    async def _farewell(self, status: str) -> None:
        self._ending = True
        await self._say(status)
        self._close()

    # -- what asyncio and aiosmtpd call

    def eof_received(self) -> bool:
        """The client will send no more, but may well be waiting for our reply: the connection stays open for it."""
        self._reader.feed_eof()
        return True

    def _timeout_cb(self) -> None:
        self._ending = True
        if self.transport is not None:
            self._writer.write(replies.TIMED_OUT.encode() + b"\r\n")
            self.transport.close()

    def shut(self) -> None:
        """The process is about to stop: no further command, and at once if nothing is being committed."""
        self._ending = True
        if not self._committing and self.transport is not None:
            self._writer.write(replies.SHUTTING_DOWN.encode() + b"\r\n")
            self.transport.close()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _peer(self) -> str:
        peer = self._writer.get_extra_info("peername")
        return str(peer[0]) if isinstance(peer, tuple) else "local"

    # -- commands

    def _clear(self) -> None:
        """No message under way (RFC 5321 §4.1.1.5)."""
        self._mail_from: str | None = None
        self._utf8 = False
        self._recipients: dict[str, Recipient] = {}
        self._recipient_commands = 0
        self._committing = False

    async def _helo_command(self, argument: bytes) -> None:
        await self._greet(argument, "SMTP", [])

    async def _ehlo_command(self, argument: bytes) -> None:
        await self._greet(argument, "ESMTP", replies.extensions(self._bounds.message_bytes))

    async def _greet(self, argument: bytes, protocol: str, extensions: list[str]) -> None:
        if not argument:
            await self._say(replies.NAME_NEEDED)
            return
        self._clear()
        self._helo = argument.decode("ascii", "replace")
        self._protocol = protocol
        await self._say(replies.multiline(250, [self.hostname, *extensions]))

    async def _mail_command(self, argument: bytes) -> None:
        if not self._helo:
            await self._say(replies.HELO_FIRST)
        elif self._mail_from is not None:
            await self._say(replies.NESTED_MAIL)
        elif self._messages >= self._bounds.messages:
            await self._farewell(replies.TOO_MUCH)
        else:
            try:
                path = parse_path("FROM", argument)
                check_mail_parameters(path.parameters, self._bounds.message_bytes)
                self._check_ascii(path, utf8="SMTPUTF8" in path.parameters)
            except SyntaxRefusedError as refused:
                await self._say(refused.reply)
                return
            self._mail_from = path.address
            self._utf8 = "SMTPUTF8" in path.parameters
            await self._say(replies.SENDER_OK)

    async def _rcpt_command(self, argument: bytes) -> None:
        if self._mail_from is None:
            await self._say(replies.MAIL_FIRST)
            return
        self._recipient_commands += 1
        if self._recipient_commands > self._bounds.recipient_commands:
            await self._farewell(replies.TOO_MUCH)
            return
        if len(self._recipients) >= self._bounds.recipients:
            await self._say(replies.TOO_MANY_RECIPIENTS)
            return
        try:
            path = parse_path("TO", argument)
            check_rcpt_parameters(path.parameters)
            self._check_ascii(path, utf8=self._utf8)
        except SyntaxRefusedError as refused:
            await self._say(refused.reply)
            return
        if not path.address:
            await self._say(replies.RECIPIENT_NEEDED)
            return
        try:
            standing, recipient = await self._addresses.standing(path.address)
        except StorageUnavailableError:
            log.warning("directory unavailable", extra={"source": self._source})
            await self._say(replies.TRY_LATER)
            return
        if standing is Standing.KNOWN and recipient is not None:
            self._recipients[recipient.account_id or recipient.address] = recipient
        await self._say(replies.RECIPIENT[standing])

    def _check_ascii(self, path: Path, *, utf8: bool) -> None:
        if not utf8 and not path.address.isascii():
            raise SyntaxRefusedError("553 5.6.7 Needs SMTPUTF8 / adresse accentuee sans SMTPUTF8")

    async def _data_command(self, argument: bytes) -> None:
        if argument:
            await self._say(replies.NO_ARGUMENT)
        elif self._mail_from is None or not self._recipients:
            await self._say(replies.NO_RECIPIENTS if self._recipient_commands else replies.MAIL_FIRST)
        else:
            await self._say(replies.GO_AHEAD)
            await self._receive()
            self._clear()

    async def _receive(self) -> None:
        incoming = self._blobs.begin()
        receiver = MessageReceiver(self._wire, incoming, self._bounds, self._reset_timeout)
        try:
            refusal = await receiver.receive()
            if refusal is None:
                self._messages += 1
                await self._say(await self._commit(incoming))
            elif receiver.complete:
                await self._say(refusal)
            else:
                await self._farewell(refusal)
        finally:
            if not self._committing:
                await asyncio.shield(incoming.discard())

    async def _commit(self, incoming: IncomingMessage) -> str:
        """The commit is a task of its own: whatever the client does meanwhile, it runs to its end."""
        self._committing = True
        envelope = Envelope(
            mail_from=self._mail_from or "",
            recipients=tuple(self._recipients.values()),
            source=self._source,
            helo=self._helo,
            protocol=f"UTF8{self._protocol[-4:]}" if self._utf8 else self._protocol,
        )
        self._reset_timeout(self._bounds.accept_seconds + 5)
        task = self.loop.create_task(self._take(envelope, incoming))
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        reply = await asyncio.shield(task)
        self._committing = False
        return reply

    async def _take(self, envelope: Envelope, incoming: IncomingMessage) -> str:
        try:
            async with asyncio.timeout(self._bounds.accept_seconds):
                spool_id = await self._accept(envelope, incoming)
        except (StorageUnavailableError, TimeoutError) as error:
            log.error("message not accepted: storage", exc_info=error, extra={"source": self._source})
            return replies.TRY_LATER
        except Exception as error:  # noqa: BLE001 - the client learns 451, the log everything
            return await self.handle_exception(error)
        finally:
            await incoming.discard()
        log.info("accepted", extra={"spool_id": spool_id, "source": self._source})
        return replies.accepted(spool_id)

    async def _rset_command(self, _: bytes) -> None:
        self._clear()
        await self._say(replies.OK)

    async def _noop_command(self, _: bytes) -> None:
        await self._say(replies.OK)

    async def _vrfy_command(self, _: bytes) -> None:
        await self._say(replies.CANNOT_VERIFY)

    async def _help_command(self, _: bytes) -> None:
        await self._say(replies.HELP)

    async def _absent_command(self, _: bytes) -> None:
        await self._say(replies.NOT_IMPLEMENTED)

    async def _quit_command(self, _: bytes) -> None:
        await self._farewell(replies.BYE)


_COMMANDS: dict[bytes, Callable[[SmtpSession, bytes], Awaitable[None]]] = {
    b"HELO": SmtpSession._helo_command,
    b"EHLO": SmtpSession._ehlo_command,
    b"MAIL": SmtpSession._mail_command,
    b"RCPT": SmtpSession._rcpt_command,
    b"DATA": SmtpSession._data_command,
    b"RSET": SmtpSession._rset_command,
    b"NOOP": SmtpSession._noop_command,
    b"VRFY": SmtpSession._vrfy_command,
    b"HELP": SmtpSession._help_command,
    b"EXPN": SmtpSession._absent_command,
    b"BDAT": SmtpSession._absent_command,
    b"AUTH": SmtpSession._absent_command,
    b"STARTTLS": SmtpSession._absent_command,
    b"TURN": SmtpSession._absent_command,
    b"QUIT": SmtpSession._quit_command,
}
