"""An agent sees where the mailbox is open, and ends what should not be."""

import re

from playwright.sync_api import expect

from tests.e2e.administration import Administration
from tests.e2e.agents import PASSWORD, Agent
from tests.e2e.app import App
from tests.e2e.conftest import OpenApp

SECONDS_TO_END = 10_000
NEW_PASSWORD = "quatre pingouins en vacances"


def signed_in(open_app: OpenApp, agent: Agent, name: str, *, shared: bool = False) -> App:
    app = open_app(name=name)
    if shared:
        app.page.get_by_label("Ordinateur partagé").check()
    app.sign_in(agent.address, PASSWORD)
    expect(app.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()
    return app


def is_shut_out(app: App) -> None:
    """By itself, within seconds, and what was being written is still there."""
    ended = app.page.get_by_role("heading", name="Votre session a pris fin")
    expect(ended).to_be_visible(timeout=SECONDS_TO_END)


def test_one_session_or_all_others_end_within_seconds(administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Violette", "Bleuet")
    mine = open_app(name="sessions")
    mine.choose_first_password(agent)
    library = signed_in(open_app, agent, "sessions-cdi", shared=True)
    others = [signed_in(open_app, agent, f"sessions-{number}") for number in (1, 2)]

    mine.account_menu("Mon compte")
    mine.page.get_by_role("link", name="Sessions ouvertes").first.click()
    rows = mine.page.get_by_test_id("session")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="Cet appareil")).to_have_count(1)
    expect(rows.filter(has_text="Cette machine")).to_have_count(4)
    expect(rows.filter(has_text=re.compile("Chrom.+ sur Linux"))).to_have_count(4)
    shared = rows.filter(has_text="Ordinateur partagé")
    expect(shared).to_have_count(1)
    mine.photograph("liste")

    shared.get_by_role("button", name="Fermer la session").click()
    mine.page.get_by_role("alertdialog").get_by_role("button", name="Fermer", exact=True).last.click()
    is_shut_out(library)
    expect(rows).to_have_count(3)
    mine.page.get_by_role("button", name="Fermer toutes les autres sessions").click()
    mine.page.get_by_role("alertdialog").get_by_role("button", name="Fermer toutes les autres sessions").click()
    for other in others:
        is_shut_out(other)
    expect(rows).to_have_count(1)

    mine.account("activite")
    for sentence in ("Une session a été fermée à distance.", "Toutes les autres sessions ont été fermées."):
        expect(mine.page.get_by_text(sentence)).to_be_visible()
    expect(mine.page.get_by_text("Une session a été ouverte avec votre mot de passe.")).to_have_count(3)
    mine.photograph("activite")


def test_a_new_password_ends_the_other_sessions_and_goes_on_here(
    administration: Administration, open_app: OpenApp
) -> None:
    agent = administration.newcomer("Capucine", "Glaieul")
    mine = open_app(name="changement")
    mine.choose_first_password(agent)
    other = signed_in(open_app, agent, "changement-ailleurs")

    mine.account("securite")
    expect(mine.page.get_by_text("cglaieul")).to_be_visible()
    mine.page.get_by_label("Mot de passe actuel", exact=True).fill(PASSWORD)
    mine.page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW_PASSWORD)
    mine.page.get_by_label("Le même, une seconde fois", exact=True).fill(NEW_PASSWORD)
    mine.page.get_by_role("button", name="Changer le mot de passe").click()
    expect(mine.page.get_by_text("Mot de passe changé.")).to_be_visible()
    is_shut_out(other)
    mine.photograph("fait")

    # The page took the new session over: it still does what asks for the token that goes with it.
    mine.account("appareils")
    expect(mine.page.get_by_test_id("session")).to_have_count(1)
    mine.page.goto("/#/courrier/inbox")
    mine.page.get_by_role("button", name="Nouveau message").click()
    mine.page.get_by_label("Objet").fill("Après le changement")
    expect(mine.page.get_by_text("Brouillon enregistré")).to_be_visible()
    expect(mine.page.get_by_test_id("connection")).to_have_text("À jour")
    mine.page.reload()
    expect(mine.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()
