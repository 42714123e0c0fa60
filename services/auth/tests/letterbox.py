"""Where the mails of a tested auth arrive, and the process that sends them, one notice at a time."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

from chassis.settings import institution
from services.auth.application.ports.post import Posted
from services.auth.application.send_notices import SendNotices
from services.auth.domain.notice_text import NoticeText
from services.auth.notices_bootstrap import build
from services.auth.settings import NoticesSettings
from services.auth.tests.system import KEY, System

WEB = "https://messagerie.example"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\Z")


@dataclass
class Letterbox:
    """A Post that keeps what it is given: (address, text), oldest first. `answer`: what it says to each."""

    answer: Posted = Posted.SENT
    mails: list[tuple[str, NoticeText]] = field(default_factory=list)

    async def send(self, text: NoticeText, address: str) -> Posted:
        self.mails.append((address, text))
        return self.answer

    @property
    def subjects(self) -> list[tuple[str, str]]:
        return [(address, text.subject) for address, text in self.mails]

    def token(self, number: int = -1) -> str:
        """What the link of a mail holds."""
        found = _TOKEN.search(self.mails[number][1].link)
        assert found, "a mail without a link"
        return found.group()


@dataclass
class Sending:
    system: System
    letterbox: Letterbox
    sender: SendNotices

    def all_due(self) -> list[tuple[str, str]]:
        """Lets what was owed become due, and sends it. Address and subject of each mail, oldest first."""
        self.system.clock.advance(seconds=5)
        before = len(self.letterbox.mails)
        while asyncio.run(self.sender.one()):
            pass
        return self.letterbox.subjects[before:]


def sending(system: System, settings_file: Path) -> Sending:
    letterbox = Letterbox()
    given = {
        "auth_database_url": system.url,
        "auth_hmac_key": KEY,
        "relay_host": "127.0.0.1",
        "relay_port": 25,
        "public_url": WEB,
    }
    settings = NoticesSettings.model_validate(given)
    sender = build(settings, institution(str(settings_file)), system.database, post=letterbox, clock=system.clock)
    return Sending(system, letterbox, sender)
