"""The administration's list of accounts."""

import pytest

from services.auth.application import list_agents
from services.auth.tests.system import System


def test_every_account_is_listed_once_whatever_the_page(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_agents, "PAGE", 2)
    for number, name in enumerate(("Brindacier", "Tournesol", "Cerfeuil", "Bergamote")):
        system.import_line(nom=name, numen=f"10E981234{number}ABC")
    listed = [
        (account.agent.address.partition("@")[0], account.short_login, account.state)
        for account in system.auth.list_agents()
    ]
    assert listed == [
        ("camille.bergamote", "cbergamo", "never_activated"),
        ("camille.brindacier", "cbrindac", "never_activated"),
        ("camille.cerfeuil", "ccerfeui", "never_activated"),
        ("camille.tournesol", "ctournes", "never_activated"),
    ]
