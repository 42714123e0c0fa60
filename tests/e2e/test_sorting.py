"""An agent puts the mailbox in order: several conversations at once."""

from playwright.sync_api import Locator, expect

from tests.e2e.administration import Administration
from tests.e2e.app import App
from tests.e2e.conftest import PHONE, OpenApp
from tests.e2e.letters import letter, post
from tests.e2e.site import Site
from tests.e2e.test_accessibility import violations

LONG_PRESS = """row => {
    const { x, y } = row.getBoundingClientRect();
    const place = { bubbles: true, pointerType: 'touch', clientX: x + 90, clientY: y + 20 };
    row.dispatchEvent(new PointerEvent('pointerdown', place));
}"""


def box(app: App, subject: str) -> Locator:
    return app.row(subject).get_by_test_id("row-box")


def chosen(app: App) -> Locator:
    return app.page.get_by_test_id("selection-count")


def test_several_conversations_are_sorted_at_once(
    site: Site, administration: Administration, open_app: OpenApp
) -> None:
    agent = administration.newcomer("Romarine", "Verger")
    for name in ("Tri 1", "Tri 2", "Tri 3", "Tri 4"):
        post(site, letter(agent.address, name, "Bonjour."))
    app = open_app(name="tri")
    app.enter(agent)
    expect(app.row("Tri 1")).to_be_visible()

    box(app, "Tri 4").click()
    app.row("Tri 2").click(modifiers=["Shift"])
    expect(chosen(app)).to_have_text("3 sélectionnées")
    expect(app.page.get_by_test_id("announcement")).to_contain_text("3 sélectionnées")
    assert violations(app) == []
    app.photograph("choisies")
    post(site, letter(agent.address, "Tri 5", "Bonjour."))
    expect(app.row("Tri 5")).to_be_visible()
    expect(chosen(app)).to_have_text("3 sélectionnées")
    app.page.get_by_role("toolbar", name="Actions sur la sélection").get_by_role("button", name="Archiver").click()
    expect(app.page.get_by_text("3 conversations archivées")).to_be_visible()
    expect(app.page.get_by_test_id("message-row")).to_have_count(2)
    app.page.get_by_role("button", name="Annuler").click()
    expect(app.page.get_by_test_id("message-row")).to_have_count(5)

    rows = app.page.get_by_role("listbox")
    rows.focus()
    for key in ("Home", "x", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowUp"):
        rows.press(key)
    expect(chosen(app)).to_have_text("2 sélectionnées")
    rows.press("Control+a")
    expect(chosen(app)).to_have_text("5 sélectionnées")
    app.page.get_by_role("button", name="Marquer comme lu").click()
    expect(app.page.get_by_text("5 conversations marquées comme lues")).to_be_visible()
    expect(app.page.get_by_text("Non lu,")).to_have_count(0)
    rows.press("Escape")
    expect(chosen(app)).to_have_count(0)

    phone = open_app(PHONE, "tri-390", touch=True)
    phone.enter(agent)
    phone.row("Tri 3").evaluate(LONG_PRESS)
    expect(chosen(phone)).to_have_text("1 sélectionnée")
    phone.row("Tri 1").tap()
    expect(chosen(phone)).to_have_text("2 sélectionnées")
    phone.photograph("choisies")
    assert violations(phone) == []
    phone.page.get_by_role("button", name="Supprimer").tap()
    expect(phone.page.get_by_text("2 conversations mises à la corbeille")).to_be_visible()
    expect(app.row("Tri 3")).to_have_count(0)
