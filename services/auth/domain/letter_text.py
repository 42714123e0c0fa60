"""What the letters that bring a one-time code say. French, like all that agents read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from contracts.auth import Agent

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, part by part, in the order of the page. address: of the agent, who may not know it yet. steps: what
    to do, in order."""

    recipient: tuple[str, ...]
    written: str
    title: str
    opening: tuple[str, ...]
    address: str
    reasons: tuple[str, ...]
    code: str
    until: str
    steps: tuple[str, ...]
    closing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterWording:
    """institution: its name. public_url: where agents reach the web app. establishments: their names, by UAI."""

    institution: str
    public_url: str
    establishments: Mapping[str, str]

    def of(self, agent: Agent, short_login: str, code: str, closes_at: datetime, now: datetime) -> Letter:
        """closes_at and now: as a clock on the wall there shows them."""
        return Letter(
            recipient=(
                f"{agent.given_name} {agent.family_name}",
                *filter(None, (self.establishments.get(agent.uai),)),
                f"UAI {agent.uai}",
            ),
            written=f"Le {_day(now)}",
            title="Votre première connexion",
            opening=("Bonjour,", "Votre messagerie professionnelle vous attend. Votre adresse y est :"),
            address=agent.address,
            reasons=(
                "Vos fonctions donnent accès à des informations sensibles : le jour où vous choisissez votre mot de"
                " passe, un code vous est demandé en plus de votre NUMEN.",
            ),
            code=code,
            until=f"À utiliser avant le {_day(closes_at)} à {closes_at.hour} h {closes_at.minute:02}",
            steps=(
                f"Ouvrez {_address(self.public_url)}",
                f"Identifiant : votre adresse, ou « {short_login} ». Mot de passe : votre NUMEN.",
                "Saisissez le code, puis choisissez votre mot de passe (12 caractères au moins).",
            ),
            closing=(
                "Ne donnez ce code à personne, pas même à un service informatique, et détruisez la lettre ensuite. Si"
                " vous en recevez une autre, seule la plus récente compte.",
                "La lettre était ouverte, le code est refusé, le délai est passé ? Demandez-en une autre :",
            ),
        )


def _day(at: datetime) -> str:
    return f"{'1er' if at.day == 1 else at.day} {_MONTHS[at.month - 1]} {at.year}"


def _address(url: str) -> str:
    """As one types it."""
    return urlsplit(url).netloc or url
