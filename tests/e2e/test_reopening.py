"""Somebody got the assistance to open an activation anew: every open session says so, and stops it with one click."""

from playwright.sync_api import expect

from tests.e2e.administration import Administration
from tests.e2e.agents import PASSWORD
from tests.e2e.conftest import PHONE, OpenApp


def test_this_is_not_me(administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Noisette", "Amande")
    desk = open_app(name="reouverture")
    desk.choose_first_password(agent)
    phone = open_app(PHONE, "reouverture-390")
    phone.sign_in(agent.address, PASSWORD)
    expect(phone.page.get_by_role("heading", name="Boîte de réception")).to_be_visible()

    administration.call_back(agent)
    banners = [app.page.get_by_role("alert").filter(has_text="Une nouvelle activation") for app in (desk, phone)]
    for banner in banners:
        expect(banner).to_be_visible()
        expect(banner).to_contain_text("elle prendra effet le")
    desk.photograph("bandeau")
    phone.photograph("bandeau")
    phone.account("activite")
    expect(banners[1]).to_be_visible()

    phone.page.get_by_role("button", name="Ce n’est pas moi").click()
    expect(phone.page.get_by_text("La demande est arrêtée")).to_be_visible()
    expect(banners[0]).to_be_hidden()
    advice = phone.page.get_by_role("link", name="Changer mon mot de passe")
    expect(advice).to_be_focused()
    advice.press("Enter")
    expect(phone.page.get_by_role("heading", name="Sécurité")).to_be_visible()
    phone.account("activite")
    for sentence in ("a été demandée", "a été arrêtée"):
        expect(phone.page.get_by_text(f"activation de votre compte {sentence}")).to_be_visible()
    phone.photograph("activite")


def test_a_page_opened_later_says_it_too(administration: Administration, open_app: OpenApp) -> None:
    agent = administration.newcomer("Pistache", "Pignon")
    open_app().choose_first_password(agent)
    administration.call_back(agent)
    app = open_app((320, 640), "reouverture-320")
    app.sign_in(agent.address, PASSWORD)
    expect(app.page.get_by_test_id("reopening")).to_be_visible()
    assert app.page.evaluate("document.documentElement.scrollWidth") == 320
    app.photograph("bandeau")
