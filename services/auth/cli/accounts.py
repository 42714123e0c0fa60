"""Making accounts, and listing them."""

import argparse
import csv
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from chassis.settings import institution, stop
from services.auth.adapters.agents_csv import UnreadableFileError, read_agents
from services.auth.application.agent_row import COLUMNS
from services.auth.application.make_agent import RefusedAgentError
from services.auth.bootstrap import Auth
from services.auth.cli.commands import Commands
from services.auth.domain.account import InvalidUaiError, parse_uai

DEFAULT_UAI = "0340000A"
_MAX_PASSWORD_INPUT = 4_096
_ADVICE = {
    "too-short": "moins de 12 caractères",
    "too-common": "trop courant",
    "too-personal": "tiré de l’identité de l’agent",
}


def import_file(auth: Auth, arguments: argparse.Namespace) -> None:
    """Says each refused line as it comes, then the counts."""
    with _open(arguments.file) as file:
        try:
            lines = read_agents(file, COLUMNS)
        except UnreadableFileError as error:
            stop(f"{arguments.file} : {error}")
        given = ((line.number, line.values, line.fault) for line in lines)
        report = auth.import_agents(given, lambda line, reason: print(f"ligne {line} : {reason}"))
    print(
        f"{_count(report.created, 'créé')}, {_count(report.changed, 'modifié')},"
        f" {_count(report.unchanged, 'inchangé')}, {_count(report.refused, 'refusé')}"
    )


def make_agent(auth: Auth, arguments: argparse.Namespace) -> None:
    """Prints the account id."""
    settings = institution()
    category = arguments.category or next(iter(settings.auth.categories), "")
    departement = arguments.departement or next(iter(settings.auth.departements), "")
    try:
        made = auth.make_agent(
            arguments.address, _password(arguments), category=category, uai=arguments.uai, departement=departement
        )
    except RefusedAgentError as error:
        stop(str(error))
    for code in made.advice:
        sys.stderr.write(f"attention : ce mot de passe serait refusé à un agent ({_ADVICE[code]})\n")
    print(made.account_id)


def list_agents(auth: Auth, arguments: argparse.Namespace) -> None:  # noqa: ARG001 - a command like the others
    """CSV on standard output: adresse;compte;etat;categorie;uai;identifiant."""
    table = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    table.writerow(("adresse", "compte", "etat", "categorie", "uai", "identifiant"))
    for account in auth.list_agents():
        agent = account.agent
        table.writerow((agent.address, agent.account_id, account.state, agent.category, agent.uai, account.short_login))


def register(commands: Commands) -> None:
    importing = commands.add_parser("import", help="importe la liste des agents (CSV)")
    importing.add_argument("file", metavar="FICHIER", help="fichier CSV en UTF-8, ou - pour l’entrée standard")
    importing.set_defaults(command=import_file)
    listing = commands.add_parser("list", help="liste les comptes (CSV)")
    listing.set_defaults(command=list_agents)
    making = commands.add_parser("agent", help="crée ou active tout de suite un compte (mot de passe : PASSWORD)")
    address = os.environ.get("ADDRESS")
    told = "prenom.nom@domaine (à défaut : ADDRESS)"
    making.add_argument("--address", required=not address, default=address, metavar="ADRESSE", help=told)
    making.add_argument("--password-stdin", action="store_true", help="lit le mot de passe sur l’entrée standard")
    making.add_argument("--category", default="", help="catégorie d’un compte nouveau")
    making.add_argument("--departement", default="", help="département d’un compte nouveau")
    making.add_argument("--uai", type=_uai, default=DEFAULT_UAI, help="établissement d’un compte nouveau")
    making.set_defaults(command=make_agent)


def _uai(text: str) -> str:
    try:
        return parse_uai(text)
    except InvalidUaiError:
        raise argparse.ArgumentTypeError("sept chiffres et une lettre") from None


def _open(name: str) -> AbstractContextManager[BinaryIO]:
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        stop(f"{name} : {error.strerror}")


def _password(arguments: argparse.Namespace) -> str:
    if arguments.password_stdin:
        return sys.stdin.read(_MAX_PASSWORD_INPUT).removesuffix("\n")
    return os.environ.get("PASSWORD") or stop("mot de passe attendu dans PASSWORD, ou --password-stdin")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"
