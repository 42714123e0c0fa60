"""Mailbox/set (RFC 8621 §2.5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, SetError
from chassis.jmap.patch import apply_patch, changed_properties
from chassis.jmap.standard import Bool, SetArguments, SetOutcome, check_set_size, parse_arguments, referred_id
from contracts.jmap import JsonObject
from services.mail.application.jmap.mailboxes import depth_of, describe
from services.mail.application.jmap.states import check_state
from services.mail.application.rows import MailboxEdit, MailboxRow
from services.mail.application.store import Store, Write
from services.mail.application.take_out import take_out
from services.mail.domain.ids import MAILBOX, to_id, to_number
from services.mail.domain.mailboxes import DEFAULT_ROLES, MAX_DEPTH, MAX_MAILBOXES, ROLES, InvalidNameError, clean_name

DEFAULTS: JsonObject = {"parentId": None, "role": None, "sortOrder": 0, "isSubscribed": True}
MAX_SORT_ORDER = 2**31 - 1


class MailboxSetArguments(SetArguments):
    onDestroyRemoveEmails: Bool = False


def set_mailboxes(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(MailboxSetArguments, arguments)
    check_set_size(asked)
    outcome = SetOutcome()
    with store.write(call.account_id) as write:
        old_state = check_state(write, "Mailbox", asked.ifInState)
        tree = _Tree(write, call)
        for creation_id, properties in tree.parents_first(asked.create or {}):
            outcome.try_create(creation_id, tree.creation(creation_id, properties))
        for id_, patch in (asked.update or {}).items():
            outcome.try_update(id_, tree.change(id_, patch))
        for id_ in tree.children_first(asked.destroy or []):
            outcome.try_destroy(id_, tree.removal(id_, remove_emails=asked.onDestroyRemoveEmails))
        return outcome.response(call.account_id, old_state, str(write.state("Mailbox")))


class _Tree:
    """The account's mailboxes as this write has left them so far."""

    def __init__(self, write: Write, call: Call) -> None:
        self._write = write
        self._call = call
        self._rows = {row.id: row for row in write.mailboxes()}

    def creation(self, creation_id: str, properties: JsonObject) -> Callable[[], JsonObject]:
        def create() -> JsonObject:
            if len(self._rows) >= MAX_MAILBOXES:
                raise SetError("overQuota", f"at most {MAX_MAILBOXES} mailboxes")
            edit = self._edit(DEFAULTS | properties)
            self._check_place(None, edit)
            number = self._write.create_mailbox(edit)
            row = MailboxRow(
                number, edit.parent_id, edit.name, edit.role, edit.sort_order, edit.is_subscribed, 0, 0, 0, 0
            )
            self._rows[number] = row
            self._call.created_ids[creation_id] = to_id(MAILBOX, number)
            return {name: value for name, value in self._described(row).items() if properties.get(name, ...) != value}

        return create

    def change(self, id_: str, patch: JsonObject) -> Callable[[], JsonObject | None]:
        def update() -> JsonObject | None:
            row = self._find(id_)
            current = self._described(row)
            wanted = apply_patch(current, patch)
            if wrong := changed_properties(current, wanted) - _SETTABLE:
                raise InvalidProperties(*sorted(wrong))
            edit = self._edit(DEFAULTS | {name: wanted[name] for name in _SETTABLE & wanted.keys()})
            if row.role in DEFAULT_ROLES and edit.role != row.role:
                raise InvalidProperties("role", description="this mailbox keeps its role")
            if row.role == "inbox" and (edit.name, edit.parent_id) != (row.name, row.parent_id):
                raise SetError("forbidden", "the inbox keeps its name and its place")
            self._check_place(row.id, edit)
            self._write.update_mailbox(row.id, edit)
            self._rows[row.id] = replace(
                row,
                parent_id=edit.parent_id,
                name=edit.name,
                role=edit.role,
                sort_order=edit.sort_order,
                is_subscribed=edit.is_subscribed,
            )
            return None if edit.name == wanted["name"] else {"name": edit.name}

        return update

    def removal(self, id_: str, *, remove_emails: bool) -> Callable[[], None]:
        def destroy() -> None:
            row = self._find(id_)
            if row.role in DEFAULT_ROLES:
                raise SetError("forbidden", "a mailbox that the server needs")
            if any(other.parent_id == row.id for other in self._rows.values()):
                raise SetError("mailboxHasChild")
            emails = self._write.emails_in_mailbox(row.id)
            if emails and not remove_emails:
                raise SetError("mailboxHasEmail")
            take_out(self._write, row.id, emails)
            self._write.destroy_mailbox(row.id)
            del self._rows[row.id]

        return destroy

    def _find(self, id_: str) -> MailboxRow:
        number = to_number(MAILBOX, referred_id(id_, self._call.created_ids))
        if number is None or number not in self._rows:
            raise SetError("notFound")
        return self._rows[number]

    def _edit(self, properties: JsonObject) -> MailboxEdit:
        """Raises SetError invalidProperties with all that is wrong."""
        wrong = [name for name in properties if name not in _SETTABLE]
        wrong += [name for name, accepts in _ACCEPTED.items() if not accepts(properties.get(name))]
        name = properties.get("name")
        try:
            name = clean_name(name) if isinstance(name, str) else name
        except InvalidNameError:
            wrong.append("name")
        parent = properties.get("parentId")
        number = None
        if isinstance(parent, str):
            number = to_number(MAILBOX, self._call.created_ids.get(parent[1:], "") if parent[0] == "#" else parent)
            if number not in self._rows:
                wrong.append("parentId")
        if wrong:
            raise InvalidProperties(*sorted(set(wrong)))
        return MailboxEdit(
            number, str(name), properties["role"], properties["sortOrder"], bool(properties["isSubscribed"])
        )

    def _check_place(self, number: int | None, edit: MailboxEdit) -> None:
        depth, above = 1, edit.parent_id
        while above is not None:
            depth, above = depth + 1, self._rows[above].parent_id
            if depth + self._height(number) > MAX_DEPTH + 1 or (number is not None and edit.parent_id == number):
                raise InvalidProperties("parentId", description="in a circle, or too deep")
            if above is not None and above == number:
                raise InvalidProperties("parentId", description="in a circle")
        for other in self._rows.values():
            if other.id == number:
                continue
            if (other.parent_id, other.name) == (edit.parent_id, edit.name):
                existing = to_id(MAILBOX, other.id)
                raise SetError("invalidProperties", "a sibling has this name", ["name"], existingId=existing)
            if edit.role is not None and other.role == edit.role:
                raise InvalidProperties("role", description="another mailbox has this role")

    def _height(self, number: int | None) -> int:
        """Levels below and with a mailbox; 1 for a new one."""
        children = [row.id for row in self._rows.values() if number is not None and row.parent_id == number]
        return 1 + max((self._height(child) for child in children), default=0)

    def parents_first(self, create: dict[str, JsonObject]) -> list[tuple[str, JsonObject]]:
        """A parent may be created by the same call, whatever the order they are named in (RFC 8620 §5.3)."""
        ordered: dict[str, JsonObject] = {}
        for start in create:
            chain = []
            one: str | None = start
            while one is not None and one in create and one not in ordered and one not in chain:
                chain.append(one)
                parent = create[one].get("parentId")
                one = parent[1:] if isinstance(parent, str) and parent.startswith("#") else None
            ordered.update((creation_id, create[creation_id]) for creation_id in reversed(chain))
        return list(ordered.items())

    def children_first(self, destroy: list[str]) -> list[str]:
        return sorted(dict.fromkeys(destroy), key=self._depth, reverse=True)

    def _depth(self, id_: str) -> int:
        return depth_of(to_number(MAILBOX, id_), self._rows)

    def _described(self, row: MailboxRow) -> JsonObject:
        return describe(row, depth_of(row.id, self._rows))


_ACCEPTED: dict[str, Callable[[Any], bool]] = {
    "name": lambda value: isinstance(value, str),
    "parentId": lambda value: value is None or (isinstance(value, str) and value != ""),
    "role": lambda value: value is None or (isinstance(value, str) and value in ROLES),
    "sortOrder": lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_SORT_ORDER,
    "isSubscribed": lambda value: isinstance(value, bool),
}
_SETTABLE = frozenset(_ACCEPTED)
