"""Email/import (RFC 8621 §4.8) and Email/copy (§4.7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidArguments, InvalidProperties, MethodError, SetError
from chassis.jmap.standard import MAX_OBJECTS_IN_SET, Arguments, Bool, Id, SetOutcome, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.blob_access import Octets, as_blob, find_octets
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.email_set import created_email, tell_threads
from services.mail.application.jmap.email_values import read_keywords, read_mailboxes, read_received_at
from services.mail.application.jmap.states import check_state
from services.mail.application.store import OverQuotaError
from services.mail.domain.ids import EMAIL, to_id
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import ParserUnavailable


class ImportArguments(Arguments):
    ifInState: str | None = None
    emails: dict[Id, JsonObject]


@dataclass(frozen=True, slots=True)
class _Import:
    summary: ParseSummary
    mailbox_ids: frozenset[int]
    keywords: frozenset[str]
    received_at: datetime


def import_emails(mail: Mail, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(ImportArguments, arguments)
    if len(asked.emails) > MAX_OBJECTS_IN_SET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_SET} emails")
    outcome = SetOutcome()
    ready = _prepare(mail, call, asked.emails, outcome)
    with mail.store.write(call.account_id) as write:
        old_state = check_state(write, "Email", asked.ifInState)
        for creation_id, one in ready.items():
            try:
                message = write.add_message(one.summary)
                result = write.append(message, sorted(one.mailbox_ids), sorted(one.keywords), one.received_at)
            except LookupError:
                outcome.not_created[creation_id] = InvalidProperties("mailboxIds").as_json()
                continue
            except OverQuotaError:
                outcome.not_created[creation_id] = SetError("overQuota").as_json()
                continue
            outcome.created[creation_id] = created_email(message, result)
            call.created_ids[creation_id] = to_id(EMAIL, result.email_id)
        tell_threads(write, outcome)
        new_state = str(write.state("Email"))
    return {
        "accountId": call.account_id,
        "oldState": old_state,
        "newState": new_state,
        "created": outcome.created or None,
        "notCreated": outcome.not_created or None,
    }


def _prepare(mail: Mail, call: Call, emails: dict[str, JsonObject], outcome: SetOutcome) -> dict[str, _Import]:
    """All that needs no lock: what is asked is checked, blobs are found and parsed."""
    with mail.store.view(call.account_id) as view:
        mailboxes = {row.id for row in view.mailboxes()}
        blob_ids = [blob_id for one in emails.values() if isinstance(blob_id := one.get("blobId"), str)]
        octets = find_octets(view, blob_ids, call.created_ids)
    ready: dict[str, _Import] = {}
    for creation_id, one in emails.items():
        try:
            ready[creation_id] = _import(mail, call, one, mailboxes, octets.get(str(one.get("blobId"))))
        except SetError as error:
            outcome.not_created[creation_id] = error.as_json()
        except ParserUnavailable:
            raise MethodError("serverUnavailable") from None
    return ready


_PROPERTIES = frozenset({"blobId", "mailboxIds", "keywords", "receivedAt"})


def _import(mail: Mail, call: Call, asked: Any, mailboxes: set[int], octets: Octets | None) -> _Import:
    if wrong := asked.keys() - _PROPERTIES:
        raise InvalidProperties(*sorted(wrong))
    mailbox_ids = read_mailboxes(asked.get("mailboxIds"), mailboxes, call.created_ids)
    keywords = read_keywords(asked.get("keywords") or {})
    received_at = read_received_at(asked.get("receivedAt"), mail.clock())
    if octets is None:
        raise InvalidProperties("blobId", description="no such blob")
    if octets.size is not None and octets.size > mail.max_message_bytes:
        raise SetError("tooLarge")
    summary = mail.parser.parse(as_blob(octets, mail.blobs, mail.max_message_bytes))
    if not summary.headers:
        raise SetError("invalidEmail", "no header field")
    return _Import(summary, mailbox_ids, keywords, received_at)


class CopyArguments(Arguments):
    fromAccountId: Id
    ifFromInState: str | None = None
    ifInState: str | None = None
    create: dict[Id, JsonObject]
    onSuccessDestroyOriginal: Bool = False
    destroyFromIfInState: str | None = None


def copy_emails(call: Call, arguments: JsonObject) -> JsonObject:
    """No agent sees a second account in this cut, so there is none to copy from."""
    asked = parse_arguments(CopyArguments, arguments)
    if asked.fromAccountId == call.account_id:
        raise InvalidArguments("fromAccountId is this account", arguments=["fromAccountId"])
    raise MethodError("fromAccountNotFound")
