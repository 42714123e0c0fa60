"""Letters as a school's mailbox has them, the same for the same number: words by Zipf's law, conversations, sizes."""

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import accumulate

NEWEST = datetime(2026, 11, 20, 8, tzinfo=UTC)
REPLY_SHARE = 0.4
COMMON = (
    *("réunion", "conseil", "classe", "élèves", "notes", "bulletin", "salle", "rentrée", "formation", "stage"),
    *("budget", "travaux", "mutation", "congé", "agenda", "sortie", "parents", "inspection", "orientation", "examen"),
    *("convocation", "emploi", "temps", "semaine", "lundi", "mardi", "jeudi", "matin", "dossier", "signature"),
    *("document", "compte", "rendu", "projet", "théâtre", "physique", "chimie", "histoire", "géographie", "sport"),
)
SYLLABLES = ("ba", "ré", "ti", "mon", "cha", "lou", "per", "vi", "san", "que", "dor", "fi", "gra", "lé", "nou", "tra")


@dataclass(frozen=True)
class Letter:
    """`data` in stored form (CRLF); received_at by its place in the mailbox; seen: as most are."""

    number: int
    data: bytes
    received_at: datetime
    seen: bool


def _vocabulary() -> list[str]:
    made = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:12]]
    random.Random(7).shuffle(made)
    return [*COMMON, *made]


WORDS = _vocabulary()
_WEIGHTS = list(accumulate(1.0 / (rank + 3) for rank in range(len(WORDS))))


def words(draw: random.Random, count: int) -> list[str]:
    return draw.choices(WORDS, cum_weights=_WEIGHTS, k=count)


def letter(number: int, of: int, to: str) -> Letter:
    """The oldest is number 0. Two in five answer an earlier one and carry on its conversation."""
    draw = random.Random(f"letter {number}")
    age = timedelta(minutes=47 * (of - number) + draw.randrange(40))
    first = _first_of_conversation(number)
    subject = " ".join(words(random.Random(f"subject {first}"), 5)).capitalize()
    sender = f"{WORDS[draw.randrange(300)]}.{WORDS[draw.randrange(2_000)]}@dehors.example"
    at = NEWEST - age
    fields = [
        f"From: {sender.partition('@')[0].replace('.', ' ').title()} <{sender}>",
        f"To: {to}",
        f"Subject: {_encoded(('Re: ' if first != number else '') + subject)}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{number}.bench@dehors.example>",
        "MIME-Version: 1.0",
    ]
    if first != number:
        fields += [f"In-Reply-To: <{first}.bench@dehors.example>", f"References: <{first}.bench@dehors.example>"]
    content = _content(draw)
    data = "\r\n".join([*fields, *content]).encode()
    return Letter(number, data, at, draw.random() < 0.85)


def _first_of_conversation(number: int) -> int:
    while number >= 50:
        draw = random.Random(f"answer {number}")
        if draw.random() >= REPLY_SHARE:
            break
        number -= draw.randrange(1, 50)
    return number


def sized(number: int, to: str, size: int) -> bytes:
    """A letter of about so many bytes: small ones are text and HTML, large ones have an attachment."""
    draw = random.Random(f"sized {number}")
    text = _paragraphs(draw, 12)
    parts = [_alternative(draw, text)]
    fields = [
        "From: Musée <accueil@dehors.example>",
        f"To: {to}",
        f"Subject: {_encoded(' '.join(words(draw, 5)))}",
        f"Date: {format_datetime(NEWEST)}",
        f"Message-ID: <{number}.{draw.getrandbits(64):x}@dehors.example>",
        "MIME-Version: 1.0",
    ]
    room = size - len("\r\n".join([*fields, *parts[0]]).encode())
    if room > 20_000:
        parts.append(_attachment(draw, room * 3 // 4))
        return "\r\n".join([*fields, *_multipart(draw, "mixed", parts)]).encode()
    while room > 100:
        text += "\n\n" + " ".join(words(draw, 30))
        parts = [_alternative(draw, text)]
        room = size - len("\r\n".join([*fields, *parts[0]]).encode())
    return "\r\n".join([*fields, *parts[0]]).encode()


def _content(draw: random.Random) -> list[str]:
    kind = draw.random()
    text = _paragraphs(draw, draw.randint(1, 10))
    if kind < 0.3:
        return ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", *text.split("\n")]
    if kind < 0.8:
        return _alternative(draw, text)
    if kind < 0.95:
        return _newsletter(draw)
    return _multipart(draw, "mixed", [_alternative(draw, text), _attachment(draw, draw.randint(30_000, 150_000))])


def _paragraphs(draw: random.Random, count: int) -> str:
    return "\n\n".join(" ".join(words(draw, draw.randint(10, 40))).capitalize() + "." for _ in range(count))


def _alternative(draw: random.Random, text: str) -> list[str]:
    paragraphs = "\r\n".join(f'<p style="margin:0 0 8px;color:#222">{line}</p>' for line in text.split("\n\n"))
    html = f"<html><body><div>{paragraphs}</div></body></html>"
    kinds = (("text/plain", text.replace("\n", "\r\n")), ("text/html", html))
    return _multipart(draw, "alternative", [_entity(type_, body) for type_, body in kinds])


def _newsletter(draw: random.Random) -> list[str]:
    cell = '<td style="font:14px Arial;padding:8px;border:1px solid #ddd"><img src="https://images.example/{n}.png">{t}</td>'
    rows = "\r\n".join(
        "<tr>" + "".join(cell.format(n=draw.randrange(99), t=" ".join(words(draw, 12))) for _ in range(2)) + "</tr>"
        for _ in range(draw.randint(10, 60))
    )
    return _entity("text/html", f"<html><body><table width=600>{rows}</table></body></html>")


def _entity(type_: str, body: str) -> list[str]:
    return [f"Content-Type: {type_}; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", body]


def _attachment(draw: random.Random, size: int) -> list[str]:
    return [
        "Content-Type: application/pdf; name=document.pdf",
        "Content-Disposition: attachment; filename=document.pdf",
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(draw.randbytes(size)).decode().replace("\n", "\r\n").rstrip(),
    ]


def _multipart(draw: random.Random, subtype: str, parts: Sequence[list[str]]) -> list[str]:
    boundary = f"b{draw.getrandbits(64):x}"
    lines = [f'Content-Type: multipart/{subtype}; boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", *part]
    return [*lines, f"--{boundary}--", ""]


def _encoded(text: str) -> str:
    return f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="
