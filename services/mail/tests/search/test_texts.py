"""Texts of attachments, of each kind, and what hostile ones come to in a child."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from chassis.blobs.files import FileBlobStore
from services.mail.application.attachment_texts import Claimed
from services.mail.domain.attachment_kinds import Kind, ReadablePart, readable_parts
from services.mail.extraction.archives import TooLargeError
from services.mail.extraction.pool import WORKER, ExtractionPool
from services.mail.extraction.protocol import TEXT_MAX, Extracted
from services.mail.extraction.texts import read_text
from services.mail.parser.pool import Pool, PoolLimits
from services.mail.parser.protocol import ParserUnavailable
from services.mail.tests.search import documents
from services.mail.tests.search.letters import letter

SENTENCE = "Convocation des élèves à l'épreuve de français"


@pytest.mark.parametrize(
    ("kind", "octets"),
    [
        ("pdf", documents.pdf(SENTENCE)),
        ("odf", documents.odt("Titre", SENTENCE)),
        ("odf", documents.odt("Titre", cell=SENTENCE)),
        ("docx", documents.document("Titre", SENTENCE)),
        ("docx", documents.document("Titre", cell=SENTENCE)),
        ("docx", documents.document("Titre", header=SENTENCE)),
        ("text", SENTENCE.encode("cp1252")),
        ("html", f"<style>b {{}}</style><p>Titre<p>{SENTENCE}".encode()),
        ("message", letter("Objet", SENTENCE)),
        ("message", letter(SENTENCE, "texte")),
    ],
)
def test_what_is_written_in_a_document_is_its_text(kind: Kind, octets: bytes) -> None:
    assert SENTENCE in read_text(kind, octets, None)


def test_a_text_is_cut() -> None:
    assert len(read_text("text", b"mot " * TEXT_MAX, None)) == TEXT_MAX
    pages = read_text("pdf", documents.pdf_of_pages(10_000), None)
    assert 900 < pages.count("photocopieur") <= 1_000


@pytest.mark.parametrize("kind", ["docx", "odf"])
def test_an_archive_that_would_unpack_to_too_much_is_not_unpacked(kind: Kind) -> None:
    with pytest.raises(TooLargeError):
        read_text(kind, documents.bomb(), None)
    with pytest.raises(TooLargeError):
        read_text(kind, documents.with_member(documents.document("x"), "word/document.xml", bytes(20_000_001)), None)


def part(type_: str, name: str | None = None, size: int = 9, part_id: str = "2") -> dict[str, Any]:
    place = {"partId": part_id, "bodyStart": 0, "bodyEnd": size, "encoding": "base64", "size": size}
    return place | {"type": type_, "name": name}


@pytest.mark.parametrize(
    ("described", "kind"),
    [
        (part(documents.PDF), "pdf"),
        (part(documents.ODT, "x.bin"), "odf"),
        (part(documents.DOCX), "docx"),
        (part("application/octet-stream", "Bulletin.PDF"), "pdf"),
        (part("text/csv"), "text"),
        (part("message/rfc822"), "message"),
        (part("image/png", "x.pdf"), None),
        (part("application/zip", "x.zip"), None),
        (part("application/octet-stream"), None),
        (part(documents.PDF, size=40_000_000), None),
        (part(documents.PDF, size=0), None),
        (part(documents.PDF, part_id="1"), None),
    ],
)
def test_which_attachments_are_read(described: dict[str, Any], kind: Kind | None) -> None:
    structure = {"type": "multipart/mixed", "partId": None, "subParts": [part("text/plain", part_id="1"), described]}
    assert [one.kind for one in readable_parts(structure, ["2"])] == ([kind] if kind else [])


def test_a_bounded_number_of_attachments_is_read() -> None:
    structure = {"subParts": [part(documents.PDF, part_id=str(number)) for number in range(100)]}
    assert len(readable_parts(structure, [str(number) for number in range(100)])) == 20


class Children:
    """`worker` in real children; each attachment has `seconds`."""

    def __init__(self, root: Path, worker: str = WORKER, seconds: float = 15.0) -> None:
        self._store = FileBlobStore(root, fsync=lambda _: None)
        self._environment = {"BLOB_ROOT": str(root), "MAIL_PARSER_MEMORY_MB": "768", "MAIL_PARSER_SECONDS": "15"}
        self._worker = worker
        self._limits = PoolLimits(1, 1, 100, seconds)

    def read(self, *files: tuple[Kind, bytes]) -> list[Extracted]:
        return self.read_blobs(*((kind, self._store.put(octets).sha256, len(octets)) for kind, octets in files))

    def read_blobs(self, *blobs: tuple[Kind, str, int]) -> list[Extracted]:
        return asyncio.run(self._read(blobs))

    async def _read(self, blobs: tuple[tuple[Kind, str, int], ...]) -> list[Extracted]:
        async with Pool(self._worker, self._environment, self._limits) as pool:
            return [
                await ExtractionPool(pool).read(
                    Claimed(1, False, 1, sha256, b"", ()), ReadablePart("2", kind, 0, size, "identity", None)
                )
                for kind, sha256, size in blobs
            ]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("blobs")


def test_hostile_files_have_no_text_and_cost_no_child(root: Path) -> None:
    plain = documents.document("x")
    found = Children(root).read(
        ("docx", documents.bomb()),
        ("pdf", b"%PDF-1.7 garbage"),
        ("pdf", documents.pdf("secret", password="secret")),
        ("docx", b"PK\3\4 garbage"),
        ("docx", documents.with_member(plain, "word/document.xml", documents.ENTITIES)),
        ("odf", documents.with_member(documents.odt("x"), "content.xml", documents.ENTITIES)),
        ("docx", documents.with_member(plain, "word/document.xml", documents.DEEP)),
        ("pdf", documents.pdf(SENTENCE)),
    )
    problems = ["too-large", "unreadable", "protected", *["unreadable"] * 4, None]
    assert [extracted.problem for extracted in found] == problems
    assert SENTENCE in found[-1].text


def test_a_file_that_hangs_or_kills_its_child_is_given_up_and_the_next_is_read(root: Path) -> None:
    worker = "services.mail.tests.search.planted_extractor"
    files: list[tuple[Kind, bytes]] = [("text", b"hang"), ("text", b"exit"), ("text", b"hoard"), ("text", b"mot")]
    found = Children(root, worker, seconds=2.0).read(*files)
    assert [extracted.problem for extracted in found] == ["timeout", "crash", "crash", None]
    assert found[-1].text == "mot"


def test_a_blob_that_is_away_is_no_fault_of_the_file(root: Path) -> None:
    with pytest.raises(ParserUnavailable):
        Children(root).read_blobs(("text", "f" * 64, 3))
