"""`python -m services.auth.cli COMMAND …`."""

import argparse
import sys

import psycopg2
import psycopg2.errors

from chassis.db import Database
from chassis.settings import from_environment, institution, stop
from services.auth.bootstrap import build
from services.auth.cli import accounts, activation, states, trail
from services.auth.cli.commands import Command
from services.auth.settings import StoreSettings

GROUPS = (accounts, activation, states, trail)


def main(arguments: list[str]) -> None:
    parsed = _parser().parse_args(arguments)
    command: Command = parsed.command
    settings = from_environment(StoreSettings)
    database = Database(settings.auth_database_url, size=2, application_name="auth-cli")
    try:
        command(build(settings, institution(), database), parsed)
    except psycopg2.errors.UndefinedTable:
        stop("la base de données d’auth n’a pas ses tables : python -m chassis.migrate auth")
    except psycopg2.OperationalError:
        stop("la base de données d’auth ne répond pas (réglage AUTH_DATABASE_URL)")
    finally:
        database.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.auth.cli", description="Comptes des agents")
    commands = parser.add_subparsers(required=True, metavar="commande")
    for group in GROUPS:
        group.register(commands)
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
