"""Which properties an Email and an EmailBodyPart have (RFC 8621 §4.1), and which of them a get asks for."""

from dataclasses import dataclass

from chassis.jmap.errors import InvalidArguments
from contracts.mail import SAFE_HTML_CAPABILITY, SNOOZE_CAPABILITY
from services.mail.application.rows import SUMMARY_COLUMNS
from services.mail.domain.mime.header_properties import HeaderProperty, HeaderPropertyError

METADATA = ("id", "blobId", "threadId", "mailboxIds", "keywords", "size", "receivedAt")
CONVENIENCE = (
    "messageId",
    "inReplyTo",
    "references",
    "sender",
    "from",
    "to",
    "cc",
    "bcc",
    "replyTo",
    "subject",
    "sentAt",
)
BODY_LISTS = ("textBody", "htmlBody", "attachments")
DEFAULT = (*METADATA, *CONVENIENCE, "hasAttachment", "preview", "bodyValues", *BODY_LISTS)
"""RFC 8621 §4.2."""

ALL = frozenset({*DEFAULT, "headers", "bodyStructure"})
OURS = {"safeHtml": SAFE_HTML_CAPABILITY, "snoozed": SNOOZE_CAPABILITY}
NEEDS_DETAIL = frozenset({"headers", "bodyStructure", "bodyValues", "safeHtml", *BODY_LISTS})
"""What is not in columns of its own."""

NEEDS_RENDITION = frozenset({"bodyValues", "safeHtml"})

BODY_DEFAULT = ("partId", "blobId", "size", "name", "type", "charset", "disposition", "cid", "language", "location")
BODY_ALL = frozenset({*BODY_DEFAULT, "headers", "subParts"})


@dataclass(frozen=True, slots=True)
class EmailProperties:
    """names: the plain ones; headers: the `header:…` ones, by the spelling that was asked for."""

    names: frozenset[str]
    headers: dict[str, HeaderProperty]

    @property
    def columns(self) -> frozenset[str]:
        """What the store has to read for them."""
        columns = self.names & SUMMARY_COLUMNS
        if self.headers or self.names & NEEDS_DETAIL:
            columns |= {"detail"}
        return columns | {"rendition"} if self.names & NEEDS_RENDITION else columns


@dataclass(frozen=True, slots=True)
class BodyProperties:
    names: tuple[str, ...]
    headers: dict[str, HeaderProperty]

    @property
    def needs_headers(self) -> bool:
        return bool(self.headers) or "headers" in self.names


def email_properties(asked: list[str] | None, using: frozenset[str]) -> EmailProperties:
    """Raises invalidArguments. A property of ours exists only for those who use its capability."""
    known = ALL | {name for name, capability in OURS.items() if capability in using}
    names, headers = _split(list(DEFAULT) if asked is None else asked, known, "properties")
    return EmailProperties(frozenset(names) | {"id"}, headers)


def is_property(name: str, using: frozenset[str]) -> bool:
    """Whether an Email has such a property."""
    try:
        return bool(email_properties([name], using))
    except InvalidArguments:
        return False


def body_properties(asked: list[str] | None) -> BodyProperties:
    names, headers = _split(list(BODY_DEFAULT) if asked is None else asked, BODY_ALL, "bodyProperties")
    return BodyProperties(tuple(dict.fromkeys(names)), headers)


def _split(asked: list[str], known: frozenset[str], argument: str) -> tuple[list[str], dict[str, HeaderProperty]]:
    names: list[str] = []
    headers: dict[str, HeaderProperty] = {}
    for name in asked:
        if name.startswith("header:"):
            try:
                headers[name] = HeaderProperty.read(name)
            except HeaderPropertyError as error:
                raise InvalidArguments(str(error), arguments=[argument]) from None
        elif name in known:
            names.append(name)
        else:
            raise InvalidArguments("unknown property", arguments=[argument])
    return names, headers
