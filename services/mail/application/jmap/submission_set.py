"""EmailSubmission/set (RFC 8621 §7.5). What is handed over is held for a while, in which it may be called back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidArguments, InvalidProperties, MethodError, SetError
from chassis.jmap.patch import apply_patch, changed_properties
from chassis.jmap.standard import Id, SetArguments, SetOutcome, check_set_size, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.email_set import follow_up_emails
from services.mail.application.jmap.envelope import Envelope, check_header, check_sender, read_envelope
from services.mail.application.jmap.states import check_state
from services.mail.application.jmap.submissions import describe
from services.mail.application.ports import InvalidRecipientsError, OutgoingMessage, RecipientStatus
from services.mail.application.rows import SUMMARY_COLUMNS, EmailRow, MessageRow, SubmissionRow
from services.mail.application.store import Write
from services.mail.domain.dates import utc_date
from services.mail.domain.ids import EMAIL, IDENTITY, SUBMISSION, THREAD, to_id, to_number
from services.mail.domain.transmitted import header_length, travelling_header


class SubmissionSetArguments(SetArguments):
    onSuccessUpdateEmail: dict[Id, JsonObject] | None = None
    onSuccessDestroyEmail: list[Id] | None = None


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A submission that passed every check that needs no lock."""

    email: EmailRow
    identity: int
    envelope: Envelope
    sha256: str
    size: int


