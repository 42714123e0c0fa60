"""A message that was sent can be taken back for a while, and one can leave at a time of its own."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.agents import APOLLINE, INES, SOLENE, YOUSSEF, Agent
from tests.e2e.app import App
from tests.e2e.conftest import PHONE, WIDE, OpenApp

SIZES = pytest.mark.parametrize(
    ("size", "agent", "colleague", "dark"),
    [(WIDE, SOLENE, APOLLINE, False), (PHONE, YOUSSEF, INES, True)],
    ids=["1440", "390"],
)


@SIZES
def test_what_was_sent_is_taken_back_with_all_that_was_written(
    open_app: OpenApp, size: tuple[int, int], agent: Agent, colleague: Agent, dark: bool
) -> None:
    app = open_app(size, f"annuler-{size[0]}", dark=dark)
    app.enter(agent)
    choose_delay(app, "30 secondes")
    write(app, colleague, "Conseil de classe reporté")
    app.page.get_by_test_id("file-input").set_input_files(
        {"name": "Liste.txt", "mimeType": "text/plain", "buffer": b"4e B"}
    )
    expect(app.page.get_by_text("4 o", exact=True)).to_be_visible()
    app.page.get_by_role("button", name="Envoyer", exact=True).click()
    notice = app.page.get_by_test_id("notice")
    expect(notice).to_contain_text("Le message partira dans 30 secondes.")
    app.photograph("1-envoi")
    app.page.keyboard.press("z")
    expect(app.page.get_by_test_id("composer")).to_be_visible()
    expect(app.page.get_by_label("Objet")).to_have_value("Conseil de classe reporté")
    expect(app.page.get_by_role("button", name=f"Retirer {colleague.name}")).to_be_visible()
    expect(app.page.get_by_role("button", name="Retirer Liste.txt")).to_be_visible()
    expect(app.body).to_contain_text("Nous nous verrons jeudi.")
    app.photograph("2-repris")
    app.page.get_by_role("button", name="Supprimer le brouillon").click()
    expect(notice).to_contain_text("Brouillon")
    choose_delay(app, "Aucun")
    other = open_app(WIDE, "")
    other.enter(colleague)
    expect(other.row("Conseil de classe reporté")).to_have_count(0)


@SIZES
def test_what_waits_for_its_time_is_listed_and_can_be_taken_back(
    open_app: OpenApp, size: tuple[int, int], agent: Agent, colleague: Agent, dark: bool
) -> None:
    app = open_app(size, f"plus-tard-{size[0]}", dark=dark)
    app.enter(agent)
    write(app, colleague, "Réunion de rentrée")
    app.page.get_by_role("button", name="Envoyer plus tard").click()
    dialog = app.page.get_by_role("dialog", name="Envoyer plus tard")
    dialog.get_by_label("Date").fill("2020-01-01")
    dialog.get_by_role("button", name="Programmer l’envoi").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choisissez une date et une heure à venir")
    app.photograph("1-dialogue")
    dialog.get_by_role("button", name="Lundi à 8 h").or_(dialog.get_by_role("button", name="Demain à 8 h")).last.click()
    expect(app.page.get_by_test_id("notice")).to_contain_text("Envoi programmé")
    app.photograph("2-programme")
    app.page.goto("/#/courrier/scheduled")
    expect(app.page.get_by_role("heading", name="Programmés")).to_be_visible()
    row = app.row("Réunion de rentrée")
    expect(row).to_contain_text("08:00")
    app.photograph("3-liste")
    row.click()
    banner = app.page.get_by_test_id("pending")
    expect(banner).to_contain_text("Ce message partira le")
    app.photograph("4-message")
    banner.get_by_role("button", name="Annuler l’envoi").click()
    expect(app.page.get_by_label("Objet")).to_have_value("Réunion de rentrée")
    expect(app.row("Réunion de rentrée")).to_have_count(0)
    app.page.get_by_role("button", name="Supprimer le brouillon").click()
    expect(app.page.get_by_test_id("composer")).to_have_count(0)


def choose_delay(app: App, delay: str) -> None:
    app.account("identites")
    options = app.page.get_by_label("Délai pour annuler")
    options.scroll_into_view_if_needed()
    options.select_option(label=options.locator("option", has_text=delay).inner_text())
    app.photograph("0-reglage")
    inbox(app.page)


def inbox(page: Page) -> None:
    page.goto("/#/courrier")
    expect(page.get_by_role("heading", name="Boîte de réception")).to_be_visible()


def write(app: App, colleague: Agent, subject: str) -> None:
    button = "Écrire" if app.is_phone else "Nouveau message"
    app.page.get_by_role("button", name=button).locator("visible=true").first.click()
    app.add_recipient("À", colleague.family[:5], colleague.name)
    app.page.get_by_label("Objet").fill(subject)
    app.body.press_sequentially("Nous nous verrons jeudi.")
