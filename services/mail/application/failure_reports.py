"""Telling a sender of what could not be delivered: a report for the spool, its bytes in the blob store."""

from collections.abc import Mapping
from datetime import datetime

from chassis.blobs import BlobStore
from services.mail.application.spool import NewSpoolEntry
from services.mail.domain.delivery_report import HEADER_BYTES, FailedMessage, delivery_report
from services.mail.domain.spool_id import new_spool_id
from services.mail.domain.trace import received_by_submission, return_path


class FailureReports:
    def __init__(self, blobs: BlobStore, *, domain: str, institution: str) -> None:
        self._blobs = blobs
        self._domain = domain
        self._institution = institution

    def report(
        self,
        *,
        id_: str,
        sha256: str,
        sender: str,
        account_id: str,
        failures: Mapping[str, str],
        created_at: datetime,
        now: datetime,
        expired: bool = False,
    ) -> NewSpoolEntry:
        """`id_`: of what failed, for the report's Message-ID. `failures`: the last words by address. `expired`: nobody
        refused it, but we stop trying. The report's blob is durable when this returns."""
        header = self._blobs.read(sha256, 0, HEADER_BYTES).partition(b"\r\n\r\n")[0] + b"\r\n"
        told = FailedMessage(id_, sender, created_at, failures, header, expired)
        host = f"mx.{self._domain}"
        blob = self._blobs.put(
            delivery_report(told, host=host, domain=self._domain, institution=self._institution, at=now)
        )
        spool_id = new_spool_id()
        return NewSpoolEntry(
            id=spool_id,
            sha256=blob.sha256,
            size=blob.size,
            trace=return_path("") + received_by_submission(host=self._domain, spool_id=spool_id, at=now),
            mail_from="",
            source="report",
            submitter_id=None,
            submission_id=None,
            recipients=[(sender, account_id)],
        )
