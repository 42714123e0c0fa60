"""The staff of an académie as the administration's file lists them; the same people for the same numbers.

`python -m tests.bench.people 60000 > agents.csv`
"""

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TextIO

from services.auth.application.agent_row import COLUMNS
from tests.bench.letters import SYLLABLES

ESTABLISHMENTS = 400
MOST = 100_000
"""A NUMEN has five digits to tell them apart."""
GIVEN = (
    *("Marie", "Jean", "Sophie", "Nathalie", "Isabelle", "Pierre", "Michel", "Philippe", "Catherine", "Hélène"),
    *("Martine", "Alain", "Marc", "Marion", "Margaux", "Nicolas", "Julien", "Camille", "Émilie", "Aurélie"),
    *("Thomas", "Lucas", "Léa", "Manon", "Chloé", "Zoé", "Karim", "Fatima", "Mehdi", "Inès"),
    *("Jean-Pierre", "Anne-Marie", "Marie-Claude", "Benoît", "François", "Guillaume", "Mathilde", "Élodie", "Yann"),
)
SURNAMES = (
    *("Martin", "Bernard", "Dubois", "Durand", "Dupont", "Moreau", "Laurent", "Garcia", "Martinez", "Lefèvre"),
    *("Roux", "Fabre", "Blanc", "Rousseau", "Fournier", "Girard", "Marchand", "Marty", "Pons", "Vidal"),
)
_PARTICLES = ("de ", "du ", "d’", "de La ", "Le ", "N’", "Saint-")
_CATEGORIES = (
    *("enseignant 1er degré", "enseignant 2nd degré", "enseignant 2nd degré", "enseignant 2nd degré"),
    *("administratif", "surveillance et vie scolaire", "éducation", "ouvrier et de service"),
    *("direction", "inspection", "infirmier ou assistant social", "technique"),
)
_DEPARTEMENTS = ("Aude", "Gard", "Hérault", "Lozère", "Pyrénées-Orientales")
_LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
_FIRST_BIRTHDAY = date(1958, 1, 1)


def people(count: int, first: int = 0) -> Iterator[dict[str, str]]:
    """Columns and values of `count` people, from number `first` on. Homonyms, particles, double names and accents come
    as often as anywhere."""
    if first + count > MOST:
        raise ValueError(f"at most {MOST} people")
    return (_person(number) for number in range(first, first + count))


def write(file: TextIO, count: int, first: int = 0) -> None:
    table = csv.DictWriter(file, COLUMNS, delimiter=";", lineterminator="\n")
    table.writeheader()
    table.writerows(people(count, first))


def surname(draw: random.Random) -> str:
    return draw.choice(SURNAMES) if draw.random() < 0.2 else "".join(draw.choices(SYLLABLES, k=3)).title()


def uai(number: int) -> str:
    return f"{340_000 + number:07d}A"


def _person(number: int) -> dict[str, str]:
    draw = random.Random(f"person {number}")
    birthday = _FIRST_BIRTHDAY + timedelta(days=draw.randrange(16_000))
    return {
        "nom": _family(draw).upper(),
        "prenom": draw.choice(GIVEN),
        "date_naissance": f"{birthday:%d/%m/%Y}",
        "numen": f"{draw.randrange(100):02}E{draw.randrange(100):02}{number:05}{''.join(draw.choices(_LETTERS, k=3))}",
        "categorie": draw.choice(_CATEGORIES),
        "uai": uai(draw.randrange(ESTABLISHMENTS)),
        "departement": draw.choice(_DEPARTEMENTS),
    }


def _family(draw: random.Random) -> str:
    name = surname(draw)
    if draw.random() < 0.05:
        name = f"{name}-{surname(draw)}"
    return draw.choice(_PARTICLES) + name if draw.random() < 0.05 else name


if __name__ == "__main__":
    write(sys.stdout, int(sys.argv[1]))
