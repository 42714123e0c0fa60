"""A whole life of accounts on a private system of every process, at its most talkative; then nothing that was secret in
it stands anywhere: no log, no event, no queue, no dump of any database."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg2
import pytest

from chassis.db import Database
from chassis.outbox import enqueue
from contracts.auth import CredentialChanged
from deploy.local.system import Options, System, erase
from tests.integration.browser import Browser, cli, eventually, link_in, mail_to
from tests.integration.secret_search import found, listen, places

DOMAIN = "ac-montpellier.example"
HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement"
ZOE, IDA = f"zoe.fictif@{DOMAIN}", f"ida.fictif@{DOMAIN}"
PERSONAL = "zoe@courriel.example"
PEOPLE = {
    "numen": "34S2698761XYZ",
    "numen with a code": "34S2698762XYZ",
    "birth date": "14/07/1981",
    "birth date, the other form": "1981-07-14",
    "birth date, digits": "14071981",
    "birth date, digits backwards": "19810714",
}
NUMEN, CODED_NUMEN, BIRTH_DATE = PEOPLE["numen"], PEOPLE["numen with a code"], PEOPLE["birth date"]
PASSWORDS = {
    "first password": "tambour des lilas",
    "second password": "guirlande orange 17",
    "third password": "brouette mauve 23",
    "refused password": "fictif14071981",
    "guessed password": "mauvaise devinette",
}
FIRST, SECOND, THIRD = (PASSWORDS[f"{which} password"] for which in ("first", "second", "third"))
OVERRIDES = {"LOG_LEVEL": "DEBUG", "AUTH_ARGON2_TIME_COST": "1", "AUTH_ARGON2_MEMORY_KIB": "8192"}


class Life:
    """What two agents do, and every secret that came up in it, by what it was."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.secrets = PEOPLE | PASSWORDS

    def live(self) -> None:
        people = (f"Fictif;Zoé;{BIRTH_DATE};{NUMEN};administratif", f"Fictif;Ida;{BIRTH_DATE};{CODED_NUMEN};direction")
        cli(self._system, "import", "-", stdin="\n".join([HEADER, *(f"{person};0340042X;Gard" for person in people)]))
        with Browser(self._system) as browser, Browser(self._system) as other:
            self._activate(browser)
            self._activate_with_a_code(other)
            self._fail(other)
            codes = self._enrol(browser)
            self._recover_by_mail(other)
            self._recover_by_code(other, codes[0])

    def _activate(self, browser: Browser) -> None:
        ticket = self._keep("ticket", browser.sign_in(ZOE, f" {NUMEN.lower()} ").json()["ticket"])
        form = {"ticket": ticket, "recovery_email": PERSONAL}
        weak = browser.post("/activation", form | {"password": PASSWORDS["refused password"]})
        assert weak.status_code == 422
        self._signed_in("first session", browser, browser.post("/activation", form | {"password": FIRST}))
        link = self._keep("confirming link", self._link(PERSONAL, "adresse-de-secours"))
        assert browser.post("/recovery/email", {"token": link}).status_code == 204

    def _activate_with_a_code(self, browser: Browser) -> None:
        printed = cli(self._system, "code", "--address", IDA, "--operator", "essai").splitlines()[0]
        self._keep("paper code", printed)
        self._keep("paper code, symbols", printed.replace("-", ""))
        ticket = self._keep("second ticket", browser.sign_in(IDA, CODED_NUMEN).json()["ticket"])
        form = {"ticket": ticket, "password": FIRST}
        assert browser.post("/activation", form | {"code": "ZZZZ-ZZZZ"}).status_code == 422
        self._signed_in("session by code", browser, browser.post("/activation", form | {"code": printed}))
        assert browser.act("DELETE", "/session").status_code == 204

    def _fail(self, browser: Browser) -> None:
        for password in (NUMEN, PASSWORDS["guessed password"]):
            assert browser.sign_in(ZOE, password).status_code == 401
        assert httpx.get(f"{self._system.addresses.web}/.well-known/jmap", auth=(ZOE, FIRST)).status_code == 200
        for form in ({"numen": NUMEN[:-1]}, {"birth_date": "14/07/81"}, {"birth_date": "15/07/1981"}):
            asked = self._identification(browser) | form
            assert browser.post("/recovery", asked).status_code in (202, 400)
        assert browser.post("/recovery", {"numen": NUMEN, "birth_date": BIRTH_DATE}).status_code == 400
        assert browser.post("/session", {"login": ZOE, "password": {"a": FIRST}}).status_code == 400

    def _enrol(self, browser: Browser) -> list[str]:
        codes: list[str] = browser.act("POST", "/account/recovery-codes", {"current": FIRST}).json()["codes"]
        for number, code in enumerate(codes):
            self._keep(f"printed code {number}", code)
            self._keep(f"printed code {number}, symbols", code.replace("-", ""))
        return codes

    def _recover_by_mail(self, browser: Browser) -> None:
        self._keep("recovery", browser.post("/recovery", self._identification(browser)).json()["recovery"])
        link = self._keep("link", self._link(PERSONAL, "nouveau-mot-de-passe"))
        answer = browser.post("/recovery/password", {"ticket": link, "password": SECOND})
        self._signed_in("session by link", browser, answer)

    def _recover_by_code(self, browser: Browser, code: str) -> None:
        recovery = browser.post("/recovery", self._identification(browser)).json()["recovery"]
        self._keep("second recovery", recovery)
        wrong = browser.post("/recovery/code", {"recovery": recovery, "code": "2222-2222-2222-2222-2222"})
        assert wrong.status_code == 422
        ticket = browser.post("/recovery/code", {"recovery": recovery, "code": code.lower()}).json()["ticket"]
        answer = browser.post("/recovery/password", {"ticket": self._keep("third ticket", ticket), "password": THIRD})
        self._signed_in("session by printed code", browser, answer)
        assert "Votre mot de passe a changé" in mail_to(self._system, PERSONAL, "Un nouveau mot de passe")

    def _identification(self, browser: Browser) -> dict[str, object]:
        return {"numen": NUMEN, "birth_date": BIRTH_DATE, "solved": browser.solved()}

    def _link(self, address: str, route: str) -> str:
        return link_in(mail_to(self._system, address, f"/#/{route}/"), route)

    def _signed_in(self, what: str, browser: Browser, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text
        self._keep(what, browser.http.cookies["wm_session"])
        self._keep(f"{what}, csrf", browser.csrf)
        if device := browser.http.cookies.get("wm_device"):
            self._keep(f"{what}, device", device)

    def _keep(self, what: str, secret: str) -> str:
        assert len(secret) >= 8, what
        self.secrets[what] = secret
        return secret


@pytest.fixture(scope="module")
def system(test_home: Path) -> Iterator[System]:
    options = Options(home=test_home / "secrets", preferred_ports={}, overrides=OVERRIDES, durable=False)
    with System(options) as started:
        started.up()
        listen(started)
        yield started
    erase(started.layout)


@pytest.fixture(scope="module")
def life(system: System) -> Life:
    lived = Life(system)
    lived.live()
    return lived


def test_nothing_that_was_secret_stands_anywhere(system: System, life: Life) -> None:
    everywhere = places(system)
    assert {"log auth-rpc.log", "log gateway.log", "log postgres.log", "log rabbitmq.log"} <= everywhere.keys()
    assert {"event auth.account.created", "event auth.credential.changed"} <= everywhere.keys()
    assert {f"database {name}" for name in ("auth", "mail", "calendar", "contacts")} <= everywhere.keys()
    assert ZOE.encode() in everywhere["database auth"], "the dump holds what is no secret"
    assert b'"level":"debug"' in everywhere["log auth-rpc.log"]
    assert len(life.secrets) > 40
    assert found(life.secrets, everywhere) == set()


def test_a_secret_that_stands_somewhere_is_found(system: System, life: Life) -> None:
    """Otherwise finding nothing would mean nothing."""
    with (system.layout.logs / "auth-rpc.log").open("a") as log:
        log.write(json.dumps({"msg": f"signing in with {FIRST.upper()}"}) + "\n")
    url = system.addresses.database_urls["auth"]
    with psycopg2.connect(url, connect_timeout=5) as connection, connection.cursor() as cursor:
        sql = "INSERT INTO recovery_attempt (token_hash, account_id, expires_at) VALUES (%s, %s, now() + '1 day')"
        cursor.execute(sql, (life.secrets["link"].encode(), NUMEN))
    with Database(url, size=1).transaction() as tx:
        enqueue(tx, CredentialChanged(account_id=life.secrets["printed code 0"]))
    planted = {"first password", "numen", "link", "printed code 0"}
    seen: set[tuple[str, str]] = set()

    def all_found() -> bool:
        seen.update(found(life.secrets, places(system)))
        return {name for name, _ in seen} == planted

    eventually(all_found)
    assert ("first password", "log auth-rpc.log") in seen
    assert {("numen", "database auth"), ("link", "database auth")} <= seen
    assert ("printed code 0", "event auth.credential.changed") in seen
