"""Makes an active account at once, for programs and demonstrations. From the command line only."""

from dataclasses import dataclass, replace

from contracts.auth import AccountChanged, AccountCreated, Agent
from contracts.base import new_account_id
from services.auth.application.account_events import announce
from services.auth.application.give_identifiers import give_short_logins
from services.auth.application.new_password import NewPassword
from services.auth.application.ports import AuthTransaction, Clock, Hasher, Store
from services.auth.application.shut_out import shut_out
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.address import names_from, normalise_login
from services.auth.domain.digests import KeyRing
from services.auth.domain.names import InvalidNameError
from services.auth.domain.password_policy import is_too_long, normalise_password
from services.auth.domain.trail import Action, By, Entry


class RefusedAgentError(ValueError):
    """Why the account can't be made, in French. Never holds the password."""


@dataclass(frozen=True, slots=True)
class MadeAgent:
    """`advice`: what the password policy would have said; the command line is the operator's own."""

    account_id: str
    advice: tuple[str, ...]


class MakeAgent:
    def __init__(
        self, store: Store, keys: KeyRing, hasher: Hasher, new_password: NewPassword, clock: Clock, domain: str
    ) -> None:
        self._store = store
        self._keys = keys
        self._hasher = hasher
        self._new_password = new_password
        self._clock = clock
        self._domain = domain

    def __call__(self, address: str, password: str, *, category: str, uai: str, departement: str) -> MadeAgent:
        """Creates the account, activates it, or gives it this password; again with the same changes nothing.
        `category`, `uai` and `departement` only serve a new account. Raises RefusedAgentError."""
        normalised = normalise_login(address, self._domain)
        if normalised is None:
            raise RefusedAgentError(f"adresse attendue : prenom.nom@{self._domain}")
        if not password or is_too_long(password):
            raise RefusedAgentError("le mot de passe doit compter de 1 à 1 024 octets")
        secret = normalise_password(password)
        known = self._known(normalised)
        if known is None or not self._is_set(known, secret):
            password_hash = self._hasher.hash(secret)
            with self._store.begin() as tx:
                fresh = self._fresh(normalised, category, uai, departement)
                known = self._write(tx, normalised, fresh, password_hash)
        return MadeAgent(known.agent.account_id, tuple(self._new_password.advice(known, secret)))

    def _known(self, address: str) -> Account | None:
        with self._store.begin() as tx:
            return tx.account_by_address(address)

    def _is_set(self, account: Account, password: str) -> bool:
        if account.state != "active" or account.password_hash is None:
            return False
        return self._hasher.verify(account.password_hash, password)

    def _fresh(self, address: str, category: str, uai: str, departement: str) -> Account:
        try:
            given_name, family_name = names_from(address)
        except InvalidNameError:
            raise RefusedAgentError("cette adresse ne donne pas de nom") from None
        agent = Agent(
            account_id=new_account_id(),
            address=address,
            given_name=given_name,
            family_name=family_name,
            category=category,
            uai=uai,
            departement=departement,
        )
        return Account(agent, "active")

    def _claim(self, tx: AuthTransaction, agent: Agent) -> str:
        """Enters the address in the ledger; returns the short identifier that goes with it."""
        tx.begin_import_batch()
        if tx.is_short_login(agent.address.partition("@")[0]):
            raise RefusedAgentError("cette adresse est déjà l’identifiant court d’un agent")
        if agent.address not in tx.claim_addresses([(agent.address, agent.account_id)]):
            raise RefusedAgentError("cette adresse a déjà été attribuée")
        return give_short_logins(tx, {agent.account_id: agent.address}, self._domain)[agent.account_id]

    def _write(self, tx: AuthTransaction, address: str, fresh: Account, password_hash: str) -> Account:
        known = tx.account_by_address(address, lock=True)
        if known is None:
            short_login = self._claim(tx, fresh.agent)
            account = replace(
                fresh, password_hash=password_hash, password_changed_at=self._clock(), short_login=short_login
            )
            tx.add_accounts([account])
            announce(tx, [(AccountCreated, account)])
            self._note(tx, account, Action.ACCOUNT_CREATED, Action.ACTIVATED)
            return account
        if known.state not in ("active", "never_activated"):
            raise RefusedAgentError("ce compte est suspendu ou fermé")
        account = replace(known, state="active", password_hash=password_hash)
        tx.set_password(account.agent.account_id, password_hash, self._clock())
        shut_out(tx, account.agent.account_id)
        tx.end_activation(account.agent.account_id)
        if known.state != "active":
            announce(tx, [(AccountChanged, account)])
        self._note(tx, account, Action.PASSWORD_CHANGED if known.state == "active" else Action.ACTIVATED)
        return account

    def _note(self, tx: AuthTransaction, account: Account, *actions: Action) -> None:
        entries = (Entry(action, account.agent.account_id, By.ADMINISTRATION) for action in actions)
        record(tx, self._keys, self._clock(), *entries)
