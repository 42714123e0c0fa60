"""ODF and DOCX files are ZIP archives: what they would unpack to is known, and bounded, before anything is unpacked.

zipfile reads no more of a member than its directory announces, so an archive cannot lie about it.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

MEMBERS_MAX = 5_000
UNPACKED_MAX = 100_000_000
XML_MAX = 20_000_000
"""Of one XML file, whose tree takes a multiple of it in memory."""


class TooLargeError(Exception):
    """It would unpack to more than it may."""


def check_bounds(octets: bytes) -> None:
    """Raises TooLargeError, or zipfile.BadZipFile. An archive within the archive is a file like any other."""
    with zipfile.ZipFile(BytesIO(octets)) as archive:
        members = archive.infolist()
    if len(members) > MEMBERS_MAX or sum(member.file_size for member in members) > UNPACKED_MAX:
        raise TooLargeError
    if any(member.file_size > XML_MAX for member in members if member.filename.endswith((".xml", ".rels"))):
        raise TooLargeError
