"""The pages before sign-in, and the first one behind them, in the other browser that schools have."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.agents import BASILE, PASSWORD
from tests.e2e.firefox import Firefox
from tests.e2e.site import Site

PICTURE = "document.querySelector('fieldset img')"


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    with Firefox(tmp_path, (1440, 900)) as browser:
        yield browser


@pytest.fixture
def keep(firefox: Firefox, photographs: Path | None) -> Iterator[list[str]]:
    """Names of pictures to take; the last page is kept when a test fails, too."""
    names: list[str] = []
    yield names
    if photographs:
        firefox.photograph(photographs / f"firefox-{'-'.join(names) or 'fin'}.png")


def test_first_sign_in(firefox: Firefox, site: Site, keep: list[str]) -> None:
    firefox.go(site.web)
    firefox.fill("Adresse ou identifiant", BASILE.address)
    firefox.fill("Mot de passe", "un mot de passe au hasard")
    firefox.press("Se connecter")
    firefox.see("Identifiant ou mot de passe incorrect")
    firefox.fill("Mot de passe", BASILE.numen)
    firefox.press("Se connecter")
    firefox.see("Choisissez votre mot de passe")
    firefox.fill("Nouveau mot de passe", "court")
    firefox.see("5 sur 12 caractères")
    firefox.fill("Nouveau mot de passe", PASSWORD)
    firefox.see("Très bon")
    firefox.fill("Le même, une seconde fois", PASSWORD)
    firefox.press("Enregistrer et ouvrir ma messagerie")
    firefox.see("Boîte de réception")
    keep.append("boite")


def test_lost_password_draws_speaks_and_proves_its_work(firefox: Firefox, site: Site, keep: list[str]) -> None:
    firefox.go(site.web)
    firefox.press("J’ai perdu mon mot de passe ou je ne connais pas mon identifiant")
    firefox.fill("NUMEN", "34E1234567ZZZ")
    firefox.fill("Date de naissance", "31/02/1975")
    firefox.wait_for(f"{PICTURE} && {PICTURE}.naturalWidth > 0")
    firefox.press("Écouter le code")
    firefox.wait_for("document.querySelector('audio').duration > 2")
    firefox.fill("Code affiché ou entendu", "000000")
    firefox.press("Continuer")
    firefox.see("Cette date n’existe pas")
    firefox.fill("Date de naissance", "12/09/1975")
    firefox.press("Continuer")
    firefox.see("Le code n’était pas le bon")
    keep.append("mot-de-passe-perdu")
