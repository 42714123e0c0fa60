"""The demonstration's agents, made as the administration makes them: from a CSV, on auth's command line."""

import csv
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.settings import institution
from deploy.local.failure import Failure

FOLDER = Path(__file__).parent
CSV = FOLDER / "agents.csv"
COMMAND_SECONDS = 60
SHOWN = 2
"""How many agents that need no code the operator is told how to sign in as; and one that needs one."""


@dataclass(frozen=True)
class Account:
    address: str
    account_id: str


def import_agents() -> list[Account]:
    """Imports the CSV (twice is the same as once) and returns every account of auth's list."""
    _auth("import", str(CSV))
    rows = csv.DictReader(_auth("list").splitlines(), delimiter=";")
    return [Account(row["adresse"], row["compte"]) for row in rows]


def how_to_sign_in(accounts: list[Account]) -> str:
    """Lines for the operator: a few addresses, each with the NUMEN that opens its first sign-in, and the code that one
    of them needs as well. Codes made before are void."""
    with CSV.open(encoding="utf-8") as file:
        agents = list(csv.DictReader(file, delimiter=";"))
    sensitive = institution().auth.sensitive_categories
    shown = [agent for agent in agents if agent["categorie"] not in sensitive][:SHOWN]
    shown += [agent for agent in agents if agent["categorie"] in sensitive][:1]
    lines = ["Agents de démonstration (première connexion : adresse + NUMEN, puis choix d’un mot de passe) :"]
    for agent in shown:
        address = _address(agent, accounts)
        code = f"   code {_code(address)}" if agent["categorie"] in sensitive else ""
        lines.append(f"  {address:<48} NUMEN {agent['numen']}   {agent['categorie']}{code}")
    lines.append(f"  et {len(agents) - len(shown)} autres dans deploy/demo/agents.csv ; le code d’un autre agent :")
    lines.append("  .venv/bin/python -m deploy.local.within services.auth.cli code --operator essai --address …")
    return "\n".join(lines) + "\n"


def _address(agent: Mapping[str, str], accounts: list[Account]) -> str:
    """Known by the family name: the demonstration has no homonyms."""
    named = agent["nom"].lower()
    return next(account.address for account in accounts if account.address.partition("@")[0].endswith(named))


def _code(address: str) -> str:
    return _auth("code", "--address", address, "--operator", "démonstration").splitlines()[0]


def _auth(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services.auth.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    if done.returncode:
        raise Failure(f"démonstration : la commande d’auth « {arguments[0]} » a échoué : {done.stderr.strip()}")
    return done.stdout
