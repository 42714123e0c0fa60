"""The owners of the accounts, as they are on the day before: some have signed in on the computer that they will use,
some read their mail with a program, and some will come with a new computer."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

from chassis.db import Database
from chassis.settings import from_environment, institution
from contracts.auth import Client, Credentials
from deploy.local.layout import SETTINGS
from services.auth.bootstrap import Auth, build
from services.auth.settings import StoreSettings

SCHOOL = "198.51.100.1"
PROGRAM = "Thunderbird"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_AT_ONCE = 2


class Means(StrEnum):
    """How an owner signs in."""

    KNOWN_DEVICE = "known device"
    NEW_DEVICE = "new device"
    MAIL_PROGRAM = "mail program"


@dataclass(frozen=True)
class Owner:
    """`device`: what the cookie of a known device holds."""

    address: str
    password: str
    means: Means
    device: str = ""


def make(environment: dict[str, str], accounts: int) -> list[Owner]:
    """Two in five with a known device, as many with a new one, the others with a mail program; all at the school."""
    settings = from_environment(StoreSettings, environment)
    database = Database(settings.auth_database_url, size=2 * _AT_ONCE)
    auth = build(settings, institution(str(SETTINGS)), database)
    domain = institution(str(SETTINGS)).institution.domain
    turns = (Means.KNOWN_DEVICE, Means.NEW_DEVICE, Means.MAIL_PROGRAM, Means.KNOWN_DEVICE, Means.NEW_DEVICE)
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(
                pool.map(
                    lambda number: _owner(auth, f"agent{number}.cible@{domain}", turns[number % len(turns)]),
                    range(accounts),
                )
            )
    finally:
        database.close()


def _owner(auth: Auth, address: str, means: Means) -> Owner:
    password = secrets.token_urlsafe(16)
    auth.make_agent(address, password, category="enseignant", uai="", departement="")
    client = Client(source=SCHOOL, user_agent=PROGRAM if means is Means.MAIL_PROGRAM else BROWSER)
    credentials = Credentials(login=address, password=SecretStr(password), client=client)
    if means is Means.MAIL_PROGRAM:
        auth.verify_password(credentials)
    if means is Means.KNOWN_DEVICE:
        reply = auth.sign_in(credentials)
        assert reply.signed_in is not None
        return Owner(address, password, means, reply.signed_in.device.get_secret_value())
    return Owner(address, password, means)
