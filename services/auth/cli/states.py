"""Suspending, restoring and closing accounts."""

import argparse
from functools import partial

from chassis.settings import stop
from services.auth.application.change_state import DEPART, RESTORE, SUSPEND, Act, RefusedChangeError
from services.auth.bootstrap import Auth
from services.auth.cli.commands import Commands
from services.auth.domain.operator_words import MAX_OPERATOR, MAX_REASON, RefusedWordsError

_STATES = {
    "active": "compte ouvert",
    "never_activated": "compte à activer",
    "suspended": "compte suspendu",
    "departed": "compte fermé",
}


def change_state(act: Act, auth: Auth, arguments: argparse.Namespace) -> None:
    """Says the state, and how many sessions ended. An account that was so already is left as it is."""
    try:
        done = auth.change_state(act, arguments.address, operator=arguments.operator, reason=arguments.reason)
    except (RefusedChangeError, RefusedWordsError) as error:
        stop(str(error))
    sessions = done.sessions_ended
    ended = f", {sessions} session{'s' if sessions > 1 else ''} terminée{'s' if sessions > 1 else ''}"
    print(_STATES[done.state] + (ended if done.changed else ", déjà"))


def register(commands: Commands) -> None:
    for name, act, told in (
        ("suspend", SUSPEND, "suspend un compte : plus rien ne s’ouvre, ses sessions se terminent"),
        ("restore", RESTORE, "rouvre un compte suspendu ou fermé"),
        ("depart", DEPART, "ferme le compte d’un agent parti ; tout est conservé"),
    ):
        changing = commands.add_parser(name, help=told)
        changing.add_argument("--address", required=True, metavar="ADRESSE", help="prenom.nom@domaine")
        changing.add_argument(
            "--operator", required=True, metavar="NOM", help=f"qui le fait ({MAX_OPERATOR} caractères au plus)"
        )
        kept = f"gardé dans la trace : sans secret, {MAX_REASON} caractères au plus"
        changing.add_argument("--reason", default="", metavar="MOTIF", help=kept)
        changing.set_defaults(command=partial(change_state, act))
