"""Takes the administration's list of agents in, batch by batch: new ones get an account that they may activate, known
ones (by their NUMEN) are brought up to date, and a second run of the same file changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID, uuid4

from chassis.settings import AccountPolicy
from contracts.auth import AccountChanged, AccountCreated, Agent
from contracts.base import new_account_id
from services.auth.application.account_events import Change, announce
from services.auth.application.activation_rules import ActivationRules
from services.auth.application.agent_row import AgentRow, RefusedLineError, RowReader
from services.auth.application.give_identifiers import give_addresses, give_short_logins
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry

BATCH = 500

Line = tuple[int, Mapping[str, str], str]
"""Its number, its values by column, and why it can't be read ("" when it can)."""

Refused = Callable[[int, str], None]


@dataclass
class ImportReport:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


class ImportAgents:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock, policy: AccountPolicy, domain: str) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._policy = policy
        self._rules = ActivationRules(policy)
        self._domain = domain

    def __call__(self, lines: Iterable[Line], refused: Refused) -> ImportReport:
        """`refused` is told each line that stays out: its number, and the reason in French. Each batch commits by
        itself: an import that is cut off is finished by running it again."""
        report = ImportReport()
        import_id = uuid4()

        def refuse(line: int, reason: str) -> None:
            report.refused += 1
            refused(line, reason)

        rows = self._rows(lines, refuse)
        try:
            while batch := list(islice(rows, BATCH)):
                self._take_in(batch, import_id, report, refuse)
        finally:
            with self._store.begin() as tx:
                tx.end_import(import_id)
        return report

    def _rows(self, lines: Iterable[Line], refuse: Refused) -> Iterator[AgentRow]:
        reader = RowReader(self._policy, self._clock().date())
        for number, values, fault in lines:
            if fault:
                refuse(number, fault)
                continue
            try:
                yield reader.read(number, values)
            except RefusedLineError as error:
                refuse(number, str(error))

    def _take_in(self, batch: list[AgentRow], import_id: UUID, report: ImportReport, refuse: Refused) -> None:
        repeated: list[tuple[int, int]] = []
        now = self._clock()
        with self._store.begin() as tx:
            tx.begin_import_batch()
            rows = self._first_of_each(tx, batch, import_id, repeated)
            created, changed, rewritten = self._sort_out(tx, rows)
            created = self._with_identifiers(tx, created, rows)
            tx.add_accounts([account for account, _ in created])
            tx.put_activations([self._rules.first(account.agent.account_id, now) for account, _ in created])
            tx.change_identities([account for account, _ in rewritten])
            changes: list[Change] = [(AccountCreated, account) for account, _ in created]
            changes += [(AccountChanged, account) for account in changed]
            announce(tx, changes)
            entries = [_entry(Action.ACCOUNT_CREATED, account) for account, _ in created]
            entries += [_entry(Action.ACCOUNT_CHANGED, account, fields) for account, fields in rewritten if fields]
            record(tx, self._keys, now, *entries)
        for line, first in repeated:
            refuse(line, f"NUMEN déjà donné à la ligne {first}")
        report.created += len(created)
        report.changed += len(changed)
        report.unchanged += len(rows) - len(created) - len(changed)

    def _first_of_each(
        self, tx: AuthTransaction, batch: list[AgentRow], import_id: UUID, repeated: list[tuple[int, int]]
    ) -> dict[bytes, AgentRow]:
        """By digest of the NUMEN, the lines that bring one for the first time in this file."""
        rows: dict[bytes, AgentRow] = {}
        for row in batch:
            digest = self._keys.numen(row.numen).digest
            if digest in rows:
                repeated.append((row.line, rows[digest].line))
            else:
                rows[digest] = row
        earlier = tx.note_import_lines(import_id, self._clock(), {digest: row.line for digest, row in rows.items()})
        repeated.extend((rows.pop(digest).line, first) for digest, first in earlier.items())
        return rows

    def _sort_out(
        self, tx: AuthTransaction, rows: Mapping[bytes, AgentRow]
    ) -> tuple[list[tuple[Account, bytes]], list[Account], list[tuple[Account, list[str]]]]:
        """New accounts (without an address yet), those that changed for everybody, and all to be written again (the
        changed ones, and those whose digests or birth date alone differ) with the names of what the file changed."""
        known = self._known(tx, rows)
        created: list[tuple[Account, bytes]] = []
        changed: list[Account] = []
        rewritten: list[tuple[Account, list[str]]] = []
        for digest, row in rows.items():
            old = known.get(digest)
            if old is None:
                created.append((self._account(row, new_account_id(), "", None), digest))
                continue
            new = self._account(row, old.agent.account_id, old.agent.address, old)
            if new != old:
                rewritten.append((new, self._fields(old, new, row)))
            if new.agent != old.agent:
                changed.append(new)
        return created, changed, rewritten

    def _fields(self, old: Account, new: Account, row: AgentRow) -> list[str]:
        """What the file changed; digests that are only renewed under another key are no change."""
        before, after = old.agent.model_dump(), new.agent.model_dump()
        fields = [name for name, value in after.items() if before[name] != value]
        same = self._keys.is_birth_date(old.agent.account_id, row.birth_date, old.birth_date)
        return fields if same else [*fields, "birth_date"]

    def _known(self, tx: AuthTransaction, rows: Mapping[bytes, AgentRow]) -> dict[bytes, Account]:
        """Existing accounts by the current digest of their NUMEN, under whichever key they are stored."""
        current = {
            stored.digest: digest
            for digest, row in rows.items()
            for stored in self._keys.numen_under_every_key(row.numen)
        }
        found = tx.accounts_by_numen(list(current))
        return {current[stored]: account for stored, account in found.items()}

    def _account(self, row: AgentRow, account_id: str, address: str, old: Account | None) -> Account:
        """What the account should be after this line; equal to `old` when nothing is new."""
        agent = Agent(
            account_id=account_id,
            address=address,
            given_name=row.given_name,
            family_name=row.family_name,
            category=row.category,
            uai=row.uai,
            departement=row.departement,
        )
        numen = self._keys.numen(row.numen)
        birth_date = self._keys.birth_date(account_id, row.birth_date)
        if old is None:
            return Account(agent, "never_activated", numen, birth_date)
        return replace(old, agent=agent, numen=numen, birth_date=birth_date)

    def _with_identifiers(
        self, tx: AuthTransaction, created: list[tuple[Account, bytes]], rows: Mapping[bytes, AgentRow]
    ) -> list[tuple[Account, bytes]]:
        bases = {account.agent.account_id: rows[digest].base for account, digest in created}
        addresses = give_addresses(tx, bases, self._domain)
        short_logins = give_short_logins(tx, addresses, self._domain)
        return [
            (_identified(account, addresses[account.agent.account_id], short_logins[account.agent.account_id]), digest)
            for account, digest in created
        ]


def _entry(action: Action, account: Account, fields: Sequence[str] = ()) -> Entry:
    details = {"fields": ",".join(fields)} if fields else {}
    return Entry(action, account.agent.account_id, By.ADMINISTRATION, details=details)


def _identified(account: Account, address: str, short_login: str) -> Account:
    return replace(account, agent=account.agent.model_copy(update={"address": address}), short_login=short_login)
