"""A seeded corpus of the kinds of breakage that real mail has: the stand-in where no real corpus is at hand.

`python -m tests.corpus.generate FOLDER [--count N] [--seed N]` writes it as files.
"""

import argparse
import base64
import random
import sys
from collections.abc import Callable
from pathlib import Path

Message = tuple[str, bytes]
Draw = random.Random
Body = tuple[list[bytes], bytes]
"""Header lines of an entity, and its body."""

WORDS = [
    *("réunion", "conseil", "classe", "élèves", "notes", "bulletin", "spamassassin", "linux", "money", "back", "perl"),
    *("script", "carte", "budget", "travaux", "salle", "rentrée", "mutation", "congé", "stage", "formation", "agenda"),
    *("été", "œuvre", "naïve", "garçon"),
]
CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "koi8-r", "iso-2022-jp", "utf-16", "us-ascii")
WRONG_CHARSETS = ("utf8;", "unknown-8bit", "x-user-defined", "iso-8859-999", '"', "cp-850", "default_charset")
HTML = (
    "<html><body><h1>Bonjour</h1><p>{text}</p></body></html>",
    "<p>{text}<script>alert(1)</script><img src=http://tracker.example/x.gif width=1>",
    "<table><tr><td>{text}<td><b>non fermé<i>{text}</table></b>",
    "<div style='background:url(http://tracker.example/y)'>{text}</div><a href='javascript:x()'>ici</a>",
    "<!-- {text} --><font color=red size=+3>{text}&nbsp;&eacute;&#233;&#xFFFFFF;&bogus;</font>",
    "<img src='cid:part1@x'>" + "<div>" * 40 + "{text}",
    "<style>p{{color:red}} @import url(http://tracker.example/z.css);</style><p>{text}",
)


def generate(seed: int, count: int) -> list[Message]:
    """The same messages for the same seed, all different; 200 bytes to 300 kB, mostly small. Ends of line are LF in
    most, CRLF in some, mixed in a few."""
    draw = random.Random(seed)
    return [(f"generated-{number:05}", _message(draw, number)) for number in range(count)]


def _message(draw: Draw, number: int) -> bytes:
    content, body = draw.choice(BODIES)(draw)
    lines = [*_envelope_fields(draw, number), *content]
    for break_header in draw.sample(HEADER_BREAKS, draw.choice((0, 0, 1, 2))):
        lines = break_header(draw, lines)
    data = b"\n".join(lines) + b"\n\n" + body
    return _line_ends(draw, data)


