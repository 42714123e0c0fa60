"""A child that reads attachments: `python -m services.mail.extraction.worker`. It gives way to everything else that the
machine has to do."""

from __future__ import annotations

import base64
import logging
import os
from typing import Any

import pypdfium2

from chassis.blobs import BlobStore
from services.mail.domain.mime.transfer import undo
from services.mail.extraction.archives import TooLargeError
from services.mail.extraction.protocol import Extracted, ExtractRequest
from services.mail.extraction.texts import read_text
from services.mail.parser import worker

NICENESS = 10
_log = logging.getLogger(__name__)


def extract(store: BlobStore, message: dict[str, Any]) -> dict[str, Any]:
    """The reply frame to one request frame."""
    asked = ExtractRequest.model_validate(message)
    try:
        octets = _octets(store, asked)
    except OSError as error:
        return {"error": {"code": "unavailable", "retryable": True, "description": type(error).__name__}}
    return _read(asked, octets).reply()


def _octets(store: BlobStore, asked: ExtractRequest) -> bytes:
    """start and end count from the first octet of prefix and blob together."""
    source, prefix = asked.source, base64.b64decode(asked.source.prefix)
    whole = prefix + store.read(source.sha256)
    return undo(whole[source.start : source.end], source.encoding).octets


def _read(asked: ExtractRequest, octets: bytes) -> Extracted:
    try:
        return Extracted(text=read_text(asked.kind, octets, asked.charset))
    except TooLargeError:
        return Extracted(problem="too-large")
    except MemoryError:
        raise
    except pypdfium2.PdfiumError as error:
        return Extracted(problem="protected" if "password" in str(error).lower() else "unreadable")
    except Exception as error:  # noqa: BLE001 - any library may say anything of what a stranger made
        _log.info("an attachment cannot be read", extra={"kind": asked.kind, "error": type(error).__name__})
        return Extracted(problem="unreadable")


if __name__ == "__main__":
    os.nice(NICENESS)
    worker.main(extract)
