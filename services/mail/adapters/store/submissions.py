"""What was handed over to be sent."""

from collections.abc import Mapping, Sequence

import orjson

from chassis.db import Transaction
from services.mail.adapters.store.tombstones import bury
from services.mail.adapters.store.unit import Unit
from services.mail.application.rows import SubmissionRow

_COLUMNS = "id, email_id, thread_id, mail_from::text, rcpt_to::text, send_at, undo_status, delivery::text, identity_id"


def submissions(tx: Transaction, account_id: str, ids: Sequence[int] | None, limit: int) -> list[SubmissionRow]:
    rows = tx.tuples(
        f"SELECT {_COLUMNS} FROM submission WHERE account_id = %(account)s AND (%(all)s OR id = ANY(%(ids)s))"  # noqa: S608
        " ORDER BY send_at DESC, id DESC LIMIT %(limit)s",
        {"account": account_id, "all": ids is None, "ids": list(ids or ()), "limit": limit},
    )
    return [
        SubmissionRow(
            id=row[0],
            email_id=row[1],
            thread_id=row[2],
            mail_from=orjson.loads(row[3]),
            rcpt_to=orjson.loads(row[4]),
            send_at=row[5],
            undo_status=row[6],
            delivery=orjson.loads(row[7]),
            identity_id=row[8],
        )
        for row in rows
    ]


def add(unit: Unit, new: SubmissionRow) -> None:
    modseq = unit.tick("EmailSubmission")
    unit.tx.execute(
        "INSERT INTO submission (account_id, id, email_id, thread_id, mail_from, rcpt_to, send_at, undo_status,"
        " delivery, identity_id, created_ms, updated_ms) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            unit.account_id,
            new.id,
            new.email_id,
            new.thread_id,
            _json(new.mail_from),
            _json(new.rcpt_to),
            new.send_at,
            new.undo_status,
            _json(new.delivery),
            new.identity_id,
            modseq,
            modseq,
        ),
    )


def set_delivery(unit: Unit, submission_id: int, delivery: Mapping[str, object]) -> None:
    """Puts these addresses' statuses beside or in place of the old ones; nothing when the submission is gone."""
    row = unit.tx.one(
        "SELECT delivery FROM submission WHERE account_id = %s AND id = %s", (unit.account_id, submission_id)
    )
    if row is not None:
        unit.tx.execute(
            "UPDATE submission SET delivery = %s, updated_ms = %s WHERE account_id = %s AND id = %s",
            (_json({**row["delivery"], **delivery}), unit.tick("EmailSubmission"), unit.account_id, submission_id),
        )


def update(unit: Unit, submission_id: int, undo_status: str, delivery: Mapping[str, object]) -> None:
    values = (unit.account_id, submission_id)
    if unit.tx.one("SELECT 1 FROM submission WHERE account_id = %s AND id = %s", values) is not None:
        unit.tx.execute(
            "UPDATE submission SET undo_status = %s, delivery = %s, updated_ms = %s WHERE account_id = %s AND id = %s",
            (undo_status, _json(delivery), unit.tick("EmailSubmission"), *values),
        )


def destroy(unit: Unit, submission_id: int) -> None:
    row = unit.tx.one(
        "DELETE FROM submission WHERE account_id = %s AND id = %s RETURNING created_ms",
        (unit.account_id, submission_id),
    )
    if row is not None:
        bury(unit, "EmailSubmission", [(submission_id, row["created_ms"], None)])


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
