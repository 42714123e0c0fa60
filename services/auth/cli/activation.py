"""Activations: opening them again, handing out codes, calling an agent back."""

import argparse
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from chassis.settings import from_environment, institution, stop
from services.auth.adapters.clock import utc_now
from services.auth.adapters.letters_pdf import LetterPrinter
from services.auth.application.call_back import RefusedCallBackError
from services.auth.application.hand_out_codes import HandedOut
from services.auth.bootstrap import Auth
from services.auth.cli.commands import Commands
from services.auth.domain.account import InvalidUaiError, parse_uai
from services.auth.domain.activation import Selection
from services.auth.domain.address import normalise_login
from services.auth.domain.letter_text import Letter, LetterWording
from services.auth.domain.names import fold
from services.auth.domain.operator_words import MAX_OPERATOR, RefusedWordsError
from services.auth.settings import LettersSettings

TIME_ZONE = ZoneInfo("Europe/Paris")
MAX_DAYS = 366


def open_again(auth: Auth, arguments: argparse.Namespace) -> None:
    """Says how many."""
    try:
        opened = auth.open_activations(_selection(arguments), operator=arguments.operator, days=arguments.days)
    except RefusedWordsError as error:
        stop(str(error))
    if arguments.address and not opened:
        stop("aucun compte jamais activé n’a cette adresse")
    print(_counted(opened, "activation ouverte", "activations ouvertes"))


def letters(auth: Auth, arguments: argparse.Namespace) -> None:
    """A PDF for each batch, named as it is written; then how many letters there are, and how many agents got none."""
    printer, wording = _letterhead()
    paths = _paths(arguments.folder)
    written = closed = 0
    try:
        for batch in auth.hand_out_codes(_selection(arguments), operator=arguments.operator):
            closed += batch.closed
            if batch.codes:
                path = next(paths)
                printer.print([_letter(wording, handed_out) for handed_out in batch.codes], path)
                written += len(batch.codes)
                print(f"{path} : {_counted(len(batch.codes), 'lettre')}", flush=True)
    except RefusedWordsError as error:
        stop(str(error))
    except OSError as error:
        stop(f"écriture impossible : {error.strerror}. Recommencez : les codes de ce lot ne sont sur aucune lettre")
    print(_counted(written, "lettre"))
    if closed:
        told = _counted(closed, "agent n’en a pas", "agents n’en ont pas")
        print(f"{told} : leur délai d’activation est passé (commande open)")


def code(auth: Auth, arguments: argparse.Namespace) -> None:
    """One code, to be handed over or read out."""
    try:
        batches = list(auth.hand_out_codes(_selection(arguments), operator=arguments.operator))
    except RefusedWordsError as error:
        stop(str(error))
    codes = [handed_out for batch in batches for handed_out in batch.codes]
    if any(batch.closed for batch in batches):
        stop("le délai d’activation de ce compte est passé : commande open")
    if not codes:
        stop("aucun compte à activer avec un code n’a cette adresse")
    print(codes[0].code)
    print(f"valable une fois, avant le {_clock(codes[0].closes_at)} ; les codes d’avant ne valent plus rien")


def call_back(auth: Auth, arguments: argparse.Namespace) -> None:
    """The code to dictate, and from when on it serves."""
    try:
        handed_out = auth.call_back(arguments.address, operator=arguments.operator, days=arguments.days)
    except (RefusedCallBackError, RefusedWordsError) as error:
        stop(str(error))
    print(handed_out.code)
    serves = f"du {_clock(handed_out.opens_at)} au {_clock(handed_out.closes_at)}"
    print(f"à dicter à l’agent : il sert avec le NUMEN, {serves}")
    print("d’ici là, les sessions ouvertes de l’agent en sont averties et peuvent l’arrêter")


def register(commands: Commands) -> None:
    opening = commands.add_parser("open", help="rouvre l’activation de comptes jamais activés")
    _add_selection(opening)
    _add_days(opening)
    opening.set_defaults(command=open_again)
    printing = commands.add_parser("letters", help="imprime les codes des comptes à activer qui en demandent un (PDF)")
    _add_selection(printing)
    printing.add_argument(
        "--folder", type=_folder, default=Path(), metavar="DOSSIER", help="où écrire les PDF (à défaut : ici)"
    )
    printing.set_defaults(command=letters)
    single = commands.add_parser("code", help="donne le code d’un compte à activer, à remettre en main propre")
    _add_address(single)
    single.set_defaults(command=code, uai="", category="")
    calling = commands.add_parser(
        "call-back", help="rouvre un compte actif, une fois l’agent rappelé au numéro de son dossier"
    )
    _add_address(calling)
    _add_days(calling)
    calling.set_defaults(command=call_back)
    for parser in (opening, printing, single, calling):
        parser.add_argument(
            "--operator", required=True, metavar="NOM", help=f"qui le fait ({MAX_OPERATOR} caractères au plus)"
        )


def _add_selection(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--all", action="store_true", help="tous les comptes jamais activés")
    which.add_argument("--address", default="", metavar="ADRESSE", help="un compte")
    which.add_argument("--uai", type=_uai, help="ceux d’un établissement")
    which.add_argument("--category", default="", metavar="CATÉGORIE", help="ceux d’une catégorie")


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", required=True, metavar="ADRESSE", help="prenom.nom@domaine")


def _add_days(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=_days, metavar="JOURS", help="pour combien de jours (à défaut : le réglage)")


def _selection(arguments: argparse.Namespace) -> Selection:
    settings = institution()
    address = ""
    if arguments.address:
        domain = settings.institution.domain
        address = normalise_login(arguments.address, domain) or stop(f"adresse attendue : prenom.nom@{domain}")
    categories = None
    if arguments.category:
        known = {fold(word): word for word in settings.auth.categories}
        category = known.get(fold(arguments.category)) or stop("catégorie inconnue : " + ", ".join(known.values()))
        categories = (category,)
    return Selection(address, arguments.uai or "", categories)


def _letterhead() -> tuple[LetterPrinter, LetterWording]:
    own, common = from_environment(LettersSettings), institution()
    names = {establishment.uai: establishment.name for establishment in common.establishments}
    try:
        printer = LetterPrinter(common.institution, common.help, own.auth_font_folder)
    except FileNotFoundError as error:
        stop(f"police absente : {error.filename} (paquet fonts-dejavu-core, réglage AUTH_FONT_FOLDER)")
    return printer, LetterWording(common.institution.name, own.public_url, names)


def _letter(wording: LetterWording, handed_out: HandedOut) -> Letter:
    account = handed_out.account
    closes_at, now = handed_out.closes_at.astimezone(TIME_ZONE), utc_now().astimezone(TIME_ZONE)
    return wording.of(account.agent, account.short_login, handed_out.code, closes_at, now)


def _paths(folder: Path) -> Iterator[Path]:
    begun = utc_now().astimezone(TIME_ZONE)
    return (folder / f"lettres-{begun:%Y-%m-%d-%H%M%S}-{number:03}.pdf" for number in count(1))


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir() or not os.access(path, os.W_OK):
        raise argparse.ArgumentTypeError("un dossier existant, où l’on peut écrire")
    return path


def _uai(text: str) -> str:
    try:
        return parse_uai(text)
    except InvalidUaiError:
        raise argparse.ArgumentTypeError("sept chiffres et une lettre") from None


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_DAYS:
        raise argparse.ArgumentTypeError(f"de 1 à {MAX_DAYS}")
    return int(text)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(TIME_ZONE):%d/%m/%Y à %H h %M}"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number < 2 else many or one + 's'}"
