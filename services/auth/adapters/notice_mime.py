"""The mail of a notice as it goes out (RFC 5322): plain text, and the same as simple HTML. Nothing in it is fetched
from anywhere, and nothing tells whether it was read."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from html import escape

from services.auth.domain.notice_text import NoticeText


def mime(text: NoticeText, sender: str, sender_name: str, address: str) -> bytes:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = text.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(text), cte="quoted-printable")
    message.add_alternative(_html(text), subtype="html", cte="quoted-printable")
    # Last: whatever sets a content throws such headers away.
    message["Content-Language"] = "fr"
    return message.as_bytes()


def _plain(text: NoticeText) -> str:
    return "\n\n".join(filter(None, (*text.before, text.link, *text.after))) + "\n"


def _html(text: NoticeText) -> str:
    link = f'<p><a href="{escape(text.link)}">{escape(text.link)}</a></p>\n' if text.link else ""
    return (
        '<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8">'
        f"<title>{escape(text.subject)}</title></head>\n<body>\n"
        f"{_paragraphs(text.before)}{link}{_paragraphs(text.after)}</body>\n</html>\n"
    )


def _paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(line)}</p>\n" for line in lines)
