"""Auth on a real database, with a clock that the test moves and quick hashes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from chassis.db import Database, Row
from contracts.account import Holder
from contracts.auth import Activation, Client, Credentials, SessionToken, SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.bootstrap import Auth
from services.auth.domain.digests import token_hash
from services.auth.settings import StoreSettings

KEY = "0f" * 32
NUMEN = "10E9812345ABC"
PASSWORD = "lilas cheval tambour"


class MovableClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class System:
    """What the tests act on: the use cases, the clock, and a look at the tables."""

    auth: Auth
    clock: MovableClock
    database: Database
    owner: Database
    """The same, as the owner of its tables."""
    url: str
    refused: list[tuple[int, str]] = field(default_factory=list)

    def rows(self, sql: str, *params: object) -> list[Row]:
        with self.database.transaction() as tx:
            return tx.all(sql, params)

    def import_line(self, **changes: str) -> None:
        values = {
            "nom": "Brindacier",
            "prenom": "Camille",
            "date_naissance": "1984-03-05",
            "numen": NUMEN,
            "categorie": "enseignant 2nd degré",
            "uai": "0340042X",
            "departement": "Hérault",
        }
        self.auth.import_agents([(2, values | changes, "")], lambda line, why: self.refused.append((line, why)))
        assert self.refused == []

    def credentials(self, login: str, password: str, source: str = "192.0.2.1") -> Credentials:
        return Credentials(login=login, password=SecretStr(password), client=Client(source=source))

    def ticket(self, login: str = "camille.brindacier", numen: str = NUMEN) -> str:
        reply = self.auth.sign_in(self.credentials(login, numen))
        assert reply.must_choose_password is not None
        assert reply.signed_in is None
        return reply.must_choose_password.ticket.get_secret_value()

    def activate(self, ticket: str, password: str = PASSWORD, code: str = "") -> SignedIn:
        request = Activation(ticket=SecretStr(ticket), password=SecretStr(password), code=SecretStr(code))
        return self.auth.choose_password(request)

    def sign_in(
        self,
        login: str = "camille.brindacier",
        password: str = PASSWORD,
        source: str = "192.0.2.1",
        **client: object,
    ) -> SignedIn:
        """`client`: more of contracts.auth.Client."""
        credentials = self.credentials(login, password, source)
        told = credentials.client.model_copy(update=client)
        reply = self.auth.sign_in(credentials.model_copy(update={"client": told}))
        assert reply.signed_in is not None
        assert reply.must_choose_password is None
        return reply.signed_in

    def active_agent(self) -> SignedIn:
        self.import_line()
        return self.activate(self.ticket())


def token(signed_in: SignedIn) -> SessionToken:
    return SessionToken(token=signed_in.token)


def holder(signed_in: SignedIn, **client: object) -> Holder:
    """Who asks from that session."""
    session_id = token_hash(signed_in.token.get_secret_value()).hex()
    told = Client.model_validate({"source": "192.0.2.1"} | client)
    return Holder(account_id=signed_in.agent.account_id, session_id=session_id, client=told)


def refused(code: ErrorCode, act: Callable[[], object]) -> ServiceError:
    """The ServiceError that `act` must raise."""
    with pytest.raises(ServiceError) as raised:
        act()
    assert raised.value.code == code
    return raised.value


def settings(url: str, **changes: object) -> StoreSettings:
    given: dict[str, object] = {
        "auth_database_url": url,
        "auth_hmac_key": KEY,
        "auth_argon2_time_cost": 1,
        "auth_argon2_memory_kib": 8_192,
    }
    return StoreSettings.model_validate(given | changes)
