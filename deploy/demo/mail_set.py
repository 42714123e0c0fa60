"""The demonstration's mail: composed as real messages and imported where each person would find them."""

import asyncio
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from html import escape
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from chassis.blobs import BlobStore
from chassis.rpc_client import RpcClient
from contracts.mail import BlobRegistration, MailApi
from deploy.demo.accounts import FOLDER, Account
from deploy.demo.attachments import attach
from deploy.demo.jmap import CALL_SECONDS, ask, wait_for_account

PARIS = ZoneInfo("Europe/Paris")
COMPOSING = policy.SMTP.clone(max_line_length=76)


@dataclass(frozen=True)
class Placement:
    """A copy of a message in somebody's account."""

    account_id: str
    role: str
    keywords: dict[str, bool]
    received_at: datetime
    raw: bytes


class MailSet:
    """messages.toml, dated from `now`."""

    def __init__(self, accounts: list[Account], domain: str, now: datetime) -> None:
        self._ids = {account.address: account.account_id for account in accounts}
        self._domain = domain
        self._now = now
        document = tomllib.loads((FOLDER / "messages.toml").read_text(encoding="utf-8"))
        self._people: dict[str, str] = document["people"]
        self._messages: list[dict[str, Any]] = document["message"]

    def placements(self) -> list[Placement]:
        """Every copy, oldest first."""
        composed: dict[str, EmailMessage] = {}
        found: list[Placement] = []
        for entry in self._messages:
            message = composed[entry["id"]] = self._compose(entry, composed)
            found.extend(self._copies(entry, message.as_bytes(), self._moment(entry)))
        return sorted(found, key=lambda placement: placement.received_at)

    def _copies(self, entry: dict[str, Any], raw: bytes, moment: datetime) -> Iterator[Placement]:
        role = entry.get("role", "inbox")
        flags = {"$flagged": True} if entry.get("flagged") else {}
        seen = {} if entry.get("unread") else {"$seen": True}
        for address in self._addresses((entry["from"],)):
            if address in self._ids:
                draft = role == "drafts"
                own = {"$draft": True, "$seen": True} if draft else {"$seen": True}
                yield Placement(self._ids[address], "drafts" if draft else "sent", own, moment, raw)
        if role != "drafts":
            for address in self._addresses((*entry["to"], *entry.get("cc", ()))):
                if address in self._ids:
                    yield Placement(self._ids[address], role, flags | seen, moment, raw)

    def _compose(self, entry: dict[str, Any], composed: dict[str, EmailMessage]) -> EmailMessage:
        message = EmailMessage(policy=COMPOSING)
        message["From"] = self._person(entry["from"])
        message["To"] = ", ".join(self._person(person) for person in entry["to"])
        if "cc" in entry:
            message["Cc"] = ", ".join(self._person(person) for person in entry["cc"])
        message["Subject"] = entry["subject"]
        message["Date"] = format_datetime(self._moment(entry).astimezone(PARIS))
        message["Message-ID"] = f"<{entry['id']}@demonstration.example>"
        if "reply_to" in entry:
            parent = composed[entry["reply_to"]]
            message["In-Reply-To"] = parent["Message-ID"]
            message["References"] = f"{parent.get('References', '')} {parent['Message-ID']}".strip()
        message.set_content(entry["body"].strip() + "\n", cte="quoted-printable")
        if html := entry.get("html_body") or (_as_html(entry["body"]) if entry.get("html") else None):
            message.add_alternative(html, subtype="html", cte="quoted-printable")
        for described in entry.get("attachments", ()):
            kind, _, name = described.partition(":")
            attach(message, kind, name, self._now)
        return message

    def _moment(self, entry: dict[str, Any]) -> datetime:
        if "minutes" in entry:
            return self._now - timedelta(minutes=entry["minutes"])
        hour, minute = (int(part) for part in entry["time"].split(":"))
        day = (self._now.astimezone(PARIS) - timedelta(days=entry["days"])).replace(
            hour=hour, minute=minute, second=0, microsecond=0
        )
        return day.astimezone(UTC)

    def _person(self, person: str) -> str:
        name, address = parseaddr(self._people.get(person, person))
        return formataddr((name, self._full(address)), charset="utf-8")

    def _addresses(self, people: Iterable[str]) -> Iterator[str]:
        return (self._full(parseaddr(self._people.get(person, person))[1]) for person in people)

    def _full(self, address: str) -> str:
        return address if "@" in address else f"{address}@{self._domain}"


async def load_mail(client: RpcClient, blobs: BlobStore, placements: list[Placement]) -> int:
    """Imports what is not there yet; returns how many emails were made."""
    made = 0
    by_account = sorted(placements, key=lambda placement: (placement.account_id, placement.received_at))
    for account_id, copies in groupby(by_account, key=lambda placement: placement.account_id):
        await wait_for_account(client, MailApi.jmap, account_id, "Mailbox/get")
        if not (await ask(client, MailApi.jmap, account_id, "Email/query", limit=1))["ids"]:
            made += await _import(client, blobs, account_id, list(copies))
    return made


async def _import(client: RpcClient, blobs: BlobStore, account_id: str, copies: list[Placement]) -> int:
    mailboxes = (await ask(client, MailApi.jmap, account_id, "Mailbox/get", ids=None))["list"]
    by_role = {mailbox["role"]: mailbox["id"] for mailbox in mailboxes}
    emails: dict[str, Any] = {}
    for number, copy in enumerate(copies):
        blob = await asyncio.to_thread(blobs.put, copy.raw)
        registration = BlobRegistration(
            account_id=account_id, sha256=blob.sha256, size=blob.size, type="message/rfc822"
        )
        registered = await client.call(MailApi.register_blob, registration, timeout=CALL_SECONDS)
        emails[f"k{number}"] = {
            "blobId": registered.blob_id,
            "mailboxIds": {by_role[copy.role]: True},
            "keywords": copy.keywords,
            "receivedAt": f"{copy.received_at:%Y-%m-%dT%H:%M:%SZ}",
        }
    outcome = await ask(client, MailApi.jmap, account_id, "Email/import", emails=emails)
    return len(outcome["created"] or {})


def _as_html(text: str) -> str:
    paragraphs = text.strip().split("\n\n")
    return "\n".join(f"<p>{escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)
