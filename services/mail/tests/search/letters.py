"""Messages as a mailer writes them."""

from email.message import EmailMessage

Attachment = tuple[bytes, str, str]
"""Octets, type, name."""


def letter(subject: str, text: str, *attachments: Attachment) -> bytes:
    made = EmailMessage()
    made["Subject"], made["From"] = subject, "jean.dupont@ac-montpellier.example"
    made.set_content(text)
    for octets, type_, name in attachments:
        main, _, sub = type_.partition("/")
        made.add_attachment(octets, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()
