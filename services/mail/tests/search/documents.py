"""Documents as offices make them, and as nobody well-meaning does."""

import zipfile
from functools import lru_cache
from io import BytesIO

import docx
from fpdf import FPDF
from odfdo import Document, Header, Paragraph, Table

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
PDF = "application/pdf"


def pdf(text: str, password: str = "") -> bytes:
    made = FPDF()
    if password:
        made.set_encryption(owner_password=password, user_password=password)
    made.add_page()
    made.set_font("helvetica", size=12)
    made.multi_cell(0, text=text)
    return bytes(made.output())


def pdf_of_pages(count: int) -> bytes:
    """One page, `count` times."""
    kids = b"3 0 R " * count
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length 32 >>\nstream\nBT /F 9 Tf (photocopieur) Tj ET\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(made),
    )


def odt(*paragraphs: str, cell: str = "") -> bytes:
    made = Document("text")
    made.body.clear()
    made.body.append(Header(1, paragraphs[0]))
    for paragraph in paragraphs[1:]:
        made.body.append(Paragraph(paragraph))
    table = Table("Tableau", width=1, height=1)
    table.set_value("A1", cell)
    made.body.append(table)
    saved = BytesIO()
    made.save(saved)
    return saved.getvalue()


def document(*paragraphs: str, cell: str = "", header: str = "") -> bytes:
    """A DOCX file."""
    made = docx.Document()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.add_table(1, 1).cell(0, 0).text = cell
    made.sections[0].header.paragraphs[0].text = header
    saved = BytesIO()
    made.save(saved)
    return saved.getvalue()


def with_member(octets: bytes, name: str, content: bytes) -> bytes:
    """The archive with one member put in the place of the one of that name."""
    saved = BytesIO()
    with zipfile.ZipFile(BytesIO(octets)) as old, zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return saved.getvalue()


@lru_cache(1)
def bomb() -> bytes:
    """A DOCX of 500 kB that unpacks to more than 100 MB."""
    saved = BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(6):
            archive.writestr(f"word/media/{number}.png", bytes(20_000_000))
    return saved.getvalue()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 12))
    + b"]><x>&l;</x>"
)
DEEP = b"<w:a xmlns:w='w'>" + b"<w:b>" * 20_000 + b"</w:b>" * 20_000 + b"</w:a>"
