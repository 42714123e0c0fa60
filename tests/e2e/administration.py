"""What the administration does beside the browser: makes accounts, opens activations, and knows the displayed codes."""

import csv
import io
import itertools
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import psycopg2
from playwright.sync_api import expect

from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from services.auth.domain.challenge import read_challenge
from services.auth.domain.digests import KeyRing
from tests.e2e.agents import DOMAIN, Agent
from tests.e2e.app import App

COMMAND_SECONDS = 60
MAIL_SECONDS = 20.0
BIRTH_DATE = "1984-03-05"
_LINK = re.compile(r"https?://\S+/#/\S+")


class Administration:
    def __init__(self, system: System) -> None:
        self._system = system
        self._keys = KeyRing((bytes.fromhex(system.environment["AUTH_HMAC_KEY"]),))
        self._numbers = itertools.count(13_000)

    def newcomer(self, given: str, family: str, category: str = "enseignant 2nd degré") -> Agent:
        """An agent whom the administration has just made, and whose NUMEN opens the activation. Names in ASCII, given
        to nobody else."""
        numen = f"11E23{next(self._numbers)}XYZ"
        row = (family.upper(), given, BIRTH_DATE, numen, category, "0349001X", "Hérault")
        text = io.StringIO()
        table = csv.writer(text, delimiter=";")
        table.writerow(("nom", "prenom", "date_naissance", "numen", "categorie", "uai", "departement"))
        table.writerow(row)
        assert "1 créé" in self.auth("import", "-", given=text.getvalue())
        return Agent(given, family, f"{given.lower()}.{family.lower()}@{DOMAIN}", numen)

    def auth(self, *arguments: str, given: str = "") -> str:
        """What a command of auth says."""
        done = subprocess.run(
            [sys.executable, "-m", "services.auth.cli", *arguments],
            cwd=CHECKOUT,
            env=self._system.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def code_for(self, agent: Agent) -> str:
        """The one-time code that a letter would bring."""
        return self.auth("code", "--address", agent.address, "--operator", "Rectorat").splitlines()[0]

    def open_activation(self, agent: Agent) -> None:
        self.auth("open", "--address", agent.address, "--operator", "Rectorat")

    def call_back(self, agent: Agent) -> str:
        """After a telephone call to the number in the file: the activation opens again, in a day. The code for it."""
        return self.auth("call-back", "--address", agent.address, "--operator", "Assistance").splitlines()[0]

    def lapse_activation(self, agent: Agent) -> None:
        """As if the time that the administration gave had passed."""
        with psycopg2.connect(self._system.addresses.database_urls["auth"]) as connection, connection.cursor() as rows:
            rows.execute(
                "UPDATE activation SET asked_at = now() - interval '2 days', opens_at = now() - interval '2 days',"
                " closes_at = now() - interval '1 second' FROM account"
                " WHERE activation.account_id = account.account_id AND account.address = %s",
                (agent.address,),
            )
            assert rows.rowcount == 1
        connection.close()

    def displayed_code(self, app: App) -> str:
        """What an agent reads in the picture: from its token, with auth's key."""
        picture = app.page.get_by_alt_text(re.compile("Image du code"))
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("image => image.naturalWidth") > 0
        token = (picture.get_attribute("src") or "").split("/")[-2]
        challenge = read_challenge(self._keys, token, datetime.now(UTC))
        assert challenge
        return challenge.code

    def letter_to(self, address: str, subject: str) -> EmailMessage:
        """The newest message with that subject that left for `address`."""
        end = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < end:
            for file in sorted(self._system.addresses.outside.glob("*.eml"), reverse=True):
                message = message_from_bytes(file.read_bytes(), policy=policy.default)
                if address in str(message["X-Envelope-To"]) and subject in str(message["Subject"]):
                    return message
            time.sleep(0.2)
        raise AssertionError(f"no message « {subject} » left for {address} in {MAIL_SECONDS:.0f} s")

    def link_to(self, address: str, subject: str) -> str:
        """The link in that message, as a mail program would open it."""
        body = self.letter_to(address, subject).get_body(("plain",))
        assert body
        found = _LINK.search(body.get_content())
        assert found
        return found[0]
