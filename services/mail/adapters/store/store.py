"""The store's two faces: `PostgresStore` for the JMAP methods, `PostgresMailstore` for the flow of mail."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from chassis.db import Database, Transaction
from chassis.jmap.standard import MAX_OBJECTS_IN_GET
from services.mail.adapters.store import (
    accounts,
    blobs,
    changes,
    email_rows,
    emails,
    identities,
    lexicon,
    listing,
    mailboxes,
    messages,
    query_delta,
    quotas,
    search,
    snoozes,
    submissions,
    threads,
)
from services.mail.adapters.store.snapshot import Moment, Snapshots
from services.mail.adapters.store.unit import Unit, unit
from services.mail.application.ports import AppendResult, RecipientStatus, Role, StoredMessage
from services.mail.application.rows import (
    SUMMARY_COLUMNS,
    UNLIMITED,
    Account,
    BlobRow,
    Changes,
    EmailFlags,
    EmailRow,
    IdentityEdit,
    IdentityRow,
    Json,
    MailboxEdit,
    MailboxRow,
    MessageRow,
    MessageUse,
    Page,
    PageRequest,
    QueryDelta,
    QuotaLimits,
    QuotaRow,
    SnippetRow,
    SnoozeRow,
    SubmissionRow,
    ThreadRow,
    UndoStatus,
)
from services.mail.application.store import DataType, OverQuotaError, View, Write
from services.mail.domain.email_query import EmailQuery
from services.mail.domain.mime.summary import ParseSummary
from services.mail.domain.search_terms import Term
from services.mail.domain.sought import Sought

MAX_QUERIED = 50_000
MAX_ALL = MAX_OBJECTS_IN_GET + 1
"""So many objects answer a get of all that names no id: one more than it may return, to be seen as too many."""


class PostgresView:
    """Implements application.store.View."""

    def __init__(self, moment: Moment, account_id: str, limits: QuotaLimits) -> None:
        self._tx = moment.tx
        self._known_states = moment.states
        self._account_id = account_id
        self._limits = limits

    def state(self, data_type: DataType) -> int:
        known = self._known_states
        if self._account_id not in known:
            known[self._account_id] = changes.states(self._tx, self._account_id)
        return known[self._account_id][data_type]

    def changes(self, data_type: DataType, since: int, max_changes: int | None) -> Changes:
        return changes.changes(self._tx, self._account_id, data_type, since, max_changes, self.state(data_type))

    def account(self) -> Account:
        return accounts.account(self._tx, self._account_id)

    def identities(self, ids: Sequence[int] | None = None) -> list[IdentityRow]:
        return identities.identities(self._tx, self._account_id, ids)

    def quotas(self, ids: Sequence[int] | None = None) -> list[QuotaRow]:
        return quotas.quotas(self._tx, self._account_id, self._limits, ids)

    def mailboxes(self, ids: Sequence[int] | None = None) -> list[MailboxRow]:
        return mailboxes.mailboxes(self._tx, self._account_id, ids)

    def threads(self, ids: Sequence[int] | None) -> list[ThreadRow]:
        return threads.threads(self._tx, self._account_id, ids, MAX_ALL)

    def emails(self, ids: Sequence[int], columns: frozenset[str] = SUMMARY_COLUMNS) -> list[EmailRow]:
        return email_rows.emails(self._tx, self._account_id, ids, columns)

    def email_ids(self, limit: int) -> list[int]:
        return email_rows.newest(self._tx, self._account_id, limit)

    def flags(self, ids: Sequence[int]) -> list[EmailFlags]:
        return email_rows.flags(self._tx, self._account_id, ids)

    def snoozes(self, ids: Sequence[int]) -> list[SnoozeRow]:
        return snoozes.snoozes(self._tx, self._account_id, ids)

    def query(self, query: EmailQuery, page: PageRequest) -> Page:
        return listing.query(self._tx, self._account_id, query, page)

    def query_changes(
        self, query: EmailQuery, since: int, *, up_to: int | None = None, calculate_total: bool = False
    ) -> QueryDelta:
        current = self.state("Email")
        changes.check_known(self._tx, self._account_id, "Email", since, current)
        return query_delta.query_changes(
            self._tx, self._account_id, query, since, current, up_to, calculate_total=calculate_total
        )

    def snippets(self, ids: Sequence[int]) -> list[SnippetRow]:
        return search.snippets(self._tx, self._account_id, ids)

    def sought(self, terms: Sequence[Term]) -> list[Sought]:
        return lexicon.sought(self._tx, terms)

    def lexemes(self, words: Collection[str]) -> Mapping[str, str | None]:
        return lexicon.lexemes(self._tx, words)

    def messages(self, ids: Sequence[int]) -> list[MessageRow]:
        return messages.messages(self._tx, self._account_id, list(ids))

    def uses(self, message_ids: Sequence[int], sha256s: Sequence[str]) -> list[MessageUse]:
        return messages.uses(self._tx, self._account_id, message_ids, sha256s)

    def blobs(self, sha256s: Sequence[str]) -> list[BlobRow]:
        return blobs.readable(self._tx, self._account_id, sha256s)

    def submissions(self, ids: Sequence[int] | None) -> list[SubmissionRow]:
        return submissions.submissions(self._tx, self._account_id, ids, MAX_ALL)

    def all_submissions(self) -> list[SubmissionRow]:
        return submissions.submissions(self._tx, self._account_id, None, MAX_QUERIED)


class PostgresWrite(PostgresView):
    """Implements application.store.Write."""

    def __init__(self, work: Unit, limits: QuotaLimits) -> None:
        super().__init__(Moment(work.tx, {work.account_id: work.states}), work.account_id, limits)
        self._work = work
        self._current: dict[int, emails.Current] = {}

    @property
    def tx(self) -> Transaction:
        return self._tx

    def state(self, data_type: DataType) -> int:
        """Also what this write has changed so far."""
        return self._work.newest(data_type) or super().state(data_type)

    def create_mailbox(self, edit: MailboxEdit) -> int:
        return mailboxes.create(self._work, edit)

    def update_mailbox(self, mailbox_id: int, edit: MailboxEdit) -> None:
        mailboxes.update(self._work, mailbox_id, edit)

    def destroy_mailbox(self, mailbox_id: int) -> None:
        mailboxes.destroy(self._work, mailbox_id)

    def emails_in_mailbox(self, mailbox_id: int) -> list[int]:
        return mailboxes.emails_in(self._tx, self._account_id, mailbox_id)

    def add_message(self, summary: ParseSummary) -> StoredMessage:
        self._check_room(summary.size)
        return messages.add_message(self._tx, b"", summary)

    def append(
        self, message: StoredMessage, mailbox_ids: Sequence[int], keywords: Sequence[str], received_at: datetime
    ) -> AppendResult:
        self._check_room(message.size)
        self._current = {}  # threads that merge change more emails than this one
        return emails.append(self._work, message, mailbox_ids, keywords, received_at)

    def thread_of(self, email_id: int) -> int:
        return self._work.own_emails[email_id]

    def flags(self, ids: Sequence[int]) -> list[EmailFlags]:
        """Remembered until the next change, which needs them again."""
        self._read(ids)
        return [self._current[id_].flags for id_ in dict.fromkeys(ids) if id_ in self._current]

    def change_emails(self, changed: Sequence[EmailFlags]) -> None:
        self._read([flags.id for flags in changed])
        known, self._current = self._current, {}
        emails.change(self._work, changed, known)

    def _read(self, ids: Sequence[int]) -> None:
        if missing := [id_ for id_ in ids if id_ not in self._current]:
            self._current |= emails.current(self._work, missing)

    def put_snoozes(self, rows: Sequence[SnoozeRow]) -> None:
        snoozes.put(self._work, rows)

    def destroy_emails(self, ids: Sequence[int]) -> None:
        self._current = {}
        emails.destroy(self._work, ids)

    def create_identity(self, email: str, edit: IdentityEdit) -> int:
        return identities.create(self._work, email, edit)

    def update_identity(self, identity_id: int, edit: IdentityEdit) -> None:
        identities.update(self._work, identity_id, edit)

    def destroy_identity(self, identity_id: int) -> None:
        identities.destroy(self._work, identity_id)

    def new_submission_id(self) -> int:
        return self._work.new_id()

    def add_submission(self, submission: SubmissionRow) -> None:
        submissions.add(self._work, submission)

    def update_submission(self, submission_id: int, undo_status: UndoStatus, delivery: Mapping[str, Json]) -> None:
        submissions.update(self._work, submission_id, undo_status, delivery)

    def destroy_submission(self, submission_id: int) -> None:
        submissions.destroy(self._work, submission_id)

    def _check_room(self, octets: int) -> None:
        if not quotas.has_room(self._work, self._limits, octets):
            raise OverQuotaError


class PostgresStore:
    """Implements application.store.Store."""

    def __init__(self, database: Database, limits: QuotaLimits = UNLIMITED) -> None:
        self._database = database
        self._limits = limits
        self._snapshots = Snapshots(database)

    def batch(self) -> AbstractContextManager[None]:
        return self._snapshots.batch()

    @contextmanager
    def view(self, account_id: str) -> Iterator[View]:
        with self._snapshots.reading() as moment:
            yield PostgresView(moment, account_id, self._limits)

    @contextmanager
    def write(self, account_id: str) -> Iterator[Write]:
        self._snapshots.renew()
        with self._database.transaction() as tx, unit(tx, account_id) as work:
            yield PostgresWrite(work, self._limits)

    def register_blob(self, account_id: str, blob: BlobRow) -> None:
        self._snapshots.renew()
        with self._database.transaction() as tx:
            accounts.account(tx, account_id)
            blobs.register(tx, account_id, blob)


class PostgresMailstore:
    """Implements application.ports.Mailstore."""

    def add_message(self, tx: Transaction, trace: bytes, summary: ParseSummary) -> StoredMessage:
        return messages.add_message(tx, trace, summary)

    def add_composed(self, tx: Transaction, trace: bytes, sha256: str) -> StoredMessage | None:
        return messages.add_composed(tx, trace, sha256)

    def append(
        self,
        tx: Transaction,
        account_id: str,
        message: StoredMessage,
        *,
        role: Role | None = None,
        mailbox_ids: Sequence[int] = (),
        keywords: Sequence[str] = (),
        received_at: datetime,
        delivery_key: str | None = None,
    ) -> AppendResult:
        with unit(tx, account_id) as work:
            if delivery_key is not None and (known := _delivered(tx, account_id, delivery_key)):
                return known
            places = mailbox_ids if role is None else [mailboxes.by_role(tx, account_id, role)]
            result = emails.append(work, message, places, keywords, received_at)
            work.touch("EmailDelivery", work.newest("Email"))
            if delivery_key is not None:
                tx.execute(
                    "INSERT INTO delivery_key (account_id, key, email_id, thread_id) VALUES (%s, %s, %s, %s)",
                    (account_id, delivery_key, result.email_id, result.thread_id),
                )
        return result

    def record_delivery(
        self, tx: Transaction, account_id: str, submission_id: int, statuses: Mapping[str, RecipientStatus]
    ) -> None:
        with unit(tx, account_id) as work:
            submissions.set_delivery(
                work, submission_id, {address: status.as_json() for address, status in statuses.items()}
            )


def _delivered(tx: Transaction, account_id: str, key: str) -> AppendResult | None:
    rows = tx.tuples(
        "SELECT email_id, thread_id FROM delivery_key WHERE account_id = %s AND key = %s", (account_id, key)
    )
    return AppendResult(rows[0][0], rows[0][1], created=False) if rows else None
