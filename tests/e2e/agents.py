"""The agents of the browser tests: those of the demonstration, so that the tests can drive what `make run` shows."""

import csv
from dataclasses import dataclass

from deploy.demo.accounts import CSV

DOMAIN = "ac-montpellier.example"
PASSWORD = "trois girafes sous la pluie"


@dataclass(frozen=True)
class Agent:
    given: str
    family: str
    address: str
    numen: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


def _agent(given: str, family: str, local: str) -> Agent:
    with CSV.open(encoding="utf-8") as file:
        numens = {row["nom"]: row["numen"] for row in csv.DictReader(file, delimiter=";")}
    return Agent(given, family, f"{local}@{DOMAIN}", numens[family.upper()])


SOLENE = _agent("Solène", "Tournesol", "solene.tournesol")
APOLLINE = _agent("Apolline", "Montfleury", "apolline.montfleury")
YOUSSEF = _agent("Youssef", "Pimprenelle", "youssef.pimprenelle")
INES = _agent("Inès", "Coquelicot", "ines.coquelicot")
OSCAR = _agent("Oscar", "Lanterne", "oscar.lanterne")
GASPARD = _agent("Gaspard", "Marchefeu", "gaspard.marchefeu")
ACHILLE = _agent("Achille", "Cerfeuil", "achille.cerfeuil")
BASILE = _agent("Basile", "Boisjoli", "basile.boisjoli")
CAMILLE = _agent("Camille", "Brindacier", "camille.brindacier")
"""Whose first sign-in asks for the administration's code as well."""
LEONIE = _agent("Léonie", "Bergamote", "leonie.bergamote")
"""Whose password is guessed at: from here, other tests would be asked for the displayed code."""
