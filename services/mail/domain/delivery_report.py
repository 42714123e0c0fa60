"""The report that tells a sender of a failure (RFC 3464, RFC 6522), in French, then English. Pure."""

import base64
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

HEADER_BYTES = 65_536
_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>]")


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """What the report is about. failures: the relay's last words by address. header: the message's own, as sent.
    expired: nobody refused it, but we stop trying."""

    id: str
    sender: str
    created_at: datetime
    failures: Mapping[str, str]
    header: bytes
    expired: bool


def delivery_report(failed: FailedMessage, *, host: str, domain: str, institution: str, at: datetime) -> bytes:
    """A whole message, CRLF, ASCII. It goes out with the null sender."""
    boundary = f"=_report_{failed.id}"
    parts = [
        _part("text/plain; charset=utf-8", "base64", _base64(_told(failed, institution))),
        _part("message/delivery-status", "7bit", _status(failed, host, at)),
        _part("text/rfc822-headers", "base64", _base64(failed.header[:HEADER_BYTES])),
    ]
    header = [
        f"From: {_encoded(f'Messagerie {institution}')} <postmaster@{domain}>",
        f"To: <{_clean(failed.sender)}>",
        f"Subject: {_encoded('Message non remis / Undelivered mail')}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <report.{failed.id}.{int(at.timestamp())}@{domain}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="{boundary}"',
    ]
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return ("\r\n".join(header) + f"\r\n\r\n{body}--{boundary}--\r\n").encode("ascii", "replace")


def _told(failed: FailedMessage, institution: str) -> bytes:
    why = (
        "Après cinq jours d’essais, ce message n’a pas pu être remis aux destinataires suivants :"
        if failed.expired
        else "Ce message n’a pas pu être remis aux destinataires suivants :"
    )
    refused = "\n".join(f"    {_clean(address)}\n        {reply}" for address, reply in failed.failures.items())
    text = (
        f"{why}\n\n{refused}\n\n"
        "Vérifiez l’adresse, ou demandez au destinataire un autre moyen de le joindre.\n"
        f"La messagerie de l’institution « {institution} »\n\n"
        "This message could not be delivered to the recipients above; the reply that we were given stands below each.\n"
    )
    return text.replace("\n", "\r\n").encode()


def _status(failed: FailedMessage, host: str, at: datetime) -> str:
    fields = [f"Reporting-MTA: dns; {host}", f"Arrival-Date: {format_datetime(failed.created_at)}", ""]
    for address, reply in failed.failures.items():
        kind = "rfc822" if address.isascii() else "utf-8"
        fields += [
            f"Final-Recipient: {kind}; {_clean(address).encode('unicode_escape').decode()}",
            "Action: failed",
            f"Status: {_status_code(reply, failed.expired)}",
            f"Diagnostic-Code: smtp; {reply}",
            f"Last-Attempt-Date: {format_datetime(at)}",
            "",
        ]
    return "\r\n".join(fields)


def _status_code(reply: str, expired: bool) -> str:
    """RFC 3463, always permanent here."""
    if expired:
        return "5.4.7"
    found = _ENHANCED.search(reply)
    return f"5{found[1][1:]}" if found else "5.0.0"


def _part(content_type: str, encoding: str, body: str) -> str:
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"


def _base64(data: bytes) -> str:
    return "\r\n".join(textwrap.wrap(base64.b64encode(data).decode(), 76)) + "\r\n"


def _encoded(text: str) -> str:
    """RFC 2047."""
    return text if text.isascii() else f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def _clean(address: str) -> str:
    return _UNSAFE.sub("", address)
