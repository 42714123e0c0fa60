"""Blobs that nothing refers to: what they come to, and collecting them now."""

import argparse

from services.mail.cli.commands import Commands
from services.mail.operator_bootstrap import Operator

MEGABYTE = 1_000_000
DAY = 86_400


def unused(operator: Operator, arguments: argparse.Namespace) -> None:
    """Removes nothing."""
    blobs = octets = 0
    for blob in operator.blobs.unused():
        blobs, octets = blobs + 1, octets + blob.size
        if arguments.names:
            print(f"{blob.sha256} {blob.size} octets, {blob.age / DAY:.1f} jours")
    print(f"{_told(blobs, octets)} à supprimer")


def collect(operator: Operator, arguments: argparse.Namespace) -> None:  # noqa: ARG001 - a command like the others
    deleted = 0
    while batch := operator.messages.delete():
        deleted += batch
    collected = operator.blobs.collect_all()
    print(f"{deleted} message{'s' if deleted > 1 else ''} sans boîte")
    print(f"{_told(collected.blobs, collected.octets)} supprimé{'s' if collected.blobs > 1 else ''}")


def register(commands: Commands) -> None:
    blobs = commands.add_parser("blobs", help="les contenus que rien ne désigne plus")
    acts = blobs.add_subparsers(required=True, metavar="acte")
    showing = acts.add_parser("unused", help="dit ce qui serait supprimé, sans rien supprimer")
    showing.add_argument("--names", action="store_true", help="chacun par son nom")
    showing.set_defaults(command=unused)
    acts.add_parser("collect", help="les supprime maintenant, sans attendre mail-clock").set_defaults(command=collect)


def _told(blobs: int, octets: int) -> str:
    return f"{blobs} contenu{'s' if blobs > 1 else ''} ({octets / MEGABYTE:.1f} Mo)"
