"""Small genuine files to attach: a PDF, a table, a picture, an invitation."""

import struct
import zlib
from datetime import datetime, timedelta
from email.message import EmailMessage

PDF_LINE = 14
PICTURE = (96, 64)


def attach(message: EmailMessage, kind: str, name: str, now: datetime) -> None:
    """Adds a file called `name`. kind: pdf, csv, png or ics."""
    match kind:
        case "pdf":
            message.add_attachment(pdf(name), maintype="application", subtype="pdf", filename=name)
        case "csv":
            message.add_attachment(TABLE.encode(), maintype="text", subtype="csv", filename=name)
        case "png":
            message.add_attachment(picture(len(name)), maintype="image", subtype="png", filename=name)
        case "ics":
            message.add_attachment(invitation(now).encode(), maintype="text", subtype="calendar", filename=name)
        case _:
            raise ValueError(f"no attachment of the kind {kind}")


TABLE = "Classe;Élèves;Présents\r\n4e B;27;25\r\n5e C;26;26\r\n6e A;28;27\r\n"


def pdf(title: str) -> bytes:
    """A one-page PDF 1.4 that says its title."""
    shown = title.encode("cp1252", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    text = b"BT /F1 %d Tf 72 770 Td (%s) Tj ET" % (PDF_LINE, shown)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def picture(seed: int) -> bytes:
    """A small PNG of two bands whose colours depend on `seed`."""
    width, height = PICTURE
    sky, ground = bytes((90, 120 + seed % 100, 200)), bytes((60 + seed % 120, 120, 70))
    rows = b"".join(b"\0" + (sky if row < height // 2 else ground) * width for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def invitation(now: datetime) -> str:
    """An iTIP REQUEST for Thursday at 17 h of the present week."""
    day = now.date() - timedelta(days=now.weekday()) + timedelta(days=3)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Demonstration//FR",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:conseil-4e-b@demonstration.example",
        f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Europe/Paris:{day:%Y%m%d}T170000",
        f"DTEND;TZID=Europe/Paris:{day:%Y%m%d}T183000",
        "SUMMARY:Conseil de classe 4e B",
        "LOCATION:Salle 204\\, bâtiment B",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(line + "\r\n" for line in lines)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
