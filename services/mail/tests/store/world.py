"""A mail database with one agent in it, and messages made without the parser."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chassis.db import Database
from contracts.auth import AccountCreated, AccountState, Agent
from services.mail.adapters.store.accounts import Accounts
from services.mail.adapters.store.store import PostgresMailstore, PostgresStore
from services.mail.application.ports import AppendResult, StoredMessage
from services.mail.application.rows import Changes, EmailFlags, MailboxRow, Page, PageRequest
from services.mail.application.store import DataType
from services.mail.domain.email_query import Condition, EmailQuery, Filter
from services.mail.domain.mime.summary import BodyPart, EmailAddress, ParseSummary

AGENT = "aclairefontaine"
START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def summary(
    subject: str = "Conseil de classe",
    *,
    sender: str = "jean.dupont@ac-montpellier.example",
    to: Sequence[str] = ("claire.fontaine@ac-montpellier.example",),
    cc: Sequence[str] = (),
    message_id: str | None = None,
    references: Sequence[str] = (),
    base_subject: str | None = None,
    text: str = "Bonjour à toutes et à tous.",
    attachment: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> ParseSummary:
    octets = repr((subject, sender, message_id, text)).encode()
    return ParseSummary(
        sha256=hashlib.sha256(octets).hexdigest(),
        size=len(octets),
        headers=[("Subject", f" {subject}"), *headers],
        subject=subject,
        from_=[EmailAddress(name=sender.partition("@")[0].replace(".", " ").title(), email=sender)],
        to=[EmailAddress(email=address) for address in to],
        cc=[EmailAddress(email=address) for address in cc] or None,
        message_id=[message_id] if message_id else None,
        references=list(references) or None,
        base_subject=base_subject if base_subject is not None else subject.removeprefix("Re: ").casefold(),
        is_reply=subject.startswith("Re:"),
        body_structure=BodyPart(part_id="1", type="text/plain", header_start=0, body_start=0, body_end=len(octets)),
        text_body=["1"],
        html_body=["1"],
        has_attachment=attachment is not None,
        preview=text[:256],
        search_text=f"{text} {attachment or ''}",
    )


@dataclass
class World:
    database: Database
    store: PostgresStore = field(init=False)
    mailstore: PostgresMailstore = field(default_factory=PostgresMailstore)
    accounts: Accounts = field(default_factory=Accounts)
    minutes: int = 0
    sequence: int = 0

    def __post_init__(self) -> None:
        self.store = PostgresStore(self.database)
        self.open_account(AGENT, "claire.fontaine@ac-montpellier.example", "Claire", "Fontaine")

    def open_account(self, account_id: str, address: str, given: str, family: str) -> None:
        self.sequence += 1
        agent = Agent(
            account_id=account_id,
            address=address,
            given_name=given,
            family_name=family,
            category="enseignant 2nd degré",
            uai="0340001A",
            departement="Hérault",
        )
        state: AccountState = "active"
        with self.database.transaction() as tx:
            self.accounts.apply(tx, AccountCreated(sequence=self.sequence, agent=agent, state=state))

    def message(self, made: ParseSummary) -> StoredMessage:
        with self.database.transaction() as tx:
            return self.mailstore.add_message(tx, b"", made)

    def deliver(
        self,
        made: ParseSummary,
        *,
        account_id: str = AGENT,
        keywords: Sequence[str] = (),
        key: str | None = None,
        minutes: int | None = None,
        mailboxes: Sequence[int] = (),
    ) -> AppendResult:
        """One minute after the one before, into the inbox or `mailboxes`."""
        self.minutes += 1
        with self.database.transaction() as tx:
            return self.mailstore.append(
                tx,
                account_id,
                self.mailstore.add_message(tx, b"", made),
                role=None if mailboxes else "inbox",
                mailbox_ids=mailboxes,
                keywords=keywords,
                received_at=START + timedelta(minutes=self.minutes if minutes is None else minutes),
                delivery_key=key,
            )

    def mailbox(self, role: str) -> MailboxRow:
        with self.store.view(AGENT) as view:
            return next(mailbox for mailbox in view.mailboxes() if mailbox.role == role)

    def counts(self, role: str) -> tuple[int, int, int, int]:
        row = self.mailbox(role)
        return row.total_emails, row.unread_emails, row.total_threads, row.unread_threads

    def set(self, email: int, *, keywords: Sequence[str], mailboxes: Sequence[int]) -> None:
        with self.store.write(AGENT) as write:
            write.change_emails([EmailFlags(email, frozenset(keywords), frozenset(mailboxes))])

    def destroy(self, *emails: int) -> None:
        with self.store.write(AGENT) as write:
            write.destroy_emails(emails)

    def state(self, data_type: DataType) -> int:
        with self.store.view(AGENT) as view:
            return view.state(data_type)

    def changes(self, data_type: DataType, since: int, max_changes: int | None = None) -> Changes:
        with self.store.view(AGENT) as view:
            return view.changes(data_type, since, max_changes)

    def find(self, filter_: Filter | None = None, *, collapse: bool = False, **page: int | bool | None) -> Page:
        asked = PageRequest(**{"limit": 100, **page})  # type: ignore[arg-type]
        with self.store.view(AGENT) as view:
            return view.query(EmailQuery(filter_, collapse_threads=collapse), asked)

    def ids(self, name: str, value: object) -> list[int]:
        return self.find(Condition(name, value)).ids  # type: ignore[arg-type]

    def events(self) -> list[str]:
        with self.database.transaction() as tx:
            return [row["payload"] for row in tx.all("SELECT payload FROM outbox ORDER BY position")]
