"""Who an account writes as."""

from collections.abc import Sequence

import orjson

from chassis.db import Transaction
from services.mail.adapters.store.tombstones import bury
from services.mail.adapters.store.unit import Unit
from services.mail.application.rows import IdentityEdit, IdentityRow
from services.mail.domain.identities import OWN

_SELECT = """
SELECT i.id, coalesce(i.name, btrim(a.given_name || ' ' || a.family_name)), i.email, i.reply_to, i.bcc,
       i.text_signature, i.html_signature
FROM identity i JOIN account a USING (account_id)
WHERE i.account_id = %(account)s AND (%(all)s OR i.id = ANY(%(ids)s))
ORDER BY i.id
"""

_UPDATE = """
UPDATE identity i
SET name = CASE WHEN i.id = %(own)s THEN nullif(%(name)s, btrim(a.given_name || ' ' || a.family_name))
           ELSE %(name)s END,
    reply_to = %(reply_to)s, bcc = %(bcc)s, text_signature = %(text)s, html_signature = %(html)s,
    updated_ms = %(modseq)s
FROM account a WHERE i.account_id = %(account)s AND i.id = %(id)s AND a.account_id = i.account_id
"""
"""Who writes under the name that the directory has goes on to do so when it changes there."""

_OWN = """
INSERT INTO identity (account_id, id, email, created_ms, updated_ms)
SELECT account_id, %(id)s, address, %(modseq)s, %(modseq)s FROM account WHERE account_id = %(account)s
ON CONFLICT (account_id, id) DO UPDATE SET updated_ms = excluded.updated_ms
"""


def identities(tx: Transaction, account_id: str, ids: Sequence[int] | None) -> list[IdentityRow]:
    rows = tx.tuples(_SELECT, {"account": account_id, "all": ids is None, "ids": list(ids or ())})
    return [IdentityRow(*row) for row in rows]


def renew_own(unit: Unit) -> None:
    """The account's own identity is there, and shows the name that the directory has now."""
    values = {"id": OWN, "modseq": unit.tick("Identity"), "account": unit.account_id}
    unit.tx.execute(_OWN, values)


def create(unit: Unit, email: str, edit: IdentityEdit) -> int:
    number, modseq = unit.new_id(), unit.tick("Identity")
    unit.tx.execute(
        "INSERT INTO identity (account_id, id, email, created_ms, updated_ms) VALUES (%s, %s, %s, %s, %s)",
        (unit.account_id, number, email, modseq, modseq),
    )
    _write(unit, number, edit, modseq)
    return number


def update(unit: Unit, identity_id: int, edit: IdentityEdit) -> None:
    _write(unit, identity_id, edit, unit.tick("Identity"))


def destroy(unit: Unit, identity_id: int) -> None:
    row = unit.tx.only(
        "DELETE FROM identity WHERE account_id = %s AND id = %s RETURNING created_ms", (unit.account_id, identity_id)
    )
    bury(unit, "Identity", [(identity_id, row["created_ms"], None)])


def _write(unit: Unit, identity_id: int, edit: IdentityEdit, modseq: int) -> None:
    values = {
        "own": OWN,
        "name": edit.name,
        "reply_to": _json(edit.reply_to),
        "bcc": _json(edit.bcc),
        "text": edit.text_signature,
        "html": edit.html_signature,
        "modseq": modseq,
        "account": unit.account_id,
        "id": identity_id,
    }
    unit.tx.execute(_UPDATE, values)


def _json(addresses: object) -> str | None:
    return None if addresses is None else orjson.dumps(addresses).decode()
