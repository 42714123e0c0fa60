"""Messages that reach the system from outside, by SMTP."""

import smtplib
import time
from email.message import EmailMessage

from tests.e2e.site import Site

KNOWN_SECONDS = 30.0


def letter(to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Musée des Automates <accueil@musee-automates.example>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    return message


def post(site: Site, message: EmailMessage) -> None:
    """Hand a message to the listener; an address that it does not know yet is tried again for a while."""
    end = time.monotonic() + KNOWN_SECONDS
    while True:
        try:
            with smtplib.SMTP(site.smtp_host, site.smtp_port, timeout=10) as smtp:
                smtp.send_message(message)
                return
        except smtplib.SMTPRecipientsRefused:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
