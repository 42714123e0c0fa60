"""Settings come from the environment; the institution's own come from one TOML file that every process may read."""

import os
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


SettingsModel = TypeVar("SettingsModel", bound=Frozen)


class Institution(Frozen):
    """Whose mail system this is. `domain` is the domain of every professional address."""

    name: str
    short: str = "Messagerie"
    domain: str


class HelpContact(Frozen):
    """Whom an agent of one status asks for help; any of the last three may be empty."""

    status: str
    label: str
    contact: str = ""
    phone: str = ""
    email: str = ""


class Establishment(Frozen):
    """A school or an office. `uai`: its national number."""

    uai: str
    name: str


class MailPolicy(Frozen):
    """postmaster: the address that reads postmaster@ and abuse@; while it is empty, that mail waits in the spool."""

    max_message_bytes: int = Field(default=26_214_400, gt=0)
    postmaster: str = ""


class AccountPolicy(Frozen):
    categories: list[str] = []
    departements: list[str] = []
    session_idle_minutes: int = Field(default=120, gt=0)
    session_absolute_hours: int = Field(default=12, gt=0)
    ticket_minutes: int = Field(default=10, gt=0)


class InstitutionSettings(Frozen):
    """The whole TOML file named by WEBMAIL_SETTINGS."""

    institution: Institution
    mail: MailPolicy = MailPolicy()
    auth: AccountPolicy = AccountPolicy()
    help: list[HelpContact] = []
    establishments: list[Establishment] = []
    colours: dict[str, str] = {}


def stop(message: str) -> NoReturn:
    """Ends the process with one clear line on stderr: a setting is missing or wrong."""
    sys.stderr.write(message + "\n")
    raise SystemExit(2)


def from_environment(model: type[SettingsModel], environment: Mapping[str, str] = os.environ) -> SettingsModel:
    """Fills `model` from the environment: field `amqp_url` is the variable AMQP_URL. Ends the process with one line
    per missing or invalid variable, naming it and never its value."""
    given = {field: environment[field.upper()] for field in model.model_fields if field.upper() in environment}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        stop("\n".join(f"setting {_variable(fault['loc'])}: {fault['msg']}" for fault in error.errors()))


@cache
def institution(path: str | None = None) -> InstitutionSettings:
    """The institution's settings, read once. Ends the process with one line when the file is missing or wrong."""
    location = path or os.environ.get("WEBMAIL_SETTINGS", "")
    if not location:
        stop("setting WEBMAIL_SETTINGS: the path of the institution's TOML file is required")
    try:
        return InstitutionSettings.model_validate(_read(Path(location)))
    except (OSError, tomllib.TOMLDecodeError) as error:
        stop(f"settings file {location}: {error}")
    except ValidationError as error:
        faults = "; ".join(f"{_variable(fault['loc']).lower()}: {fault['msg']}" for fault in error.errors())
        stop(f"settings file {location}: {faults}")


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _variable(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location).upper()
