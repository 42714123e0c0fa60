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


def test_folders_are_made_filled_and_removed(site: Site, administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Sarriette", "Verger")
    for name in ("Devis du car", "Liste des élèves"):
        post(site, letter(agent.address, name, "Bonjour."))
    app = open_app(name="dossiers")
    app.enter(agent)
    page = app.page
    folders = page.get_by_role("complementary", name="Dossiers")

    def name_folder(name: str, button: str) -> None:
        page.get_by_label("Nom du dossier").fill(name)
        page.get_by_role("dialog").get_by_role("button", name=button).click()

    folders.get_by_role("button", name="Nouveau dossier").click()
    assert violations(app) == []
    name_folder("Sorties", "Créer")
    folder = folders.get_by_role("link", name="Sorties")
    expect(folder).to_be_visible()
    folders.get_by_role("button", name="Nouveau dossier").click()
    name_folder("Sorties", "Créer")
    expect(page.get_by_text("Un dossier porte déjà ce nom")).to_be_visible()
    app.photograph("déjà-pris")
    page.keyboard.press("Escape")

    app.row("Devis du car").drag_to(folder)
    expect(app.row("Devis du car")).to_have_count(0)
    box(app, "Liste des élèves").click()
    page.get_by_role("button", name="Déplacer", exact=True).click()
    page.get_by_role("menuitem", name="Sorties").click()
    expect(folders.get_by_role("link", name="Sorties 2 non lus")).to_be_visible()

    menu = folders.get_by_role("button", name="Actions sur le dossier")
    menu.click()
    page.get_by_role("menuitem", name="Renommer").click()
    name_folder("Sorties 5ᵉ C", "Renommer")
    folder = folders.get_by_role("link", name="Sorties 5ᵉ C")
    expect(folder).to_be_visible()
    folder.click()
    expect(app.row("Devis du car")).to_be_visible()
    menu.click()
    page.get_by_role("menuitem", name="Supprimer le dossier").click()
    expect(page.get_by_text("Ses 2 messages iront à la corbeille")).to_be_visible()
    app.photograph("supprimer")
    page.get_by_role("alertdialog").get_by_role("button", name="Supprimer le dossier").click()
    expect(folder).to_have_count(0)
    folders.get_by_role("link", name="Corbeille").click()
    expect(page.get_by_test_id("message-row")).to_have_count(2)


SNOOZE_BRIEFLY = """async () => {
    const { account_id: accountId, csrf } = await (await fetch('/api/v1/session')).json();
    const until = new Date(Date.now() + 2000).toISOString().replace(/\\.\\d+Z$/, 'Z');
    const send = async (...methodCalls) => (await fetch('/jmap/api', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: JSON.stringify({
            using: ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail', 'urn:webmail-montpellier:snooze'],
            methodCalls,
        }),
    })).json();
    const found = await send(['Email/query', { accountId, filter: { text: 'devis' } }, 'q']);
    const [id] = found.methodResponses[0][1].ids;
    await send(['Email/set', { accountId, update: { [id]: { snoozed: { until } } } }, 's']);
}"""


def test_a_conversation_waits_and_comes_back(site: Site, administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Liveche", "Verger")
    post(site, letter(agent.address, "Devis du car", "Réponse attendue."))
    app = open_app(name="rappel")
    app.enter(agent)
    page = app.page
    app.read("Devis du car")
    page.get_by_role("button", name="Me le rappeler").click()
    assert violations(app) == []
    app.photograph("choix")
    page.get_by_role("button", name="Demain matin").click()
    expect(page.get_by_text("mise en attente jusqu’au")).to_be_visible()
    expect(page.get_by_text("Boîte vide, bravo.")).to_be_visible()
    page.get_by_role("link", name="En attente").click()
    expect(app.row("Devis du car")).to_contain_text("à 08:00")
    app.read("Devis du car")
    app.photograph("en-attente")
    page.get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name="Remettre à sa place maintenant").click()
    page.get_by_role("link", name="Boîte de réception").click()
    expect(app.row("Devis du car")).to_be_visible()

    page.evaluate(SNOOZE_BRIEFLY)
    expect(app.row("Devis du car")).to_have_count(0)
    strip = page.get_by_test_id("returned")
    expect(strip).to_contain_text("Devis du car", timeout=30_000)
    assert violations(app) == []
    app.photograph("de-retour")
    strip.get_by_role("button").click()
    expect(page.get_by_test_id("message")).to_be_visible()
    expect(strip).to_have_count(0)
