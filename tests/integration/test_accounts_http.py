"""Accounts over HTTP, on the real processes: activation, throttling, recovery, sessions, and what the administration
does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from deploy.local.system import System
from tests.infra.processes import Processes
from tests.integration.browser import CHROME, FIREFOX, Browser, cli, eventually, link_in, mail_to

DOMAIN = "ac-montpellier.example"
PASSWORD, OTHER = "tambour des lilas", "guirlande orange 17"
HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement"
QUICK_HASHES = {"AUTH_ARGON2_TIME_COST": "1", "AUTH_ARGON2_MEMORY_KIB": "8192"}
PROGRAMS = ("gateway", "auth-rpc", "auth-outbox", "auth-notices", "outside")


@pytest.fixture(scope="module")
def system(processes: Processes) -> Iterator[System]:
    with processes(*PROGRAMS, **QUICK_HASHES) as started:
        cli(started, "import", "-", stdin="\n".join([HEADER, *(person.line for person in (EVE, LOU, ROSE, HEAD))]))
        yield started


def made(system: System, name: str) -> str:
    """The address of a new agent whose password is PASSWORD."""
    address = f"{name}@{DOMAIN}"
    cli(system, "agent", "--address", address, "--password-stdin", stdin=PASSWORD)
    return address


@dataclass(frozen=True)
class Person:
    """Somebody in the personnel files, without a password yet."""

    family_name: str
    given_name: str
    numen: str
    category: str = "administratif"
    birth_date: str = "14/07/1981"

    @property
    def address(self) -> str:
        return f"{self.given_name}.{self.family_name}@{DOMAIN}".lower()

    @property
    def line(self) -> str:
        return f"{self.family_name};{self.given_name};{self.birth_date};{self.numen};{self.category};0340042X;Gard"

    def identification(self, browser: Browser) -> dict[str, object]:
        return {"numen": self.numen, "birth_date": self.birth_date, "solved": browser.solved()}


EVE, LOU = Person("Oubli", "Eve", "34S2612345XYZ"), Person("Papier", "Lou", "34S2612346XYZ")
ROSE = Person("Rappel", "Rose", "34S2612347XYZ")
HEAD = Person("Principal", "Ida", "34S2612348XYZ", category="direction")


def activated(system: System, person: Person) -> str:
    """The address of somebody of the personnel files who has chosen PASSWORD."""
    with Browser(system) as browser:
        ticket = browser.sign_in(person.address, person.numen).json()["ticket"]
        assert browser.post("/activation", {"ticket": ticket, "password": PASSWORD}).status_code == 200
    return person.address


def confirm_recovery_address(system: System, browser: Browser, personal: str) -> None:
    browser.act("PUT", "/account/recovery-email", {"current": PASSWORD, "address": personal})
    token = link_in(mail_to(system, personal, "/#/adresse-de-secours/"), "adresse-de-secours")
    assert browser.post("/recovery/email", {"token": token}).status_code == 204


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_head_activates_with_the_code_of_a_letter_and_a_recovery_address(system: System) -> None:
    printed = cli(system, "code", "--address", HEAD.address, "--operator", "essai").splitlines()[0]
    with Browser(system) as browser:
        first = browser.sign_in(HEAD.address, HEAD.numen).json()
        assert (first["state"], first["needs_code"]) == ("must-choose-password", True)
        form = {"ticket": first["ticket"], "password": PASSWORD, "recovery_email": "ida@courriel.example"}
        wrong = browser.post("/activation", form | {"code": "AAAA-AAAA"})
        assert refusal(wrong) == (422, "bad-code")
        assert wrong.json()["tries_left"] > 0
        impossible = browser.post("/activation", form | {"code": printed, "recovery_email": "pas une adresse"})
        assert (refusal(impossible), impossible.json()["fields"]) == ((400, "invalid-request"), ["recovery_email"])
        assert browser.post("/activation", form | {"code": printed}).status_code == 200
        assert browser.get("/account").json()["means"]["email_confirmed"] is False
        assert "/#/adresse-de-secours/" in mail_to(system, "ida@courriel.example", "adresse-de-secours")
        assert refusal(browser.post("/activation", form | {"code": printed})) == (410, "ticket-expired")
        assert refusal(browser.sign_in(HEAD.address, HEAD.numen)) == (401, "bad-credentials")


def test_an_activation_asked_for_again_is_told_to_open_pages_and_stopped_by_one(system: System) -> None:
    activated(system, ROSE)
    with Browser(system) as page, Browser(system, CHROME) as other, Browser(system) as stranger:
        for browser in (page, other):
            assert browser.sign_in(ROSE.address, PASSWORD).status_code == 200
        assert page.get("/account").json()["reopening"] is None
        with page.open_stream() as here, other.open_stream() as there:
            cli(system, "call-back", "--address", ROSE.address, "--operator", "essai")
            assert next(here).keys() == next(there).keys() == {"Account"}
            reopening = page.get("/account").json()["reopening"]
            assert reopening["opens_at"] - reopening["asked_at"] == 24 * 3_600
            assert refusal(stranger.sign_in(ROSE.address, ROSE.numen)) == (401, "bad-credentials")
            assert other.act("DELETE", "/account/reopening").status_code == 204
            assert next(here).keys() == {"Account"}
            assert page.get("/account").json()["reopening"] is None
            assert page.act("DELETE", "/account/reopening").status_code == 204


def test_after_wrong_guesses_a_displayed_code_is_asked_for_and_the_owner_gets_in(system: System) -> None:
    address = made(system, "paul.devine")
    with Browser(system) as guesser, Browser(system) as owner:
        answers = [refusal(guesser.sign_in(address, "faux")) for _ in range(8)]
        assert set(answers) == {(401, "bad-credentials"), (428, "challenge-required")}
        assert answers[-1] == (428, "challenge-required")
        assert refusal(guesser.sign_in(address, "faux", solved=guesser.solved())) == (401, "bad-credentials")
        assert refusal(owner.sign_in(address, PASSWORD)) == (428, "challenge-required")
        solved = owner.solved()
        for tried in (solved | {"typed": "000000"}, solved):
            assert refusal(owner.sign_in(address, PASSWORD, solved=tried)) == (428, "challenge-required")
        assert owner.sign_in(address, PASSWORD, solved=owner.solved()).status_code == 200
        assert owner.http.cookies["wm_device"]
        assert owner.act("DELETE", "/session").status_code == 204
        assert owner.sign_in(address, PASSWORD).status_code == 200
        assert refusal(guesser.sign_in(address, "faux")) == (428, "challenge-required")


def test_the_displayed_code_is_a_picture_and_a_sound(system: System) -> None:
    with Browser(system) as browser:
        token = browser.post("/challenges", {}).json()["token"]
        image, sound = browser.get(f"/challenges/{token}/image"), browser.get(f"/challenges/{token}/sound")
        assert (image.headers["content-type"], image.content[:4]) == ("image/png", b"\x89PNG")
        assert (sound.headers["content-type"], sound.content[8:12]) == ("audio/wav", b"WAVE")
        forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
        assert refusal(browser.get(f"/challenges/{forged}/image")) == (404, "not-found")


def test_a_shared_computer_keeps_nothing_once_the_browser_is_closed(system: System) -> None:
    address = made(system, "zoe.partage")
    with Browser(system) as browser:
        answer = browser.sign_in(address, PASSWORD, shared=True)
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("wm_session=")
        assert "max-age" not in cookie.lower()
        assert "expires" not in cookie.lower()
        assert browser.get("/session").json()["shared"] is True
        assert browser.get("/account/sessions").json()["sessions"][0]["shared"] is True
        assert "no-store" in browser.http.get("/.well-known/jmap").headers["cache-control"]
        out = browser.act("DELETE", "/session")
        assert out.headers["clear-site-data"] == '"cache", "storage"'
        assert not browser.is_signed_in


def test_sessions_are_listed_by_device_and_place_and_ended_one_by_one_or_all(system: System) -> None:
    address = made(system, "lea.partout")
    with Browser(system, FIREFOX) as here, Browser(system, CHROME) as there, Browser(system) as elsewhere:
        for browser in (elsewhere, there, here):
            assert browser.sign_in(address, PASSWORD).status_code == 200
        sessions = here.get("/account/sessions").json()["sessions"]
        assert [session["current"] for session in sessions] == [True, False, False]
        assert sessions[0]["browser"].startswith("Firefox")
        assert {session["place"] for session in sessions} == {"Cette machine"}
        (chrome,) = [session for session in sessions if session["browser"].startswith("Chrom")]
        with there.open_stream() as changes:
            assert here.act("DELETE", f"/account/sessions/{chrome['session_id']}").status_code == 204
            assert not there.is_signed_in
            assert list(changes) == []
        assert elsewhere.is_signed_in
        assert here.act("DELETE", "/account/sessions").status_code == 204
        assert not elsewhere.is_signed_in
        (own,) = here.get("/account/sessions").json()["sessions"]
        assert here.act("DELETE", f"/account/sessions/{own['session_id']}").status_code == 204
        assert not here.is_signed_in


def test_a_new_password_ends_every_session_and_opens_another(system: System) -> None:
    address = made(system, "luc.change")
    with Browser(system) as browser, Browser(system, CHROME) as other:
        for one in (other, browser):
            assert one.sign_in(address, PASSWORD).status_code == 200
        old = browser.http.cookies["wm_session"]
        wrong = browser.act("POST", "/account/password", {"current": "faux", "password": OTHER})
        assert refusal(wrong) == (403, "bad-credentials")
        weak = browser.act("POST", "/account/password", {"current": PASSWORD, "password": "azerty"})
        assert refusal(weak) == (422, "weak-password")
        assert browser.act("POST", "/account/password", {"current": PASSWORD, "password": OTHER}).status_code == 200
        assert browser.http.cookies["wm_session"] != old
        assert browser.is_signed_in
        assert not other.is_signed_in
        stale = httpx.get(f"{system.addresses.web}/api/v1/session", headers={"Cookie": f"wm_session={old}"})
        assert stale.status_code == 401
        assert refusal(other.sign_in(address, PASSWORD)) == (401, "bad-credentials")
        assert other.sign_in(address, OTHER).status_code == 200


def test_what_the_administration_suspends_ends_within_seconds(system: System) -> None:
    address = made(system, "max.suspendu")
    with Browser(system) as browser:
        assert browser.sign_in(address, PASSWORD).status_code == 200
        with browser.open_stream() as changes:
            cli(system, "suspend", "--address", address, "--operator", "essai")
            assert list(changes) == []
        eventually(lambda: not browser.is_signed_in, seconds=5)
        assert refusal(browser.sign_in(address, PASSWORD)) == (401, "bad-credentials")
        cli(system, "restore", "--address", address, "--operator", "essai")
        assert browser.sign_in(address, PASSWORD).status_code == 200


def test_a_recovery_address_serves_once_it_was_confirmed(system: System) -> None:
    address, personal = made(system, "eva.secours"), "eva@courriel.example"
    with Browser(system) as browser:
        browser.sign_in(address, PASSWORD)
        wanted = {"current": PASSWORD, "address": personal}
        means = browser.act("PUT", "/account/recovery-email", wanted).json()
        assert (means["email_confirmed"], "•" in means["email"]) == (False, True)
        impossible = browser.act("PUT", "/account/recovery-email", wanted | {"address": "pas une adresse"})
        assert (refusal(impossible), impossible.json()["fields"]) == ((400, "invalid-request"), ["address"])
        confirm_recovery_address(system, browser, personal)
        assert browser.get("/account").json()["means"]["email_confirmed"] is True
        assert refusal(browser.post("/recovery/email", {"token": "inconnu"})) == (410, "ticket-expired")


def test_a_lost_password_is_replaced_through_the_recovery_address(system: System) -> None:
    address, personal = activated(system, EVE), "eve@courriel.example"
    with Browser(system) as signed_in, Browser(system) as lost:
        assert signed_in.sign_in(address, PASSWORD).status_code == 200
        confirm_recovery_address(system, signed_in, personal)
        started = lost.post("/recovery", EVE.identification(lost))
        assert (started.status_code, set(started.json())) == (202, {"recovery", "expires_at"})
        text = mail_to(system, personal, "/#/nouveau-mot-de-passe/")
        assert address in text
        ticket = link_in(text, "nouveau-mot-de-passe")
        weak = lost.post("/recovery/password", {"ticket": ticket, "password": "azerty"})
        assert refusal(weak) == (422, "weak-password")
        assert lost.post("/recovery/password", {"ticket": ticket, "password": OTHER}).status_code == 200
        assert lost.is_signed_in
        assert not signed_in.is_signed_in
        again = lost.post("/recovery/password", {"ticket": ticket, "password": PASSWORD})
        assert refusal(again) == (410, "ticket-expired")
        assert signed_in.sign_in(address, OTHER).status_code == 200


def test_a_printed_code_does_without_a_mail_and_serves_once(system: System) -> None:
    address = activated(system, LOU)
    with Browser(system) as signed_in, Browser(system) as lost:
        assert signed_in.sign_in(address, PASSWORD).status_code == 200
        codes = signed_in.act("POST", "/account/recovery-codes", {"current": PASSWORD}).json()["codes"]
        assert signed_in.get("/account").json()["means"]["codes_left"] == len(codes) >= 5
        recovery = lost.post("/recovery", LOU.identification(lost)).json()["recovery"]
        wrong = lost.post("/recovery/code", {"recovery": recovery, "code": "aaaa-bbbb-cccc"})
        assert refusal(wrong) == (422, "bad-code")
        ticket = lost.post("/recovery/code", {"recovery": recovery, "code": codes[0]}).json()["ticket"]
        assert refusal(lost.post("/recovery/code", {"recovery": recovery, "code": codes[0]})) == (422, "bad-code")
        reset = {"ticket": ticket, "password": OTHER, "shared": True}
        assert lost.post("/recovery/password", reset).json()["session"]["shared"] is True
        assert lost.get("/account").json()["means"]["codes_left"] == len(codes) - 1
        assert not signed_in.is_signed_in


def test_whoever_does_not_exist_gets_the_same_answer_and_no_ticket(system: System) -> None:
    with Browser(system) as browser:
        nobody = Person("Personne", "Jean", "99Z9999999ZZZ")
        started = browser.post("/recovery", nobody.identification(browser))
        assert (started.status_code, set(started.json())) == (202, {"recovery", "expires_at"})
        code = browser.post("/recovery/code", {"recovery": started.json()["recovery"], "code": "aaaa-bbbb-cccc"})
        assert refusal(code) == (422, "bad-code")
        unsolved = nobody.identification(browser) | {"solved": {"token": "a" * 44, "typed": "234578", "nonce": "0"}}
        assert refusal(browser.post("/recovery", unsolved)) == (428, "challenge-required")
        malformed = nobody.identification(browser) | {"numen": "12"}
        assert (refusal(answer := browser.post("/recovery", malformed)), answer.json()["fields"]) == (
            (400, "invalid-request"),
            ["numen"],
        )


def test_the_activity_tells_what_happened_page_by_page(system: System) -> None:
    address = made(system, "tom.journal")
    with Browser(system) as browser:
        assert refusal(browser.sign_in(address, "faux")) == (401, "bad-credentials")
        assert browser.sign_in(address, PASSWORD).status_code == 200
        lines: list[dict[str, Any]] = []
        page = {"next": ""}
        while not lines or page["next"]:
            page = browser.get(f"/account/activity?limit=1&before={page['next']}").json()
            lines += page["lines"]
        (failed,) = [line for line in lines if line["action"] == "sign-in-failed"]
        assert (lines[0]["action"], lines[0]["by"]) == ("signed-in", "agent")
        assert (failed["by"], failed["place"]) == ("unknown", "Cette machine")
        assert failed["browser"].startswith("Firefox")
