"""Identity/set (RFC 8621 §6.3)."""

from collections.abc import Callable
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, SetError
from chassis.jmap.patch import apply_patch, changed_properties
from chassis.jmap.standard import SetArguments, SetOutcome, check_set_size, parse_arguments, referred_id
from contracts.jmap import JsonObject
from services.mail.application.jmap.identities import PROPERTIES, describe
from services.mail.application.jmap.states import check_state
from services.mail.application.rows import IdentityEdit, IdentityRow
from services.mail.application.store import Store, Write
from services.mail.domain.addresses import is_mailable, same_address
from services.mail.domain.identities import MAX_ADDRESSES, MAX_IDENTITIES, MAX_NAME, MAX_SIGNATURE, OWN
from services.mail.domain.ids import IDENTITY, to_id, to_number

DEFAULTS: JsonObject = {"name": "", "replyTo": None, "bcc": None, "textSignature": "", "htmlSignature": ""}
SERVER_SET = frozenset({"id", "mayDelete"})


def set_identities(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(SetArguments, arguments)
    check_set_size(asked)
    outcome = SetOutcome()
    with store.write(call.account_id) as write:
        old_state = check_state(write, "Identity", asked.ifInState)
        identities = _Identities(write, call)
        for creation_id, properties in (asked.create or {}).items():
            outcome.try_create(creation_id, identities.creation(creation_id, properties))
        for id_, patch in (asked.update or {}).items():
            outcome.try_update(id_, identities.change(id_, patch))
        for id_ in dict.fromkeys(asked.destroy or ()):
            outcome.try_destroy(id_, identities.removal(id_))
        return outcome.response(call.account_id, old_state, str(write.state("Identity")))


class _Identities:
    """The account's identities as this write has left them so far."""

    def __init__(self, write: Write, call: Call) -> None:
        self._write = write
        self._call = call
        self._address = write.account().address
        self._rows = {row.id: row for row in write.identities()}

    def creation(self, creation_id: str, properties: JsonObject) -> Callable[[], JsonObject]:
        def create() -> JsonObject:
            if len(self._rows) >= MAX_IDENTITIES:
                raise SetError("overQuota", f"at most {MAX_IDENTITIES} identities")
            wrong = [name for name in properties if name in SERVER_SET or name not in PROPERTIES]
            if not isinstance(properties.get("email"), str):
                wrong.append("email")
            edit = _edit(DEFAULTS | properties, wrong)
            if not same_address(properties["email"], self._address):
                raise SetError("forbiddenFrom", "this account sends from its own address")
            number = self._write.create_identity(self._address, edit)
            self._keep(number, edit)
            self._call.created_ids[creation_id] = to_id(IDENTITY, number)
            described = describe(self._rows[number])
            return {name: value for name, value in described.items() if properties.get(name, ...) != value}

        return create

    def change(self, id_: str, patch: JsonObject) -> Callable[[], None]:
        def update() -> None:
            current = describe(self._find(id_))
            wanted = DEFAULTS | apply_patch(current, patch)
            wrong = sorted(changed_properties(current, wanted) - DEFAULTS.keys())
            number = self._find(id_).id
            edit = _edit(wanted, wrong)
            self._write.update_identity(number, edit)
            self._keep(number, edit)

        return update

    def removal(self, id_: str) -> Callable[[], None]:
        def destroy() -> None:
            row = self._find(id_)
            if row.id == OWN:
                raise SetError("forbidden", "an account keeps its own identity")
            self._write.destroy_identity(row.id)
            del self._rows[row.id]

        return destroy

    def _find(self, id_: str) -> IdentityRow:
        number = to_number(IDENTITY, referred_id(id_, self._call.created_ids))
        if number is None or number not in self._rows:
            raise SetError("notFound")
        return self._rows[number]

    def _keep(self, number: int, edit: IdentityEdit) -> None:
        self._rows[number] = IdentityRow(
            number, edit.name, self._address, edit.reply_to, edit.bcc, edit.text_signature, edit.html_signature
        )


def _edit(properties: JsonObject, wrong: list[str]) -> IdentityEdit:
    """wrong: what was found to be so before. Raises SetError invalidProperties with all of it, tooLarge."""
    wrong = wrong + [name for name, accepts in _ACCEPTED.items() if not accepts(properties[name])]
    if wrong:
        raise InvalidProperties(*sorted(set(wrong)))
    if any(len(properties[name]) > MAX_SIGNATURE for name in ("textSignature", "htmlSignature")):
        raise SetError("tooLarge", f"a signature has at most {MAX_SIGNATURE} characters")
    return IdentityEdit(
        properties["name"],
        _addresses(properties["replyTo"]),
        _addresses(properties["bcc"]),
        properties["textSignature"],
        properties["htmlSignature"],
    )


def _addresses(value: Any) -> Any:
    return value and [{"name": one.get("name"), "email": one["email"]} for one in value]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_NAME and value.isprintable()


def _is_text(value: Any) -> bool:
    """PostgreSQL takes no U+0000."""
    return isinstance(value, str) and "\0" not in value


def _is_address(value: Any) -> bool:
    match value:
        case {"email": str(email), **more} if more.keys() <= {"name"} and is_mailable(email):
            return more.get("name") is None or _is_name(more["name"])
    return False


def _are_addresses(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and len(value) <= MAX_ADDRESSES and all(_is_address(one) for one in value)


_ACCEPTED: dict[str, Callable[[Any], bool]] = {
    "name": _is_name,
    "replyTo": _are_addresses,
    "bcc": _are_addresses,
    "textSignature": _is_text,
    "htmlSignature": _is_text,
}
