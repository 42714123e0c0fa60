"""The agents of the browser tests, all fictitious."""

from dataclasses import dataclass

DOMAIN = "ac-montpellier.example"
CSV_HEADER = "nom;prenom;date_naissance;numen;categorie;uai;departement"
PASSWORD = "trois girafes sous la pluie"


@dataclass(frozen=True)
class Agent:
    given: str
    family: str
    address: str
    numen: str
    category: str = "enseignant 2nd degré"
    uai: str = "0341234X"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def csv_line(self) -> str:
        return f"{self.family};{self.given};1984-03-05;{self.numen};{self.category};{self.uai};Hérault"


def _agent(given: str, family: str, local: str, numen: str, **more: str) -> Agent:
    return Agent(given, family, f"{local}@{DOMAIN}", numen, **more)


SOLENE = _agent("Solène", "Tournesol", "solene.tournesol", "08E2412345AAA")
CAMILLE = _agent("Camille", "Brindacier", "camille.brindacier", "08E2412345AAB", category="direction")
YOUSSEF = _agent("Youssef", "Pimprenelle", "youssef.pimprenelle", "08E2412345AAC")
INES = _agent("Inès", "Coquelicot", "ines.coquelicot", "08E2412345AAD", category="éducation")
OSCAR = _agent("Oscar", "Lanterne", "oscar.lanterne", "08E2412345AAE", uai="0347654Y")
GASPARD = _agent("Gaspard", "Marchefeu", "gaspard.marchefeu", "08E2412345AAF")
ACHILLE = _agent("Achille", "Cerfeuil", "achille.cerfeuil", "08E2412345AAG", category="médecin")

AGENTS = (SOLENE, CAMILLE, YOUSSEF, INES, OSCAR, GASPARD, ACHILLE)
