"""The administration's list of accounts."""

import pytest

from services.auth.application import list_agents
from services.auth.tests.system import System


def test_every_account_is_listed_once_whatever_the_page(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_agents, "PAGE", 2)
    for number, name in enumerate(("Brindacier", "Tournesol", "Cerfeuil", "Bergamote")):
        system.import_line(nom=name, numen=f"10E981234{number}ABC")
    listed = [(agent.address.partition("@")[0], state) for agent, state in system.auth.list_agents()]
    assert listed == [
        (f"camille.{name}", "never_activated") for name in ("bergamote", "brindacier", "cerfeuil", "tournesol")
    ]
