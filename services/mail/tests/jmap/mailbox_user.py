"""An agent's JMAP client on the mail service itself: real database, real blobs, the parser's code in this process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.blobs import BlobStore
from chassis.db import Transaction
from contracts.jmap import Invocation, JmapBatch
from contracts.mail import SAFE_HTML_CAPABILITY, SNOOZE_CAPABILITY
from services.mail.adapters.blob_files import BlobFiles
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.methods import methods
from services.mail.application.mail_service import MailService
from services.mail.application.ports import InvalidRecipientsError, OutgoingMessage, RecipientStatus
from services.mail.application.rows import BlobRow
from services.mail.domain.ids import blob_id
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.operations import work
from services.mail.parser.protocol import Composed, ComposeRequest, ParseRequest
from services.mail.parser.replies import read_compose_reply, read_parse_reply
from services.mail.tests.store.world import AGENT, START, World

MAIL = "urn:ietf:params:jmap:mail"
USING = (MAIL, SAFE_HTML_CAPABILITY, SNOOZE_CAPABILITY)
MAX_MESSAGE_BYTES = 2_000_000

Json = dict[str, Any]


class ParserHere:
    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    def parse(self, sha256: str, trace: bytes = b"") -> ParseSummary:
        return read_parse_reply(work(self._blobs, {"request": ParseRequest.of(sha256, trace).model_dump()}))

    def compose(self, request: ComposeRequest) -> Composed:
        return read_compose_reply(work(self._blobs, {"request": request.model_dump()}))


@dataclass
class KeepingQueue:
    """A submission queue that keeps what it takes charge of. Only `unknown` addresses are refused."""

    taken: list[OutgoingMessage] = field(default_factory=list)
    held: dict[int, datetime] = field(default_factory=dict)
    """Until when, by the number of the submission."""
    unknown: frozenset[str] = frozenset()

    def hold(self, tx: Transaction, message: OutgoingMessage, email_id: int, until: datetime) -> None:
        self._check(message)
        self.held[message.submission_id] = until

    def call_back(self, tx: Transaction, account_id: str, submission_id: int) -> bool:
        return self.held.pop(submission_id, None) is not None

    def _check(self, message: OutgoingMessage) -> None:
        if refused := [address for address in message.recipients if address in self.unknown]:
            raise InvalidRecipientsError(refused)

    def submit(self, tx: Transaction, message: OutgoingMessage) -> dict[str, RecipientStatus]:
        self._check(message)
        self.taken.append(message)
        return dict.fromkeys(message.recipients, RecipientStatus("250 2.0.0 Queued", "queued"))


class MailboxUser:
    """`user("Email/get", ids=[…])` returns the arguments of the response; `user.error(…)` the type of the error."""

    def __init__(self, world: World, blobs: BlobStore, undo_send: timedelta = timedelta(0)) -> None:
        self.world = world
        self.blobs = blobs
        self.queue = KeepingQueue()
        self.now = START
        self.parser = ParserHere(blobs)
        files = BlobFiles(blobs)
        mail = Mail(
            store=world.store,
            parser=self.parser,
            blobs=files,
            queue=self.queue,
            clock=self._clock,
            domain="ac-montpellier.example",
            max_message_bytes=MAX_MESSAGE_BYTES,
            undo_send=undo_send,
        )
        self.service = MailService(world.store, files, methods(mail))

    def _clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def batch(self, *calls: tuple[str, Json], using: tuple[str, ...] = USING) -> list[Invocation]:
        numbered = [
            Invocation(name=name, arguments={"accountId": AGENT} | arguments, call_id=str(place))
            for place, (name, arguments) in enumerate(calls)
        ]
        reply = self.service.jmap(JmapBatch(account_id=AGENT, using=list(using), calls=numbered))
        assert reply.unanswered == 0
        return reply.responses

    def __call__(self, method: str, **arguments: Any) -> Json:
        response = self.batch((method, arguments))[0]
        assert response.name == method, response.arguments
        return response.arguments

    def error(self, method: str, **arguments: Any) -> str:
        response = self.batch((method, arguments))[0]
        assert response.name == "error", response.arguments
        return str(response.arguments["type"])

    def upload(self, octets: bytes, type_: str = "message/rfc822") -> str:
        blob = self.blobs.put(octets)
        self.world.store.register_blob(AGENT, BlobRow(blob.sha256, blob.size, type_))
        return blob_id(blob.sha256)

    def value(self, text: str) -> Json:
        """A body value as the gateway hands it over."""
        blob = self.blobs.put(text.encode())
        return {"value": {"blob": blob.sha256, "size": blob.size}}

    def mailbox(self, role: str) -> str:
        return f"m{self.world.mailbox(role).id}"

    def import_(
        self, octets: bytes, *, role: str = "inbox", keywords: tuple[str, ...] = (), at: str | None = None
    ) -> Json:
        """The `created` object of an Email/import."""
        one: Json = {
            "blobId": self.upload(octets),
            "mailboxIds": {self.mailbox(role): True},
            "keywords": dict.fromkeys(keywords, True),
            "receivedAt": at or self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        created: Json = self("Email/import", emails={"k": one})["created"]["k"]
        return created

    def email(self, id_: str, *properties: str, **arguments: Any) -> Json:
        got = self("Email/get", ids=[id_], properties=list(properties) or None, **arguments)
        assert got["notFound"] == []
        email: Json = got["list"][0]
        return email

    def create(self, **draft: Any) -> Json:
        """The `created` object of an Email/set."""
        response = self("Email/set", create={"k": {"mailboxIds": {self.mailbox("drafts"): True}} | draft})
        assert response["notCreated"] is None, response["notCreated"]
        created: Json = response["created"]["k"]
        return created
