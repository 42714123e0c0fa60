"""The demonstration's agents, made as the administration makes them: from a CSV, on auth's command line."""

import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.local.failure import Failure

FOLDER = Path(__file__).parent
CSV = FOLDER / "agents.csv"
COMMAND_SECONDS = 60
SHOWN = 3
"""How many agents the operator is told how to sign in as."""


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
    """Lines for the operator: a few addresses, each with the NUMEN that opens its first sign-in."""
    with CSV.open(encoding="utf-8") as file:
        agents = list(csv.DictReader(file, delimiter=";"))
    known = {account.address.partition("@")[0]: account.address for account in accounts}
    lines = ["Agents de démonstration (première connexion : adresse + NUMEN, puis choix d’un mot de passe) :"]
    for agent in agents[:SHOWN]:
        address = next(address for local, address in known.items() if local.endswith(agent["nom"].lower()))
        lines.append(f"  {address:<48} NUMEN {agent['numen']}   {agent['categorie']}")
    lines.append(f"  et {len(agents) - SHOWN} autres dans deploy/demo/agents.csv")
    return "\n".join(lines) + "\n"


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
