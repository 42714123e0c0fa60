"""The password is lost: a link by mail, a printed code, or nothing enrolled; whoever asks reads the same answer."""

import re

from playwright.sync_api import expect

from tests.e2e.administration import BIRTH_DATE, Administration
from tests.e2e.agents import PASSWORD, Agent
from tests.e2e.app import App
from tests.e2e.conftest import OpenApp

NEW_PASSWORD = "quatre pingouins en vacances"
ANSWER = "Regardez votre messagerie personnelle"


def ask(app: App, administration: Administration, numen: str) -> str:
    """From the sign-in page up to the answer, as it reads."""
    app.page.goto("/")
    app.page.get_by_role("link", name=re.compile("J’ai perdu mon mot de passe")).click()
    app.page.get_by_label("NUMEN", exact=True).fill(numen)
    app.page.get_by_label("Date de naissance").fill("/".join(reversed(BIRTH_DATE.split("-"))))
    app.page.get_by_label("Code affiché ou entendu").fill(administration.displayed_code(app))
    app.page.get_by_role("button", name="Continuer").click()
    expect(app.page.get_by_role("heading", name=ANSWER)).to_be_visible()
    return app.page.get_by_role("main").inner_text()


def replace_password(app: App) -> None:
    """With what opened the page, up to the review of the account."""
    app.page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW_PASSWORD)
    app.page.get_by_label("Le même, une seconde fois", exact=True).fill(NEW_PASSWORD)
    app.page.get_by_role("button", name="Enregistrer et me connecter").click()
    expect(app.page.get_by_role("heading", name="Vérifiez votre compte")).to_be_visible()
    expect(app.page.get_by_text("seule celle-ci est ouverte")).to_be_visible()
    expect(app.page.get_by_text("Cette messagerie ne gère ni transfert automatique ni filtre")).to_be_visible()
    line = app.page.get_by_test_id("activity-line").filter(has_text="Un nouveau mot de passe a été choisi")
    expect(line.first).to_be_visible()
    app.photograph("verification")


def is_shut_out(app: App) -> None:
    expect(app.page.get_by_role("heading", name="Votre session a pris fin")).to_be_visible()


def test_by_a_link_to_the_recovery_address(administration: Administration, open_app: OpenApp) -> None:
    agent, home = administration.newcomer("Olive", "Cassis"), "olive.cassis@courriel.example"
    before = open_app(name="perdu-avant")
    before.choose_first_password(agent, home)
    before.account("secours")
    expect(before.page.get_by_text("À confirmer")).to_be_visible()
    elsewhere = open_app(name="perdu-lien")
    elsewhere.page.goto(administration.link_to(home, "Confirmer votre adresse de secours"))
    expect(elsewhere.page.get_by_role("heading", name="confirmée")).to_be_visible()
    expect(before.page.get_by_text("Confirmée", exact=True)).to_be_visible()

    ask(elsewhere, administration, agent.numen)
    elsewhere.photograph("reponse")
    link = administration.link_to(home, "Choisir un nouveau mot de passe")
    elsewhere.page.goto(link)
    replace_password(elsewhere)
    assert link.rsplit("/", 1)[1] not in elsewhere.page.evaluate("location.href")
    is_shut_out(before)
    again = open_app(name="perdu-encore")
    again.page.goto(link)
    again.page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW_PASSWORD)
    again.page.get_by_label("Le même, une seconde fois", exact=True).fill(NEW_PASSWORD)
    again.page.get_by_role("button", name="Enregistrer et me connecter").click()
    expect(again.page.get_by_role("heading", name="Ce lien ne fonctionne plus")).to_be_visible()


def test_by_a_printed_code(administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Anis", "Fenouil")
    before = open_app(name="codes-avant")
    before.choose_first_password(agent)
    code, *others = print_codes(before)

    elsewhere = open_app(name="codes")
    ask(elsewhere, administration, agent.numen)
    elsewhere.page.get_by_label("Code de secours").fill(code.lower())
    elsewhere.page.get_by_role("button", name="Utiliser ce code").click()
    expect(elsewhere.page.get_by_role("heading", name="Choisissez un nouveau mot de passe")).to_be_visible()
    replace_password(elsewhere)
    expect(elsewhere.page.get_by_text(f"{len(others)} codes restants")).to_be_visible()
    is_shut_out(before)


def print_codes(app: App) -> list[str]:
    """Makes codes in « Mon compte »; those on the sheet of paper."""
    app.account("secours")
    app.page.get_by_role("button", name="Créer des codes").click()
    dialog = app.page.get_by_role("dialog", name="Créer des codes")
    dialog.get_by_label("Mot de passe actuel", exact=True).fill("pas le bon mot de passe")
    dialog.get_by_role("button", name="Créer des codes").click()
    expect(dialog.get_by_text("Ce n’est pas votre mot de passe actuel").first).to_be_visible()
    dialog.get_by_label("Mot de passe actuel", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Créer des codes").click()
    shown = app.page.get_by_role("dialog", name="Vos codes de secours").get_by_role("listitem")
    expect(shown.first).to_be_visible()
    codes = shown.all_inner_texts()
    app.photograph("codes")
    app.page.emulate_media(media="print")
    paper = app.page.get_by_test_id("codes-paper")
    expect(paper).to_be_visible()
    expect(app.page.locator("#app")).to_be_hidden()
    assert paper.locator(".codes li").all_inner_texts() == codes
    app.page.emulate_media(media="screen")
    leave(app)
    return codes


def leave(app: App) -> None:
    """The codes are shown this once: going back asks first."""
    app.page.go_back()
    question = app.page.get_by_role("alertdialog", name="Les avez-vous imprimés")
    expect(question).to_be_visible()
    question.get_by_role("button", name="Revenir aux codes").click()
    expect(app.page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    app.page.keyboard.press("Escape")
    question.get_by_role("button", name="Oui, fermer").click()
    expect(app.page.get_by_role("heading", name="Vos codes de secours")).to_be_hidden()
    expect(app.page.get_by_text("codes restants")).to_be_visible()


def test_the_answer_is_the_same_whoever_asks(administration: Administration, open_app: OpenApp) -> None:
    nothing_enrolled = administration.newcomer("Iris", "Lavande")
    open_app().choose_first_password(nothing_enrolled)
    enrolled, home = administration.newcomer("Jacinthe", "Muguet"), "jacinthe@courriel.example"
    open_app().choose_first_password(enrolled, home)
    open_app().page.goto(administration.link_to(home, "Confirmer votre adresse de secours"))
    nobody = Agent("", "", "", "11E2388888ZZZ")
    app = open_app(name="perdu-rien")
    answers = {ask(app, administration, agent.numen) for agent in (nothing_enrolled, enrolled, nobody)}
    assert len(answers) == 1
    app.page.get_by_label("Votre situation").select_option(label="Autre situation, ou vous ne savez pas")
    expect(app.page.get_by_text("04 65 71 50 50")).to_be_visible()
    app.photograph("contacts")
