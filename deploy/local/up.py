"""Second stage of `make run`: brings the whole system up step by step, and keeps it until Ctrl-C or SIGTERM."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import FrameType

from deploy.local import web
from deploy.local.failure import Failure
from deploy.local.hold import held
from deploy.local.layout import CHECKOUT, RUN_HOME, Layout
from deploy.local.programs import PROGRAMS
from deploy.local.steps import decimal, step
from deploy.local.system import Options, System

DEMONSTRATION_SECONDS = 600
WATCH_SECONDS = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """The operator asked to stop."""


def main() -> None:
    """Run until stopped. Ends with 1 and one line when something fails."""
    started = time.monotonic()
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)
    try:
        with held(Layout(RUN_HOME).keeper):
            _run(started)
    except Failure as failure:
        sys.exit(f"\n{failure}")
    except Stopped:
        return


def _run(started: float) -> None:
    with step("Vérifications"):
        system = System(options(os.environ))
    try:
        _bring_up(system)
        _tell(system, time.monotonic() - started)
        _watch(system)
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        sys.stdout.write("\n")
        with step("Arrêt"):
            system.close()


def options(environment: Mapping[str, str]) -> Options:
    """Servers whose address is in the environment are used; the others are private."""
    names = {name: f"{name.upper()}_DATABASE_URL" for name in ("auth", "mail", "calendar", "contacts")}
    return Options(
        home=RUN_HOME,
        amqp_url=environment.get("AMQP_URL") or None,
        database_urls={name: environment[variable] for name, variable in names.items() if environment.get(variable)},
    )


def _bring_up(system: System) -> None:
    if not web.is_current():
        with step("Application web"):
            web.build()
    with step("Supervision"):
        system.start_servers()
    with step("PostgreSQL"):
        system.wait_for_databases()
    with step("RabbitMQ"):
        system.wait_for_broker()
    with step("Migrations"):
        system.migrate()
    with step(f"Services ({len(PROGRAMS)} processus)"):
        system.start_services()
        system.wait_until_ready()
    if not system.layout.demonstration.exists():
        with step("Jeu de démonstration"):
            _load_demonstration(system)


def _load_demonstration(system: System) -> None:
    """deploy.demo loads its set through the services, then writes how to sign in to the file DEMONSTRATION_FILE."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo"],
        cwd=CHECKOUT,
        env={**system.environment, "DEMONSTRATION_FILE": str(system.layout.demonstration)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEMONSTRATION_SECONDS,
        check=False,
    )
    (system.layout.logs / "demonstration.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        said = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), f"code {done.returncode}")
        raise Failure(f"Jeu de démonstration : {said}")


def _tell(system: System, seconds: float) -> None:
    sys.stdout.write(f"\nPrêt en {decimal(seconds)} s. Ouvrez {system.addresses.web}\n\n")
    sys.stdout.write(system.layout.demonstration.read_text(encoding="utf-8"))
    if system.data_elsewhere:
        sys.stdout.write(f"\nPostgreSQL refuse root : ses données sont dans {system.data_elsewhere}.\n")
    sys.stdout.write("\nCtrl-C arrête tout ; les données restent (« make reset » les efface).\n")
    sys.stdout.flush()


def _watch(system: System) -> None:
    """Keep endpoints.json true; the supervisor restarts what ends."""
    while system.supervisor_runs:
        system.write_endpoints()
        time.sleep(WATCH_SECONDS)
    raise Failure("Le superviseur s'est arrêté : relancez « make run ».")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    main()
