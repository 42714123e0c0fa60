"""Which JMAP methods the mail service answers."""

from collections.abc import Callable, Mapping

from chassis.jmap.batch import Call, Handler
from chassis.jmap.errors import MethodError
from contracts.jmap import JsonObject
from services.mail.application.jmap.blob_copy import copy_blobs
from services.mail.application.jmap.blob_get import get_blobs
from services.mail.application.jmap.blob_lookup import look_up_blobs
from services.mail.application.jmap.blob_upload import upload_blobs
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.email_get import get_emails
from services.mail.application.jmap.email_import import copy_emails, import_emails
from services.mail.application.jmap.email_parse import parse_emails
from services.mail.application.jmap.email_query import query_email_changes, query_emails
from services.mail.application.jmap.email_set import set_emails
from services.mail.application.jmap.identities import get_identities
from services.mail.application.jmap.identity_set import set_identities
from services.mail.application.jmap.mailbox_set import set_mailboxes
from services.mail.application.jmap.mailboxes import (
    get_mailboxes,
    query_mailbox_changes,
    query_mailboxes,
    updated_properties,
)
from services.mail.application.jmap.quotas import get_quotas, query_quota_changes, query_quotas
from services.mail.application.jmap.quotas import updated_properties as quota_updated_properties
from services.mail.application.jmap.snippets import get_snippets
from services.mail.application.jmap.states import changes_method
from services.mail.application.jmap.submission_set import set_submissions
from services.mail.application.jmap.submissions import (
    get_submissions,
    query_submission_changes,
    query_submissions,
)
from services.mail.application.jmap.threads import get_threads
from services.mail.application.ports import UnknownAccountError
from services.mail.domain.ids import EMAIL, IDENTITY, MAILBOX, QUOTA, SUBMISSION, THREAD, to_id


def methods(mail: Mail) -> Mapping[str, Handler]:
    store = mail.store
    handlers: dict[str, Handler] = {
        "Mailbox/get": lambda call, arguments: get_mailboxes(store, call, arguments),
        "Mailbox/changes": changes_method(store, "Mailbox", _ids(MAILBOX), updated_properties),
        "Mailbox/query": lambda call, arguments: query_mailboxes(store, call, arguments),
        "Mailbox/queryChanges": lambda call, arguments: query_mailbox_changes(store, call, arguments),
        "Mailbox/set": lambda call, arguments: set_mailboxes(store, call, arguments),
        "Thread/get": lambda call, arguments: get_threads(store, call, arguments),
        "Thread/changes": changes_method(store, "Thread", _ids(THREAD)),
        "Email/get": lambda call, arguments: get_emails(store, mail.blobs, call, arguments),
        "Email/changes": changes_method(store, "Email", _ids(EMAIL)),
        "Email/query": lambda call, arguments: query_emails(store, call, arguments),
        "Email/queryChanges": lambda call, arguments: query_email_changes(store, call, arguments),
        "Email/set": lambda call, arguments: set_emails(mail, call, arguments),
        "Email/import": lambda call, arguments: import_emails(mail, call, arguments),
        "Email/copy": copy_emails,
        "Email/parse": lambda call, arguments: parse_emails(mail, call, arguments),
        "SearchSnippet/get": lambda call, arguments: get_snippets(store, mail.blobs, call, arguments),
        "Blob/upload": lambda call, arguments: upload_blobs(mail, call, arguments),
        "Blob/get": lambda call, arguments: get_blobs(store, call, arguments),
        "Blob/lookup": lambda call, arguments: look_up_blobs(store, call, arguments),
        "Blob/copy": lambda call, arguments: copy_blobs(store, call, arguments),
        "Identity/get": lambda call, arguments: get_identities(store, call, arguments),
        "Identity/set": lambda call, arguments: set_identities(store, call, arguments),
        "Identity/changes": changes_method(store, "Identity", _ids(IDENTITY)),
        "Quota/get": lambda call, arguments: get_quotas(store, call, arguments),
        "Quota/changes": changes_method(store, "Quota", _ids(QUOTA), quota_updated_properties),
        "Quota/query": lambda call, arguments: query_quotas(store, call, arguments),
        "Quota/queryChanges": lambda call, arguments: query_quota_changes(store, call, arguments),
        "EmailSubmission/get": lambda call, arguments: get_submissions(store, call, arguments),
        "EmailSubmission/changes": changes_method(store, "EmailSubmission", _ids(SUBMISSION)),
        "EmailSubmission/query": lambda call, arguments: query_submissions(store, call, arguments),
        "EmailSubmission/queryChanges": lambda call, arguments: query_submission_changes(store, call, arguments),
        "EmailSubmission/set": lambda call, arguments: set_submissions(mail, call, arguments),
    }
    return {name: _known_account(handler) for name, handler in handlers.items()}


def _ids(kind: str) -> Callable[[int], str]:
    return lambda number: to_id(kind, number)


def _known_account(handler: Handler) -> Handler:
    """An account of which mail has not heard (yet) is accountNotFound."""

    def handle(call: Call, arguments: JsonObject) -> JsonObject:
        try:
            return handler(call, arguments)
        except UnknownAccountError:
            raise MethodError("accountNotFound") from None

    return handle
