"""Who a submission is from and goes to (RFC 8621 §7): as given, or taken from the header of the email."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.jmap.errors import InvalidProperties, SetError
from contracts.jmap import JsonObject
from services.mail.application.jmap.future_release import read_hold
from services.mail.application.rows import EmailRow
from services.mail.domain.addresses import is_mailable, same_address
from services.mail.domain.header_faults import header_faults

MAX_RECIPIENTS = 1_000


@dataclass(frozen=True, slots=True)
class Envelope:
    """As JMAP Address objects; recipients each once. `hold`: how long before it leaves, None where that isn't said."""

    mail_from: JsonObject
    rcpt_to: list[JsonObject]
    hold: timedelta | None = None

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(recipient["email"] for recipient in self.rcpt_to)


def check_sender(row: EmailRow, address: str) -> None:
    """The email says that it is from the identity, and from nobody else (§7.5 forbiddenFrom, invalidEmail)."""
    authors, sender = row.addresses.get("from", []), row.addresses.get("sender")
    if not authors:
        raise SetError("invalidEmail", "it has no From", properties=["from"])
    if not all(same_address(one["email"], address) for one in [*authors, *(sender or ())]):
        raise SetError("forbiddenFrom")
    if len(authors) > 1:
        raise SetError("invalidEmail", "it is from one agent, named once", properties=["from"])
    if sender is not None and len(sender) != 1:
        raise SetError("invalidEmail", "a Sender names one mailbox", properties=["sender"])


def check_header(header: bytes, *, is_all: bool) -> None:
    """No field that `check_sender` did not see says otherwise to another reader (§7.5 invalidEmail)."""
    if faults := header_faults(header, is_all=is_all):
        raise SetError("invalidEmail", "a header field is repeated or malformed", properties=faults)


def read_envelope(given: Any, row: EmailRow, address: str, now: datetime) -> Envelope:
    """Raises invalidProperties, forbiddenMailFrom, noRecipients, tooManyRecipients, invalidRecipients."""
    if given is None:
        listed = [one["email"] for name in ("to", "cc", "bcc") for one in row.addresses.get(name, [])]
        return Envelope(_address(address), _each_once(listed))
    match given:
        case {"mailFrom": {"email": str(mail_from)}, "rcptTo": list(rcpt_to)}:
            pass
        case _:
            raise InvalidProperties("envelope")
    if not all(isinstance(one, dict) and isinstance(one.get("email"), str) for one in rcpt_to):
        raise InvalidProperties("envelope/rcptTo")
    if any(one.get("parameters") for one in rcpt_to):
        raise InvalidProperties("envelope", description="no SMTP parameter of a recipient is supported")
    parameters = given["mailFrom"].get("parameters")
    hold = read_hold(parameters, now)
    if not same_address(mail_from, address):
        raise SetError("forbiddenMailFrom")
    return Envelope(_address(address, parameters), _each_once([one["email"] for one in rcpt_to]), hold)


def _address(email: str, parameters: JsonObject | None = None) -> JsonObject:
    return {"email": email, "parameters": parameters or None}


def _each_once(emails: list[str]) -> list[JsonObject]:
    distinct: Mapping[str, str] = {email.casefold(): email for email in reversed(emails)}
    ordered = [email for email in dict.fromkeys(emails) if distinct[email.casefold()] == email]
    if not ordered:
        raise SetError("noRecipients")
    if len(ordered) > MAX_RECIPIENTS:
        raise SetError("tooManyRecipients", maxRecipients=MAX_RECIPIENTS)
    if invalid := [email for email in ordered if not is_mailable(email)]:
        raise SetError("invalidRecipients", invalidRecipients=invalid)
    return [_address(email) for email in ordered]