def _line_ends(draw: Draw, data: bytes) -> bytes:
    match draw.randrange(12):
        case 0 | 1:
            return data.replace(b"\n", b"\r\n")
        case 2:
            return data.replace(b"\n", b"\r\n", len(data) // 50)
        case 3:
            return data + b"x\ry\r\r\nz\n.\n..\n"
        case 4:
            return data.rstrip(b"\n")
        case _:
            return data


def _text(draw: Draw, words: int = 60) -> str:
    return " ".join(draw.choice(WORDS) for _ in range(draw.randint(1, words)))


def _envelope_fields(draw: Draw, number: int) -> list[bytes]:
    subject = _text(draw, 8)
    dates = ("Mon, 23 Nov 2026 04:00:00 +0100", "Thu, 22 Aug 02 18:26:25", "jeudi 12 mars", "1 Jan 1970 00:00 GMT", "")
    fields = [
        "Received: from a.example (a.example [192.0.2.1])\n\tby b.example with SMTP id x; Thu, 1 Aug 2002 10:00:00 GMT",
        f"From: {draw.choice(SENDERS)}",
        f"To: {draw.choice(RECIPIENTS)}",
        f"Date: {draw.choice(dates)}",
        f"Message-ID: {draw.choice(('<{n}@gen.example>', '<{n}', '{n}@gen.example', '<a b {n}@x>')).format(n=number)}",
        f"X-Number: {number}",
    ]
    if draw.random() < 0.5:
        fields.append(f"In-Reply-To: <{draw.randint(0, max(number, 1))}@gen.example>")
    raw = [field.encode() for field in fields]
    raw.insert(1, b"Subject: " + draw.choice(SUBJECTS)(subject))
    return raw


SENDERS = (
    "Jean Dupont <jean@dehors.example>",
    '"Dupont, Jean" <jean@dehors.example>, autre@dehors.example',
    "=?iso-8859-1?Q?Ren=E9e?= <renee@dehors.example>",
    "=?utf-8?B?Y2Fzc8Op?= casse <x@dehors.example",
    "jean@dehors.example (Jean (le petit) Dupont)",
    "undisclosed",
    "<>",
    "Élève Zoé <zoe@dehors.example>",
)
RECIPIENTS = (
    "liste@dehors.example",
    "amis: a@dehors.example, b@dehors.example;",
    "undisclosed-recipients:;",
    ", ".join(f"p{number}@dehors.example" for number in range(80)),
    '"sans fin <x@dehors.example>',
    "",
)
SUBJECTS: tuple[Callable[[str], bytes], ...] = (
    lambda text: f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?=".encode(),
    lambda text: text.encode("latin-1", "replace"),
    lambda text: text.encode(),
    lambda text: b"=?iso-8859-1?Q?" + text.encode("latin-1", "replace").replace(b" ", b"_") + b"?=",
    lambda text: b"=?utf-8?Q?tronqu=C3?= =?x-bogus?B?####?=",
    lambda text: b"Re: Re: [liste] " + text.encode("ascii", "replace"),
    lambda text: text.encode("ascii", "replace") * 40,
    lambda text: b"",
)


def _plain(draw: Draw) -> Body:
    charset = draw.choice(CHARSETS)
    label = draw.choice((charset, *WRONG_CHARSETS)) if draw.random() < 0.3 else charset
    body = "\n".join(_text(draw) for _ in range(draw.randint(1, 30))).encode(charset, "replace")
    fields = [f"Content-Type: text/plain; charset={label}".encode(), b"MIME-Version: 1.0"]
    match draw.randrange(5):
        case 0:
            return [*fields, b"Content-Transfer-Encoding: base64"], base64.encodebytes(body)
        case 1:
            return [*fields, b"Content-Transfer-Encoding: base64"], b"=?" + base64.encodebytes(body)[
                :-7
            ] + b"\n-- \nfin"
        case 2:
            return [*fields, b"Content-Transfer-Encoding: quoted-printable"], body.replace(b"e", b"=65").replace(
                b"t", b"="
            )
        case 3:
            return [*fields, b"Content-Transfer-Encoding: 9bit"], body
        case _:
            return fields, body


def _no_mime(draw: Draw) -> Body:
    quoted = b"".join(b"> " * draw.randint(1, 9) + _text(draw).encode() + b"\n" for _ in range(20))
    return [], quoted + draw.choice((b"", b".\n..\n.cache\n", b"\0\1\2 octets\n", b"From la ligne\n", b"x" * 5_000))


def _html(draw: Draw) -> Body:
    page = draw.choice(HTML).format(text=_text(draw)) * draw.choice((1, 1, 1, 20))
    return [b"Content-Type: text/html; charset=iso-8859-1"], page.encode("latin-1", "replace")


def _alternative(draw: Draw) -> Body:
    return _multipart(draw, "alternative", [_plain(draw), _html(draw)])


def _mixed(draw: Draw) -> Body:
    parts = [draw.choice((_plain, _html, _alternative))(draw), *(_attachment(draw) for _ in range(draw.randint(1, 3)))]
    return _multipart(draw, "mixed", parts)


def _attachment(draw: Draw) -> Body:
    name = draw.choice(
        ('"conseil.pdf"', "sans guillemets.doc", "=?utf-8?Q?=C3=A9t=C3=A9.txt?=", '"../../etc/passwd"', '""')
    )
    kind = draw.choice(("application/pdf", "image/gif", "application/octet-stream", "text/x-vcard", "texte", "a/b/c"))
    data = draw.randbytes(draw.choice((10, 3_000, 40_000)))
    fields = [
        f"Content-Type: {kind}; name={name}".encode(),
        f"Content-Disposition: attachment; filename*=utf-8''%C3%A9t%C3%A9; filename={name}".encode(),
        b"Content-Transfer-Encoding: base64",
    ]
    return fields, base64.encodebytes(data)


def _forwarded(draw: Draw) -> Body:
    inner = b"\n".join(_envelope_fields(draw, 0)) + b"\n\n" + _text(draw).encode()
    return _multipart(draw, "mixed", [_plain(draw), ([b"Content-Type: message/rfc822"], inner)])


def _report(draw: Draw) -> Body:
    status = ([b"Content-Type: message/delivery-status"], b"Reporting-MTA: dns; x\n\nAction: failed\n")
    return _multipart(draw, "report; report-type=delivery-status", [_plain(draw), status])


def _deep(draw: Draw) -> Body:
    entity = _plain(draw)
    for _ in range(draw.choice((3, 30, 150))):
        entity = _multipart(draw, "mixed", [entity])
    return entity


def _multipart(draw: Draw, subtype: str, parts: list[Body]) -> Body:
    boundary = f"b{draw.getrandbits(48):x}"
    said = draw.choice((f'"{boundary}"', boundary, boundary, f'"{boundary}'))
    fields = [f"Content-Type: multipart/{subtype};\n\tboundary={said}".encode()]
    body = draw.choice((b"", b"This is a multi-part message in MIME format.\n\n"))
    for content, data in parts:
        body += f"--{boundary}\n".encode() + b"\n".join(content) + b"\n\n" + data + b"\n"
    fate = draw.random()
    if fate < 0.75:
        body += f"--{boundary}--\n".encode()
    elif fate < 0.85:
        body = body.replace(boundary.encode(), b"autre")
    return fields, body


def _empty(draw: Draw) -> Body:
    return draw.choice(([], [b"Content-Type: multipart/mixed"], [b"Content-Type: "], [b"MIME-Version"])), b""


def _large(draw: Draw) -> Body:
    return _multipart(
        draw, "mixed", [_plain(draw), ([b"Content-Type: image/png"], base64.encodebytes(draw.randbytes(200_000)))]
    )


BODIES: tuple[Callable[[Draw], Body], ...] = (
    *(_plain, _plain, _plain, _no_mime, _no_mime, _html, _html, _alternative, _alternative, _mixed),
    *(_forwarded, _report, _deep, _empty, _large),
)


def _mbox_line(_: Draw, lines: list[bytes]) -> list[bytes]:
    return [b"From jean@dehors.example  Thu Aug 22 12:36:23 2002", *lines]


def _repeated(draw: Draw, lines: list[bytes]) -> list[bytes]:
    return [*lines, draw.choice(lines), b"Content-Type: text/plain", b"Subject: encore"]


def _junk_line(draw: Draw, lines: list[bytes]) -> list[bytes]:
    place = draw.randint(0, len(lines))
    junk = draw.choice((b"pas un champ", b": sans nom", b" repli de rien", b"X-\xff\xfe: \x80", b"Nom avec blancs : x"))
    return [*lines[:place], junk, *lines[place:]]


def _endless_field(_: Draw, lines: list[bytes]) -> list[bytes]:
    return [*lines, b"References:" + b"".join(b"\n <%d@gen.example>" % number for number in range(600))]


def _long_line(_: Draw, lines: list[bytes]) -> list[bytes]:
    return [*lines, b"X-Long: " + b"y" * 20_000]


HEADER_BREAKS = (_mbox_line, _repeated, _junk_line, _endless_field, _long_line)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    for name, data in generate(given.seed, given.count):
        (given.folder / f"{name}.eml").write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1:])
