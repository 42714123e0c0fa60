"""Email/set (RFC 8621 §4.6)."""

from collections.abc import Iterable, Mapping

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, SetError
from chassis.jmap.patch import apply_patch, property_of
from chassis.jmap.standard import SetArguments, SetOutcome, check_set_size, parse_arguments, referred_id
from contracts.jmap import JsonObject
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.email_compose import Composed, compose_all
from services.mail.application.jmap.email_objects import Wanted, stored_emails
from services.mail.application.jmap.email_properties import email_properties, is_property
from services.mail.application.jmap.email_snooze import SNOOZED, Snoozing, naming_snoozed
from services.mail.application.jmap.email_values import read_keywords, read_mailboxes
from services.mail.application.jmap.states import check_state
from services.mail.application.ports import AppendResult, StoredMessage
from services.mail.application.rows import EmailFlags
from services.mail.application.store import OverQuotaError, Write
from services.mail.domain.ids import EMAIL, MAILBOX, THREAD, message_blob_id, to_id, to_number

CHANGEABLE = frozenset({"keywords", "mailboxIds"})


def set_emails(mail: Mail, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(SetArguments, arguments)
    check_set_size(asked)
    if asked.create and asked.ifInState is not None:
        with mail.store.view(call.account_id) as view:
            check_state(view, "Email", asked.ifInState)
    composed = list(compose_all(mail, call, asked.create or {}))
    outcome = SetOutcome()
    with mail.store.write(call.account_id) as write:
        old_state = check_state(write, "Email", asked.ifInState)
        for one in composed:
            _create(write, call, one, outcome)
        tell_threads(write, outcome)
        _change(mail, write, call, asked, outcome)
        return outcome.response(call.account_id, old_state, str(write.state("Email")))


def follow_up_emails(mail: Mail, write: Write, call: Call, arguments: JsonObject) -> JsonObject:
    """An Email/set that creates nothing, inside the write of another method. Raises MethodError before any change."""
    asked = parse_arguments(SetArguments, arguments)
    check_set_size(asked)
    old_state = check_state(write, "Email", asked.ifInState)
    outcome = SetOutcome()
    _change(mail, write, call, asked, outcome)
    return outcome.response(call.account_id, old_state, str(write.state("Email")))


def created_email(message: StoredMessage, result: AppendResult) -> JsonObject:
    return {
        "id": to_id(EMAIL, result.email_id),
        "blobId": message_blob_id(message.id),
        "threadId": to_id(THREAD, result.thread_id),
        "size": message.size,
    }


def tell_threads(write: Write, outcome: SetOutcome) -> None:
    """Once all are created: a later one may have shown that the threads of earlier ones are one."""
    for email in outcome.created.values():
        number = to_number(EMAIL, email["id"])
        if number is not None:
            email["threadId"] = to_id(THREAD, write.thread_of(number))


def _create(write: Write, call: Call, one: Composed | tuple[str, SetError], outcome: SetOutcome) -> None:
    if not isinstance(one, Composed):
        outcome.not_created[one[0]] = one[1].as_json()
        return
    try:
        message = write.add_message(one.summary)
        result = write.append(message, sorted(one.mailbox_ids), sorted(one.keywords), one.received_at)
    except LookupError:
        outcome.not_created[one.creation_id] = InvalidProperties("mailboxIds").as_json()
        return
    except OverQuotaError:
        outcome.not_created[one.creation_id] = SetError("overQuota").as_json()
        return
    outcome.created[one.creation_id] = created_email(message, result)
    call.created_ids[one.creation_id] = to_id(EMAIL, result.email_id)


def _change(mail: Mail, write: Write, call: Call, asked: SetArguments, outcome: SetOutcome) -> None:
    _update(mail, write, call, asked.update or {}, set(asked.destroy or ()), outcome)
    _destroy(write, call, asked.destroy or [], outcome)


def _update(
    mail: Mail,
    write: Write,
    call: Call,
    update: dict[str, JsonObject],
    to_be_destroyed: set[str],
    outcome: SetOutcome,
) -> None:
    if not update:
        return
    numbers = {id_: to_number(EMAIL, referred_id(id_, call.created_ids)) for id_ in update}
    current = {flags.id: flags for flags in write.flags([number for number in numbers.values() if number is not None])}
    mailboxes = _possible_mailboxes(write, update, current.values())
    unchangeable = _unchangeable(mail, write, call, list(current), update)
    named = {number for id_ in naming_snoozed(update, call.using) if (number := numbers[id_]) in current}
    snoozing = Snoozing(write, named, mail.clock())
    changed: dict[int, EmailFlags] = {}
    for id_, patch in update.items():
        number = numbers[id_]
        try:
            if id_ in to_be_destroyed:
                raise SetError("willDestroy")
            if number is None or number not in current:
                raise SetError("notFound")
            rest = _changing(snoozing.rest(number, patch), unchangeable.get(number, {}))
            goal = _patched(changed.get(number, current[number]), rest, mailboxes, call.created_ids)
            snoozing.note(current[number], goal, patch)
            changed[number] = goal
            outcome.updated[id_] = None
        except SetError as error:
            outcome.not_updated[id_] = error.as_json()
    write.change_emails(list(changed.values()))
    for number, besides in snoozing.do().items():
        outcome.updated |= {id_: besides for id_ in outcome.updated if numbers[id_] == number}


def _possible_mailboxes(
    write: Write, update: Mapping[str, JsonObject], current: Iterable[EmailFlags]
) -> frozenset[int]:
    """Those that the emails may be in afterwards: where nothing moves, those that they are in."""
    if any(property_of(path) == "mailboxIds" for patch in update.values() for path in patch):
        return frozenset(row.id for row in write.mailboxes())
    return frozenset[int]().union(*(flags.mailbox_ids for flags in current))


def _unchangeable(
    mail: Mail, write: Write, call: Call, numbers: list[int], update: dict[str, JsonObject]
) -> dict[int, JsonObject]:
    """The Email objects, as far as `update` names what nobody can change of them."""
    named = {property_of(path) for patch in update.values() for path in patch} - CHANGEABLE - {SNOOZED}
    known = [name for name in named if is_property(name, call.using)]
    if not known:
        return {}
    emails = stored_emails(write, mail.blobs, numbers, Wanted(email_properties(known, call.using)))
    return {number: email for email in emails if (number := to_number(EMAIL, email["id"])) is not None}


def _changing(patch: JsonObject, unchangeable: JsonObject) -> JsonObject:
    """`patch` without what it leaves as it is: a client may send whole objects (RFC 8620 §5.3). Raises
    invalidProperties."""
    others = {path: value for path, value in patch.items() if property_of(path) not in CHANGEABLE}
    wanted = apply_patch(unchangeable, others)
    wrong = {
        name for name in map(property_of, others) if name not in unchangeable or wanted.get(name) != unchangeable[name]
    }
    if wrong:
        raise InvalidProperties(*sorted(wrong), description="only keywords and mailboxIds change")
    return {path: value for path, value in patch.items() if path not in others}


def _patched(
    flags: EmailFlags, patch: JsonObject, mailboxes: frozenset[int], created_ids: dict[str, str]
) -> EmailFlags:
    current: JsonObject = {
        "keywords": dict.fromkeys(flags.keywords, True),
        "mailboxIds": {to_id(MAILBOX, mailbox): True for mailbox in flags.mailbox_ids},
    }
    wanted = apply_patch(current, {_normal_path(path, created_ids): value for path, value in patch.items()})
    return EmailFlags(
        flags.id,
        read_keywords(wanted.get("keywords", {})),
        read_mailboxes(wanted.get("mailboxIds"), mailboxes, created_ids),
    )


def _normal_path(path: str, created_ids: dict[str, str]) -> str:
    """Keywords know no case; a mailbox may be named by its creation id."""
    head, _, rest = path.partition("/")
    if head == "keywords":
        return path.lower()
    return f"{head}/{created_ids.get(rest[1:], rest)}" if rest.startswith("#") else path


def _destroy(write: Write, call: Call, destroy: list[str], outcome: SetOutcome) -> None:
    if not destroy:
        return
    numbers = {id_: to_number(EMAIL, referred_id(id_, call.created_ids)) for id_ in dict.fromkeys(destroy)}
    there = {flags.id for flags in write.flags([number for number in numbers.values() if number is not None])}
    for id_, number in numbers.items():
        if number in there:
            outcome.destroyed.append(id_)
        else:
            outcome.not_destroyed[id_] = SetError("notFound").as_json()
    write.destroy_emails(sorted(there))
