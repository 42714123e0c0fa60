"""What mailboxes may hold: showing and setting it, and recounting what they hold."""

import argparse

from chassis.settings import stop
from services.mail.application.ports import UnknownAccountError
from services.mail.application.quotas import Drift
from services.mail.application.rows import QuotaRow
from services.mail.cli.commands import Commands
from services.mail.operator_bootstrap import Operator

MEGABYTE = 1_000_000


def show(operator: Operator, arguments: argparse.Namespace) -> None:
    try:
        rows = operator.quotas.show(arguments.address)
    except UnknownAccountError:
        stop("aucune boîte à cette adresse")
    print("\n".join(map(_told, rows)))


def limit(operator: Operator, arguments: argparse.Namespace) -> None:
    """Without a limit the account has the institution's again."""
    octets = None if arguments.mb is None else arguments.mb * MEGABYTE
    try:
        operator.quotas.limit(arguments.address, octets, arguments.emails)
    except UnknownAccountError:
        stop("aucune boîte à cette adresse")
    show(operator, arguments)


def recount(operator: Operator, arguments: argparse.Namespace) -> None:
    """Ends with status 1 when a sum was wrong and is left so."""
    accounts = wrong = 0
    for account_id, drift in operator.quotas.recount(mend=arguments.mend):
        accounts += 1
        if drift != Drift(0, 0):
            wrong += 1
            print(f"{account_id} : {drift.octets:+d} octets, {drift.emails:+d} messages")
    mended = ", corrigés" if arguments.mend and wrong else ""
    print(f"{accounts} comptes, {wrong} écart{'s' if wrong > 1 else ''}{mended}")
    if wrong and not arguments.mend:
        raise SystemExit(1)


def register(commands: Commands) -> None:
    quota = commands.add_parser("quota", help="ce que les boîtes peuvent contenir")
    acts = quota.add_subparsers(required=True, metavar="acte")
    showing = acts.add_parser("show", help="ce qu’une boîte contient et peut contenir")
    limiting = acts.add_parser("limit", help="donne ses propres limites à une boîte, ou, sans limite, les communes")
    for act, command in ((showing, show), (limiting, limit)):
        act.add_argument("--address", required=True, metavar="ADRESSE", help="prenom.nom@domaine")
        act.set_defaults(command=command)
    limiting.add_argument("--mb", type=_positive, metavar="N", help="mégaoctets")
    limiting.add_argument("--emails", type=_positive, metavar="N", help="messages")
    recounting = acts.add_parser("recount", help="recompte chaque boîte et dit les écarts")
    recounting.add_argument("--mend", action="store_true", help="les corrige aussi")
    recounting.set_defaults(command=recount)


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("un nombre positif")
    return number


def _told(row: QuotaRow) -> str:
    if row.resource_type == "octets":
        return f"{row.used / MEGABYTE:.1f} Mo sur {row.hard_limit / MEGABYTE:.0f}"
    return f"{row.used} messages sur {row.hard_limit}"
