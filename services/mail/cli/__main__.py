"""`python -m services.mail.cli COMMAND …`."""

import argparse
import sys

import psycopg2
import psycopg2.errors

from chassis.settings import from_environment, institution, stop
from services.mail.cli import blobs, quota
from services.mail.cli.commands import Command
from services.mail.operator_bootstrap import OperatorSettings, operator

GROUPS = (blobs, quota)


def main(arguments: list[str]) -> None:
    parsed = _parser().parse_args(arguments)
    command: Command = parsed.command
    try:
        with operator(from_environment(OperatorSettings), institution()) as tools:
            command(tools, parsed)
    except psycopg2.errors.UndefinedTable:
        stop("la base de données de mail n’a pas ses tables : python -m chassis.migrate mail")
    except psycopg2.OperationalError:
        stop("la base de données de mail ne répond pas (réglage MAIL_DATABASE_URL)")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.mail.cli", description="Boîtes aux lettres")
    commands = parser.add_subparsers(required=True, metavar="commande")
    for group in GROUPS:
        group.register(commands)
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