def set_submissions(mail: Mail, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(SubmissionSetArguments, arguments)
    check_set_size(asked)
    _check_references(asked)
    outcome = SetOutcome()
    now = mail.clock()
    ready = _prepare(mail, call, asked.create or {}, now, outcome)
    emails: dict[str, str] = {}
    with mail.store.write(call.account_id) as write:
        old_state = check_state(write, "EmailSubmission", asked.ifInState)
        for creation_id, one in ready.items():
            outcome.try_create(creation_id, lambda one=one: _submit(mail, write, one, now))  # type: ignore[misc]
            if creation_id in outcome.created:
                call.created_ids[creation_id] = outcome.created[creation_id]["id"]
                emails["#" + creation_id] = to_id(EMAIL, one.email.id)
                emails[outcome.created[creation_id]["id"]] = to_id(EMAIL, one.email.id)
        known = _known(write, call, [*(asked.update or {}), *(asked.destroy or ())])
        for id_, patch in (asked.update or {}).items():
            outcome.try_update(id_, lambda id_=id_, patch=patch: _update(mail, write, known, id_, patch))  # type: ignore[misc]
        for id_ in dict.fromkeys(asked.destroy or ()):
            outcome.try_destroy(id_, lambda id_=id_: _destroy(write, known, id_))  # type: ignore[misc]
        for id_ in [*outcome.updated, *outcome.destroyed]:
            emails[id_] = to_id(EMAIL, known[id_].email_id)
        new_state = str(write.state("EmailSubmission"))
        _follow_up(mail, write, call, asked, emails)
    return outcome.response(call.account_id, old_state, new_state)


def _check_references(asked: SubmissionSetArguments) -> None:
    """§7.5: what onSuccess… names must be of this call."""
    of_this_call = {
        *("#" + creation_id for creation_id in asked.create or ()),
        *(asked.update or ()),
        *(asked.destroy or ()),
    }
    for argument in ("onSuccessUpdateEmail", "onSuccessDestroyEmail"):
        if not set(getattr(asked, argument) or ()) <= of_this_call:
            raise InvalidArguments("not a submission of this call", arguments=[argument])


def _prepare(
    mail: Mail, call: Call, create: dict[str, JsonObject], now: datetime, outcome: SetOutcome
) -> dict[str, _Outgoing]:
    if not create:
        return {}
    numbers = {key: _email_number(call, properties.get("emailId")) for key, properties in create.items()}
    with mail.store.view(call.account_id) as view:
        address = view.account().address
        identities = {row.id for row in view.identities()}
        rows = {
            row.id: row
            for row in view.emails([n for n in numbers.values() if n is not None], SUMMARY_COLUMNS | {"detail"})
        }
        messages = {row.id: row for row in view.messages([row.message_id for row in rows.values()])}
    ready: dict[str, _Outgoing] = {}
    for creation_id, properties in create.items():
        row = rows.get(numbers[creation_id] or 0)
        try:
            identity = _identity(call, properties.get("identityId"), identities)
            _check_properties(properties, row, identity)
            if row is not None and identity is not None:
                check_sender(row, address)
                envelope = read_envelope(properties.get("envelope"), row, address, now)
                sha256, size = _transmitted(mail, messages[row.message_id])
                ready[creation_id] = _Outgoing(row, identity, envelope, sha256, size)
        except SetError as error:
            outcome.not_created[creation_id] = error.as_json()
    return ready


def _email_number(call: Call, email_id: object) -> int | None:
    if isinstance(email_id, str) and email_id.startswith("#"):
        email_id = call.created_ids.get(email_id[1:])
    return to_number(EMAIL, email_id)


def _identity(call: Call, identity_id: object, known: Collection[int]) -> int | None:
    if isinstance(identity_id, str) and identity_id.startswith("#"):
        identity_id = call.created_ids.get(identity_id[1:])
    number = to_number(IDENTITY, identity_id)
    return number if number in known else None


def _check_properties(properties: JsonObject, row: EmailRow | None, identity: int | None) -> None:
    wrong = [name for name in properties if name not in ("identityId", "emailId", "envelope")]
    if identity is None:
        wrong.append("identityId")
    if row is None:
        wrong.append("emailId")
    if wrong:
        raise InvalidProperties(*sorted(wrong))


def _transmitted(mail: Mail, message: MessageRow) -> tuple[str, int]:
    """What travels: the original, less its Bcc fields (§7.5: the server MUST remove them) and a trace of its writer's.
    Raises tooLarge, invalidEmail."""
    size = message.size - len(message.trace)
    if size > mail.max_message_bytes:
        raise SetError("tooLarge", maxSize=mail.max_message_bytes)
    start = mail.blobs.read(message.sha256, 0, header_length(message.detail["body_structure"], len(message.trace)))
    check_header(start, is_all=len(start) >= size)
    kept = travelling_header(start)
    if kept == start:
        return message.sha256, size
    return mail.blobs.put(kept + mail.blobs.read(message.sha256, len(start)))


def _submit(mail: Mail, write: Write, one: _Outgoing, now: datetime) -> JsonObject:
    flags = write.flags([one.email.id])
    if not flags:
        raise InvalidProperties("emailId", description="destroyed meanwhile")
    number = write.new_submission_id()
    hold = mail.undo_send if one.envelope.hold is None else one.envelope.hold
    is_held = hold > timedelta(0)
    send_at = _whole_second(now + hold) if is_held else now
    message = _outgoing(write, number, one)
    statuses: Mapping[str, RecipientStatus] = {}
    try:
        if is_held:
            mail.queue.hold(write.tx, message, one.email.id, send_at)
        else:
            statuses = mail.queue.submit(write.tx, message)
    except InvalidRecipientsError as error:
        raise SetError("invalidRecipients", invalidRecipients=list(error.addresses)) from None
    submission = SubmissionRow(
        id=number,
        email_id=one.email.id,
        thread_id=one.email.thread_id,
        mail_from=one.envelope.mail_from,
        rcpt_to=one.envelope.rcpt_to,
        send_at=send_at,
        undo_status="pending" if is_held else "final",
        delivery={address: status.as_json() for address, status in statuses.items()},
        identity_id=one.identity,
    )
    write.add_submission(submission)
    return {
        "id": to_id(SUBMISSION, number),
        "threadId": to_id(THREAD, one.email.thread_id),
        "envelope": {"mailFrom": submission.mail_from, "rcptTo": submission.rcpt_to},
        "sendAt": utc_date(send_at),
        "undoStatus": submission.undo_status,
    }


def _whole_second(at: datetime) -> datetime:
    """That or the next, so that `sendAt` says when it leaves and not a moment before."""
    return at if not at.microsecond else at.replace(microsecond=0) + timedelta(seconds=1)


def _outgoing(write: Write, number: int, one: _Outgoing) -> OutgoingMessage:
    return OutgoingMessage(
        account_id=write.account().account_id,
        submission_id=number,
        sha256=one.sha256,
        size=one.size,
        mail_from=one.envelope.mail_from["email"],
        recipients=one.envelope.recipients,
    )


def _known(write: Write, call: Call, ids: list[str]) -> Mapping[str, SubmissionRow]:
    """Those of the ids that name a submission, by the spelling that was asked for."""
    numbers = {id_: to_number(SUBMISSION, call.created_ids.get(id_[1:]) if id_[:1] == "#" else id_) for id_ in ids}
    rows = {row.id: row for row in write.submissions([n for n in numbers.values() if n is not None])} if ids else {}
    return {id_: rows[number] for id_, number in numbers.items() if number is not None and number in rows}


def _update(mail: Mail, write: Write, known: Mapping[str, SubmissionRow], id_: str, patch: JsonObject) -> None:
    """Only undoStatus, and only from "pending" to "canceled"; to say what is so already changes nothing."""
    if id_ not in known:
        raise SetError("notFound")
    row = known[id_]
    current = describe(row)
    wanted = apply_patch(current, patch)
    changed = changed_properties(current, wanted)
    if not changed:
        return
    if changed != {"undoStatus"} or wanted.get("undoStatus") != "canceled":
        raise InvalidProperties(*sorted(changed - {"undoStatus"} or changed))
    if not mail.queue.call_back(write.tx, write.account().account_id, row.id):
        raise SetError("cannotUnsend")
    write.update_submission(row.id, "canceled", {})


def _destroy(write: Write, known: Mapping[str, SubmissionRow], id_: str) -> None:
    """The record alone: what is held goes at its time, but cannot be called back any more."""
    if id_ not in known:
        raise SetError("notFound")
    write.destroy_submission(known[id_].id)


def _follow_up(mail: Mail, write: Write, call: Call, asked: SubmissionSetArguments, emails: Mapping[str, str]) -> None:
    """The implicit Email/set of §7.5, with its own response after ours. It is of the same transaction: where it breaks
    down nothing is sent, so that an agent who is told of a failure and tries again does not send twice."""
    update = {emails[id_]: patch for id_, patch in (asked.onSuccessUpdateEmail or {}).items() if id_ in emails}
    destroy = [emails[id_] for id_ in asked.onSuccessDestroyEmail or () if id_ in emails]
    if not update and not destroy:
        return
    arguments: dict[str, Any] = {"accountId": call.account_id, "update": update or None, "destroy": destroy or None}
    try:
        call.implicit.append(("Email/set", follow_up_emails(mail, write, call, arguments)))
    except MethodError as error:
        call.implicit.append(("error", error.as_json()))
