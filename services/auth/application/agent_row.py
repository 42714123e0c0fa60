"""One line of the administration's file, checked. Reasons for refusal are French, and never hold what the line held:
columns may be shifted, and a NUMEN stands where a category should."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from chassis.settings import AccountPolicy
from services.auth.domain.account import parse_uai
from services.auth.domain.address import base_local_part
from services.auth.domain.birth_date import parse_birth_date
from services.auth.domain.names import MAX_NAME_CHARACTERS, fold, tidy
from services.auth.domain.numen import parse_numen

Parsed = TypeVar("Parsed")

COLUMNS = ("nom", "prenom", "date_naissance", "numen", "categorie", "uai", "departement")

_NAME = f"illisible (de 1 à {MAX_NAME_CHARACTERS} caractères, sans caractère de contrôle)"
_DATE = "date de naissance illisible (forme attendue : 1984-03-05 ou 05/03/1984)"
_NUMEN = "NUMEN mal formé (deux chiffres, une lettre, sept chiffres, trois lettres)"
_UAI = "UAI mal formé (sept chiffres et une lettre)"


class RefusedLineError(ValueError):
    """Why a line can't go in, in French."""


@dataclass(frozen=True, slots=True)
class AgentRow:
    line: int
    given_name: str
    family_name: str
    birth_date: date
    numen: str
    category: str
    uai: str
    departement: str
    base: str
    """What the address will begin with."""


class RowReader:
    def __init__(self, policy: AccountPolicy, today: date) -> None:
        self._categories = {_loose(word): word for word in policy.categories}
        self._departements = {_loose(word): word for word in policy.departements}
        self._today = today

    def read(self, line: int, values: Mapping[str, str]) -> AgentRow:
        """Raises RefusedLineError with everything that is wrong with the line."""
        faults: list[str] = []

        def take(parse: Callable[[], Parsed], reason: str) -> Parsed | None:
            try:
                return parse()
            except (ValueError, KeyError):
                faults.append(reason)
                return None

        family_name = take(lambda: tidy(values["nom"]), f"nom {_NAME}")
        given_name = take(lambda: tidy(values["prenom"]), f"prénom {_NAME}")
        birth_date = take(lambda: parse_birth_date(values["date_naissance"], self._today), _DATE)
        numen = take(lambda: parse_numen(values["numen"]), _NUMEN)
        category = take(lambda: self._categories[_loose(values["categorie"])], "catégorie inconnue")
        uai = take(lambda: parse_uai(values["uai"]), _UAI)
        departement = take(lambda: self._departements[_loose(values["departement"])], "département inconnu")
        base = ""
        if given_name and family_name:
            base = take(lambda: base_local_part(given_name, family_name), "nom ou prénom sans lettre latine") or ""
        if faults or not (family_name and given_name and birth_date and numen and category and uai and departement):
            raise RefusedLineError(" ; ".join(faults))
        return AgentRow(line, given_name, family_name, birth_date, numen, category, uai, departement, base)


def _loose(text: str) -> str:
    return " ".join(fold(text).split())
