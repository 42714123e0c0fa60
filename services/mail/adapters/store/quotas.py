"""What an account may hold and holds (RFC 9425). The sums are kept by unit; here they are read, limited and proved."""

from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.adapters.store.unit import Unit, unit
from services.mail.application.quotas import Drift
from services.mail.application.rows import QuotaLimits, QuotaRow

_SELECT = """
SELECT id, resource_type, used,
       coalesce(hard_limit, CASE resource_type WHEN 'octets' THEN %(octets)s ELSE %(emails)s END)
FROM quota WHERE account_id = %(account)s AND (%(all)s OR id = ANY(%(ids)s)) ORDER BY id
"""

_COUNTED = """
SELECT coalesce(sum(m.size), 0)::bigint AS octets, count(*) AS emails
FROM email e JOIN message m ON m.id = e.message_id WHERE e.account_id = %s
"""


def quotas(tx: Transaction, account_id: str, limits: QuotaLimits, ids: Sequence[int] | None) -> list[QuotaRow]:
    values = {
        "account": account_id,
        "octets": limits.octets,
        "emails": limits.emails,
        "all": ids is None,
        "ids": list(ids or ()),
    }
    return [QuotaRow(*row) for row in tx.tuples(_SELECT, values)]


def has_room(work: Unit, limits: QuotaLimits, octets: int) -> bool:
    """For one email more, what this write did so far included."""
    used, own = work.used, work.own_limits
    hard_octets = limits.octets if own.octets is None else own.octets
    hard_emails = limits.emails if own.emails is None else own.emails
    return used.octets + octets <= hard_octets and used.emails < hard_emails


class Quotas:
    """Implements application.quotas.Quotas."""

    def account_of(self, tx: Transaction, address: str) -> str | None:
        row = tx.one("SELECT account_id FROM address WHERE address = %s", (address.lower(),))
        return str(row["account_id"]) if row else None

    def accounts(self, tx: Transaction, after: str, limit: int) -> list[str]:
        sql = "SELECT account_id FROM account_state WHERE account_id > %s ORDER BY account_id LIMIT %s"
        return [account_id for (account_id,) in tx.tuples(sql, (after, limit))]

    def limit(self, tx: Transaction, account_id: str, octets: int | None, emails: int | None) -> None:
        with unit(tx, account_id) as work:
            tx.execute(
                "UPDATE account_state SET hard_octets = %s, hard_emails = %s, limits_ms = %s WHERE account_id = %s",
                (octets, emails, work.ticks("Quota", 2)[-1], account_id),
            )

    def rows(self, tx: Transaction, account_id: str, limits: QuotaLimits) -> list[QuotaRow]:
        return quotas(tx, account_id, limits, None)

    def recount(self, tx: Transaction, account_id: str, *, mend: bool) -> Drift:
        with unit(tx, account_id) as work:
            counted = tx.only(_COUNTED, (account_id,))
            drift = Drift(work.used.octets - counted["octets"], work.used.emails - counted["emails"])
            if mend and drift != Drift(0, 0):
                work.use(-drift.octets, -drift.emails)
        return drift
