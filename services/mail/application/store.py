"""The store as the JMAP methods use it: one view or one write of one account, each in a transaction of its own.

State strings are the modseq of the newest change of a type, as a number here.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol

from chassis.db import Transaction
from services.mail.application.ports import AppendResult, StoredMessage
from services.mail.application.rows import (
    SUMMARY_COLUMNS,
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
    QuotaRow,
    SnippetRow,
    SnoozeRow,
    SubmissionRow,
    ThreadRow,
    UndoStatus,
)
from services.mail.domain.email_query import EmailQuery
from services.mail.domain.mime.summary import ParseSummary
from services.mail.domain.search_terms import Term
from services.mail.domain.sought import Sought

DataType = Literal["Mailbox", "Email", "Thread", "EmailSubmission", "Identity", "Quota"]


class StateTooOldError(Exception):
    """The changes since that state are not known any more, or the state never was."""


class AnchorNotFoundError(LookupError):
    """The anchor is not in the result."""


class OverQuotaError(Exception):
    """The account has no room for one more email of that size (RFC 8620 §5.3, overQuota)."""


class View(Protocol):
    """Reads. Ids that aren't the account's are left out of results, never an error."""

    def state(self, data_type: DataType) -> int: ...

    def changes(self, data_type: DataType, since: int, max_changes: int | None) -> Changes:
        """Raises StateTooOldError."""
        ...

    def account(self) -> Account: ...

    def identities(self, ids: Sequence[int] | None = None) -> list[IdentityRow]:
        """By id: the account's own comes first."""
        ...

    def quotas(self, ids: Sequence[int] | None = None) -> list[QuotaRow]: ...

    def mailboxes(self, ids: Sequence[int] | None = None) -> list[MailboxRow]:
        """By sort order, then name."""
        ...

    def threads(self, ids: Sequence[int] | None) -> list[ThreadRow]: ...

    def emails(self, ids: Sequence[int], columns: frozenset[str] = SUMMARY_COLUMNS) -> list[EmailRow]:
        """columns: of SUMMARY_COLUMNS and "detail"; the fewer the quicker."""
        ...

    def email_ids(self, limit: int) -> list[int]:
        """The newest of the account."""
        ...

    def flags(self, ids: Sequence[int]) -> list[EmailFlags]: ...

    def snoozes(self, ids: Sequence[int]) -> list[SnoozeRow]:
        """Of those emails that are snoozed."""
        ...

    def query(self, query: EmailQuery, page: PageRequest) -> Page:
        """Raises AnchorNotFoundError."""
        ...

    def query_changes(
        self, query: EmailQuery, since: int, *, up_to: int | None = None, calculate_total: bool = False
    ) -> QueryDelta:
        """What leads from the result at `since` to that of now. Nothing behind `up_to` is added where the query's order
        can't change. Raises StateTooOldError, also when more changed than is worth telling."""
        ...

    def snippets(self, ids: Sequence[int]) -> list[SnippetRow]: ...

    def sought(self, terms: Sequence[Term]) -> list[Sought]:
        """The terms as the index knows words."""
        ...

    def lexemes(self, words: Collection[str]) -> Mapping[str, str | None]:
        """What the index keeps of each word, None for a stop word."""
        ...

    def messages(self, ids: Sequence[int]) -> list[MessageRow]:
        """Those of which the account has an email."""
        ...

    def uses(self, message_ids: Sequence[int], sha256s: Sequence[str]) -> list[MessageUse]:
        """The account's emails of these messages, and of those whose originals are these blobs."""
        ...

    def blobs(self, sha256s: Sequence[str]) -> list[BlobRow]:
        """Uploads of the account, and originals and trace-less messages it has an email of."""
        ...

    def submissions(self, ids: Sequence[int] | None) -> list[SubmissionRow]:
        """None: the newest."""
        ...

    def all_submissions(self) -> list[SubmissionRow]:
        """Newest first; bounded."""
        ...


class Write(View, Protocol):
    """Changes, under the lock of the account; states move and MailStateChanged is enqueued when the block ends."""

    @property
    def tx(self) -> Transaction: ...

    def create_mailbox(self, edit: MailboxEdit) -> int: ...

    def update_mailbox(self, mailbox_id: int, edit: MailboxEdit) -> None: ...

    def destroy_mailbox(self, mailbox_id: int) -> None:
        """It has no child and no email any more."""
        ...

    def emails_in_mailbox(self, mailbox_id: int) -> list[int]: ...

    def add_message(self, summary: ParseSummary) -> StoredMessage:
        """Without trace; for an append that follows. Raises OverQuotaError."""
        ...

    def append(
        self, message: StoredMessage, mailbox_ids: Sequence[int], keywords: Sequence[str], received_at: datetime
    ) -> AppendResult:
        """Raises OverQuotaError, LookupError when one of the mailboxes is not there."""
        ...

    def thread_of(self, email_id: int) -> int:
        """Of an email that this write appended, as it is by now: what came after may have shown that two threads are
        one."""
        ...

    def change_emails(self, changed: Sequence[EmailFlags]) -> None:
        """Each with its new keywords and mailboxes, complete and checked."""
        ...

    def put_snoozes(self, rows: Sequence[SnoozeRow]) -> None:
        """Each email is in the mailbox of its row; when it leaves it, the row goes."""
        ...

    def destroy_emails(self, ids: Sequence[int]) -> None: ...

    def create_identity(self, email: str, edit: IdentityEdit) -> int: ...

    def update_identity(self, identity_id: int, edit: IdentityEdit) -> None: ...

    def destroy_identity(self, identity_id: int) -> None: ...

    def new_submission_id(self) -> int: ...

    def add_submission(self, submission: SubmissionRow) -> None:
        """Under an id of `new_submission_id`."""
        ...

    def update_submission(self, submission_id: int, undo_status: UndoStatus, delivery: Mapping[str, Json]) -> None:
        """DeliveryStatus by address, complete. Nothing where the submission is gone."""
        ...

    def destroy_submission(self, submission_id: int) -> None: ...


class Store(Protocol):
    """`view` and `write` raise UnknownAccountError: a view when it first looks at the account, a write on entering."""

    def batch(self) -> AbstractContextManager[None]:
        """Inside of it all views see one moment; a write ends that moment."""
        ...

    def view(self, account_id: str) -> AbstractContextManager[View]: ...

    def write(self, account_id: str) -> AbstractContextManager[Write]: ...

    def register_blob(self, account_id: str, blob: BlobRow) -> None:
        """The account may read an upload from now on, for a while."""
        ...
