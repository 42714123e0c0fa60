"""The property `snoozed` of an Email (urn:webmail-montpellier:snooze): {"until": UTCDate}, or null."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from chassis.jmap.errors import InvalidProperties
from chassis.jmap.patch import apply_patch, property_of
from contracts.jmap import JsonObject
from contracts.mail import SNOOZE_CAPABILITY
from services.mail.application.rows import EmailFlags, SnoozeRow
from services.mail.application.snooze import MAX_SNOOZE, bring_back, snooze
from services.mail.application.store import Write
from services.mail.domain.dates import parse_utc_date, utc_date
from services.mail.domain.ids import MAILBOX, to_id

SNOOZED = "snoozed"


def describe_snooze(row: SnoozeRow | None) -> JsonObject | None:
    return None if row is None else {"until": utc_date(row.until)}


def naming_snoozed(update: Mapping[str, JsonObject], using: Collection[str]) -> list[str]:
    """The ids whose patch says something of it, where the property exists."""
    if SNOOZE_CAPABILITY not in using:
        return []
    return [id_ for id_, patch in update.items() if any(property_of(path) == SNOOZED for path in patch)]


class Snoozing:
    """What an Email/set asks of `snoozed`: gathered email by email, done at once."""

    def __init__(self, write: Write, numbers: Collection[int], now: datetime) -> None:
        """`numbers`: of the emails whose `snoozed` is named; none where the capability is not used."""
        self._write = write
        self._now = now
        self._named = frozenset(numbers)
        self._known = {row.email_id: row for row in write.snoozes(list(numbers))} if numbers else {}
        self._wanted: dict[int, datetime | None] = {}

    def rest(self, number: int, patch: JsonObject) -> JsonObject:
        """What other properties are asked for."""
        if number not in self._named:
            return patch
        return {path: value for path, value in patch.items() if property_of(path) != SNOOZED}

    def note(self, before: EmailFlags, after: EmailFlags, patch: JsonObject) -> None:
        """Raises invalidProperties, invalidPatch."""
        if before.id not in self._named:
            return
        ours = {path: value for path, value in patch.items() if property_of(path) == SNOOZED}
        current = describe_snooze(self._known.get(before.id))
        wanted = apply_patch({SNOOZED: current}, ours).get(SNOOZED)
        if wanted == current:
            return
        if before.mailbox_ids != after.mailbox_ids:
            raise InvalidProperties(SNOOZED, "mailboxIds", description="to snooze an email moves it")
        self._wanted[before.id] = None if wanted is None else self._until(wanted)

    def _until(self, value: Any) -> datetime:
        until = parse_utc_date(value["until"]) if isinstance(value, dict) and value.keys() == {"until"} else None
        if until is None:
            raise InvalidProperties(SNOOZED, description='{"until": UTCDate}, or null')
        if not self._now < until <= self._now + MAX_SNOOZE:
            raise InvalidProperties(SNOOZED, description=f"from now to {MAX_SNOOZE.days} days on")
        return until

    def do(self) -> Mapping[int, JsonObject]:
        """After all other changes; what the server changed besides, by email (RFC 8620 §5.3, updated)."""
        until = {number: at for number, at in self._wanted.items() if at is not None}
        awake = [row for number, row in self._known.items() if number in self._wanted and number not in until]
        moved = bring_back(self._write, awake, as_new=False) if awake else {}
        if until:
            moved |= dict.fromkeys(until, frozenset({snooze(self._write, until)}))
        return {
            number: {"mailboxIds": {to_id(MAILBOX, mailbox): True for mailbox in sorted(mailboxes)}}
            for number, mailboxes in moved.items()
        }
