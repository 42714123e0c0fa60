"""The trail: verifying it, and erasing what its time is over for."""

import argparse
import re
from datetime import date

from services.auth.bootstrap import Auth
from services.auth.cli.commands import Commands
from services.auth.domain.trail import TrailHead
from services.auth.domain.trail_check import Fault, Finding, Place

_HEAD = re.compile(r"([0-9a-f]{64})@([0-9]{4})-(0[1-9]|1[0-2])/([1-9][0-9]{0,17})")
_SAID = {
    Fault.MISSING: "manque",
    Fault.BROKEN: "ne correspond pas à son sceau (modifiée, ou celle d’avant l’a été)",
    Fault.MOVED: "n’est pas à sa place",
    Fault.ADDED: "n’est pas de la trace",
    Fault.UNKNOWN_KEY: "scellée sous une clé inconnue (réglage AUTH_HMAC_PREVIOUS_KEYS)",
    Fault.NOT_CLOSED: "dernière ligne d’un mois dont la fin n’a pas été notée",
    Fault.OTHER_END: "n’est pas la fin qui avait été notée",
    Fault.ERASED_UNNOTED: "effacée, et aucune ligne ne le dit",
    Fault.NOT_AS_EXPECTED: "n’est pas celle qui était attendue",
}


def verify(auth: Auth, arguments: argparse.Namespace) -> None:
    """Says what does not fit, then how far the trail goes and its head. Ends with status 1 when something does not
    fit."""
    report = auth.verify_trail(arguments.expect)
    for finding in report.findings:
        print(_told(finding))
    if report.more:
        print(f"… et {report.more} autres")
    until = f", jusqu’au {report.last_at:%Y-%m-%d %H:%M:%S} UTC" if report.last_at else ""
    erased = f" ; mois effacés jusqu’à {report.erased_until:%Y-%m}" if report.erased_until else ""
    print(f"{report.lines} ligne{'s' if report.lines > 1 else ''}{until}{erased}")
    print(f"tête : {report.head}")
    if report.findings:
        print("la trace a été altérée")
        raise SystemExit(1)
    print("la trace est intacte")


def erase(auth: Auth, arguments: argparse.Namespace) -> None:  # noqa: ARG001 - a command like the others
    total = 0
    while erased := auth.erase_trail():
        total += erased
    print(f"{total} ligne{'s' if total > 1 else ''} effacée{'s' if total > 1 else ''}")


def register(commands: Commands) -> None:
    trail = commands.add_parser("trail", help="la trace des comptes : vérification, conservation")
    acts = trail.add_subparsers(required=True, metavar="acte")
    verifying = acts.add_parser("verify", help="cherche une ligne modifiée, manquante ou déplacée")
    verifying.add_argument(
        "--expect",
        action="append",
        default=[],
        type=_head,
        metavar="SCEAU@AAAA-MM/N",
        help="une tête notée plus tôt, qui doit encore en être (plusieurs fois s’il le faut)",
    )
    verifying.set_defaults(command=verify)
    erasing = acts.add_parser("erase", help="efface les mois dont la durée de conservation est passée")
    erasing.set_defaults(command=erase)


def _head(text: str) -> TrailHead:
    match = _HEAD.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError("sceau@année-mois/numéro, comme la commande l’écrit")
    seal, year, month, number = match.groups()
    return TrailHead(date(int(year), int(month), 1), int(number), bytes.fromhex(seal))


def _told(finding: Finding) -> str:
    place = _place((finding.month, finding.first))
    if finding.last > finding.first:
        place += f" à {finding.last}"
    origin = f" (scellée comme {_place(finding.origin)})" if finding.origin else ""
    return f"{place} : {_SAID[finding.fault]}{origin}"


def _place(place: Place) -> str:
    month, number = place
    return f"{month:%Y-%m}/{number}"
