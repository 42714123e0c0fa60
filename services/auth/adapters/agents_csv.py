"""The administration's CSV, read line by line in bounded memory: UTF-8 with or without BOM, comma or semicolon, columns
in any order. A line that can't be read costs itself only."""

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from services.auth.domain.names import fold

MAX_LINE_BYTES = 8_192
_BOM = b"\xef\xbb\xbf"


class UnreadableFileError(ValueError):
    """The file as a whole can't be used; why, in French."""


@dataclass(frozen=True, slots=True)
class CsvLine:
    """`number` counts from 1, the header included, as a text editor shows it. Either `values` or `fault` is set."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def read_agents(file: BinaryIO, columns: Collection[str]) -> Iterator[CsvLine]:
    """Raises UnreadableFileError, before the first line is given, when the header isn't one. Blank lines are passed
    over."""
    lines = enumerate(_physical_lines(file), start=1)
    _, first = next(lines, (1, b""))
    delimiter, header = _header(first, columns)
    return _records(lines, delimiter, header)


def _records(lines: Iterator[tuple[int, bytes | None]], delimiter: str, header: list[str]) -> Iterator[CsvLine]:
    for number, raw in lines:
        if raw is None:
            yield CsvLine(number, fault="ligne trop longue")
            continue
        try:
            fields = _split(raw.decode("utf-8"), delimiter)
        except UnicodeDecodeError:
            yield CsvLine(number, fault="ligne qui n’est pas en UTF-8")
        except csv.Error:
            yield CsvLine(number, fault="guillemets ou caractères illisibles")
        else:
            if not any(fields):
                continue
            if len(fields) != len(header):
                yield CsvLine(number, fault=f"{len(fields)} colonnes au lieu de {len(header)}")
            else:
                yield CsvLine(number, dict(zip(header, fields, strict=True)))


def _header(raw: bytes | None, columns: Collection[str]) -> tuple[str, list[str]]:
    try:
        text = (raw or b"").removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableFileError("le fichier n’est pas en UTF-8") from None
    for delimiter in ";,":
        try:
            names = [_column(name) for name in _split(text, delimiter)]
        except csv.Error:
            continue
        if set(columns) <= set(names) and len(names) == len(set(names)):
            return delimiter, names
    raise UnreadableFileError("la première ligne doit nommer les colonnes : " + ";".join(columns))


def _column(name: str) -> str:
    return fold(name).strip().replace(" ", "_")


def _split(text: str, delimiter: str) -> list[str]:
    records = list(csv.reader([text.rstrip("\r\n")], delimiter=delimiter, strict=True))
    return [value.strip() for value in records[0]] if records else []


def _physical_lines(file: BinaryIO) -> Iterator[bytes | None]:
    """None stands for a line that is too long to hold."""
    while line := file.readline(MAX_LINE_BYTES + 1):
        if len(line) <= MAX_LINE_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE_BYTES)
        yield None
