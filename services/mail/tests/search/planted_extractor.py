"""A child that fails on demand: what a file says is what the child does."""

import os
import time
from typing import Any

from chassis.blobs import BlobStore
from services.mail.extraction.protocol import ExtractRequest
from services.mail.extraction.worker import extract
from services.mail.parser import worker


def extract_or_fail(store: BlobStore, message: dict[str, Any]) -> dict[str, Any]:
    what = store.read(ExtractRequest.model_validate(message).source.sha256)
    if what == b"hang":
        time.sleep(600)
    elif what == b"exit":
        os._exit(7)
    elif what == b"hoard":
        hoard = bytearray(4 << 30)
        hoard[0] = 1
    return extract(store, message)


if __name__ == "__main__":
    worker.main(extract_or_fail)
