"""What whoever is not signed in can do: prove to be no machine, ask for a way back, and never leave a trace."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.administration import Administration
from tests.e2e.agents import APOLLINE, CAMILLE, LEONIE, PASSWORD
from tests.e2e.conftest import WIDE, OpenApp
from tests.e2e.test_accessibility import violations

GUESSES = 6
"""One more than ThrottlePolicy.per_account_and_source lets by."""

SIZES = pytest.mark.parametrize(
    ("size", "dark"),
    [(WIDE, False), (WIDE, True), ((320, 640), False), ((320, 640), True)],
    ids=["1440", "1440-dark", "320", "320-dark"],
)


def test_a_direction_activates_with_the_code_of_its_letter_and_an_address_for_the_day_it_is_lost(
    administration: Administration, open_app: OpenApp
) -> None:
    right = administration.code_for(CAMILLE)
    app = open_app(WIDE, "activation")
    app.sign_in("cbrindac", CAMILLE.numen)
    expect(app.page.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_focused()
    code = app.page.get_by_label("Code à usage unique")
    code.fill("AAAA-AAAA-AAAA")
    app.choose_password(PASSWORD)
    expect(app.page.get_by_text("Il reste").first).to_be_visible()
    expect(code).to_be_focused()
    app.photograph("code-faux")

    code.fill(right.lower())
    app.page.get_by_label("Adresse personnelle de secours").fill(CAMILLE.address)
    app.choose_password(PASSWORD)
    expect(app.page.get_by_text("Cette adresse ne convient pas").first).to_be_visible()

    app.page.get_by_label("Adresse personnelle de secours").fill("camille@personnel.example")
    app.choose_password(PASSWORD)
    expect(app.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()
    expect(app.page.get_by_test_id("notice")).to_contain_text("camille@personnel.example")
    app.photograph("boîte")


def test_after_wrong_guesses_the_displayed_code_is_asked_for_and_nothing_typed_is_lost(
    administration: Administration, open_app: OpenApp
) -> None:
    open_app(WIDE, "porte-titulaire").enter(LEONIE)
    app = open_app(WIDE, "porte")
    code = app.page.get_by_label("Code affiché ou entendu")
    for _ in range(GUESSES):
        app.sign_in(LEONIE.address, "au hasard, une fois encore")
        expect(app.page.get_by_text("Identifiant ou mot de passe incorrect").first.or_(code)).to_be_visible()
        expect(app.page.get_by_role("button", name="Se connecter")).to_have_attribute("aria-busy", "false")
    app.sign_in(LEONIE.address, PASSWORD)
    expect(code).to_be_focused()
    expect(app.page.get_by_label("Mot de passe", exact=True)).to_have_value(PASSWORD)
    app.photograph("code")

    code.fill("000000")
    app.page.get_by_role("button", name="Se connecter").click()
    expect(app.page.get_by_text("En voici un autre").first).to_be_visible()
    expect(code).to_be_focused()

    app.page.get_by_role("button", name="Écouter le code").click()
    expect(app.page.get_by_role("button", name="Arrêter")).to_be_visible()
    code.fill(administration.displayed_code(app))
    app.page.get_by_role("button", name="Se connecter").click()
    expect(app.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()


def test_a_lost_password_gets_the_same_answer_for_somebody_who_does_not_exist(
    administration: Administration, open_app: OpenApp
) -> None:
    answers = []
    for numen, born in [(LEONIE.numen, "25/02/1970"), ("99Z9999999ZZZ", "01 02 1950")]:
        app = open_app(WIDE, "perdu")
        app.page.get_by_role("link", name="J’ai perdu mon mot de passe").click()
        heading = app.page.get_by_role("heading", name="Retrouver l’accès")
        expect(heading).to_be_focused()
        app.page.get_by_label("NUMEN").fill(numen.lower())
        app.page.get_by_label("Date de naissance").fill(born)
        app.page.get_by_label("Code affiché ou entendu").fill(administration.displayed_code(app))
        app.page.get_by_role("button", name="Continuer").click()
        expect(app.page.get_by_role("heading", name="Regardez votre messagerie personnelle")).to_be_focused()
        app.page.get_by_label("Code de secours").fill("0000-0000-0000-0000")
        app.page.get_by_role("button", name="Utiliser ce code").click()
        expect(app.page.get_by_text("Ce code n’est pas accepté").first).to_be_visible()
        app.page.get_by_label("Votre situation").select_option(label="Autre situation, ou vous ne savez pas")
        expect(app.page.get_by_role("link", name="04 65 71 50 50")).to_be_visible()
        app.photograph("réponse")
        answers.append(app.page.locator("main").inner_text())
    assert answers[0] == answers[1]


@pytest.mark.parametrize("place", ["nouveau-mot-de-passe", "adresse-de-secours"])
def test_what_a_link_carries_leaves_the_address_and_is_stored_nowhere(open_app: OpenApp, place: str) -> None:
    secret = "c2VjcmV0LWluLWEtbGluaw"
    app = open_app(WIDE, "lien")
    asked: list[str] = []
    app.page.on("request", lambda request: asked.append(request.url.split("#")[0]))
    app.page.goto("about:blank")
    app.page.goto(f"/#/{place}/{secret}")
    expect(app.page.get_by_role("heading", level=1)).to_be_visible()
    assert app.page.url.endswith(f"/#/{place}")
    app.page.reload()
    expect(app.page.get_by_role("heading", name="Ce lien ne fonctionne plus")).to_be_visible()
    stored = app.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    assert secret not in f"{stored} {asked}"


@SIZES
def test_no_page_before_the_door_has_a_fault_that_axe_finds(
    open_app: OpenApp, size: tuple[int, int], *, dark: bool
) -> None:
    app = open_app(size, f"porte-{size[0]}", dark=dark)
    found: dict[str, list[str]] = {}

    def judge(step: str) -> None:
        found[step] = violations(app)
        if app.page.evaluate("document.documentElement.scrollWidth") > size[0]:
            found[step].append("wider than the window")
        app.photograph(f"{'sombre-' if dark else ''}{step}")

    judge("connexion")
    app.page.get_by_role("button", name="Se connecter").click()
    expect(app.page.get_by_text("Saisissez votre adresse").first).to_be_visible()
    judge("connexion-vide")
    app.page.goto("/#/mot-de-passe-perdu")
    expect(app.page.get_by_alt_text(re.compile("Image du code"))).to_be_visible()
    app.page.get_by_role("button", name="Continuer").click()
    app.page.get_by_text("Vous ne pouvez ni lire").click()
    judge("mot-de-passe-perdu")
    app.page.goto("/#/nouveau-mot-de-passe/inconnu")
    app.page.get_by_label("Nouveau mot de passe", exact=True).fill("azertyuiop12")
    expect(app.page.get_by_text("sur le clavier")).to_be_visible()
    judge("nouveau-mot-de-passe")
    app.page.goto("/#/adresse-de-secours/inconnue")
    expect(app.page.get_by_role("heading", name="Ce lien ne fonctionne plus")).to_be_visible()
    judge("adresse-de-secours")
    app.page.goto("/#/aide/numen")
    app.page.get_by_label("Votre situation").select_option(index=2)
    judge("aide")
    assert {step: faults for step, faults in found.items() if faults} == {}


def test_a_shared_computer_keeps_nothing(open_app: OpenApp) -> None:
    app = open_app(WIDE, "partagé")
    app.page.get_by_label("Ordinateur partagé").check()
    app.enter(APOLLINE)
    app.page.reload()
    expect(app.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()
    kept = app.page.evaluate(
        "(async () => [localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length])()"
    )
    assert kept == [0, 0, 0, 0]
    lasting = [cookie["name"] for cookie in app.page.context.cookies() if cookie["expires"] != -1]
    assert lasting == []


def test_the_focus_follows_from_page_to_page(open_app: OpenApp) -> None:
    app = open_app(WIDE, "focus")
    app.page.get_by_role("link", name="J’ai perdu mon NUMEN").click()
    expect(app.page.get_by_role("heading", name="Retrouver votre NUMEN")).to_be_focused()
    expect(app.page).to_have_title(re.compile("^Retrouver votre NUMEN — "))
    app.page.get_by_role("link", name="Retour").click()
    expect(app.page.get_by_role("heading", name="Bonjour.")).to_be_focused()
    app.enter(APOLLINE)
    expect(app.page.get_by_role("main")).to_be_focused()
