"""Settings come from the environment; the institution's own come from one TOML file that every process may read."""

import os
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, ValidationError, model_validator


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
    """postmaster: the address that reads postmaster@ and abuse@; while it is empty, that mail waits in the spool.
    quota_mb, quota_emails: what a mailbox may hold that was given no limits of its own. trash_days, junk_days: how long
    mail stays there, from the day it was put there; 0: for ever. changes_kept_days: for so long clients that were away
    are told what went; later they ask for all again. undo_send_seconds: so long an agent may call back what was just
    sent; 0: what is sent has left."""

    max_message_bytes: int = Field(default=26_214_400, gt=0)
    quota_mb: int = Field(default=10_000, gt=0)
    quota_emails: int = Field(default=2_000_000, gt=0)
    trash_days: int = Field(default=30, ge=0)
    junk_days: int = Field(default=30, ge=0)
    postmaster: str = ""
    changes_kept_days: int = Field(default=90, ge=1)
    undo_send_seconds: int = Field(default=15, ge=0, le=120)


class Network(Frozen):
    """How a network is called in the list of sessions. `cidr`: 192.0.2.0/24."""

    cidr: IPvAnyNetwork
    name: str


class ThrottlePolicy(Frozen):
    """How many wrong guesses are taken within `window_minutes` before more is asked for: the displayed code, and a
    proof of work. Its `difficulty` (bits: one more is twice the work) grows by one each time the failures double beyond
    the limit, up to `max_difficulty`.

    per_known_device, per_known_place: of somebody who holds the cookie of a device, or whose mail client comes from
    where the same one signed in before; they have these counters to themselves. The others are shared."""

    window_minutes: int = Field(default=15, gt=0)
    per_known_device: int = Field(default=10, gt=0)
    per_known_place: int = Field(default=100, gt=0)
    per_account_and_source: int = Field(default=5, gt=0)
    per_account: int = Field(default=30, gt=0)
    per_source: int = Field(default=200, gt=0)
    globally: int = Field(default=2_000, gt=0)
    difficulty: int = Field(default=14, ge=0, le=24)
    max_difficulty: int = Field(default=17, ge=0, le=24)


class AccountPolicy(Frozen):
    """sensitive_categories: those whose activation asks for a one-time code on paper as well. reopening_delay_hours:
    how long the holder may stop an activation that was opened again by telephone. confirmation_hours: how long the link
    to confirm a recovery address works."""

    categories: list[str] = []
    sensitive_categories: list[str] = []
    departements: list[str] = []
    activation_days: int = Field(default=30, gt=0)
    ticket_minutes: int = Field(default=10, gt=0)
    reopening_delay_hours: int = Field(default=24, gt=0)
    recovery_link_minutes: int = Field(default=15, gt=0)
    confirmation_hours: int = Field(default=48, gt=0)
    session_idle_minutes: int = Field(default=120, gt=0)
    session_absolute_hours: int = Field(default=12, gt=0)
    shared_session_idle_minutes: int = Field(default=15, gt=0)
    trail_months: int = Field(default=12, gt=0)
    throttle: ThrottlePolicy = ThrottlePolicy()

    @model_validator(mode="after")
    def _sensitive_categories_exist(self) -> "AccountPolicy":
        """A misspelt one would ask nobody for a code."""
        if not set(self.sensitive_categories) <= set(self.categories):
            raise ValueError("sensitive_categories: each must be one of categories")
        return self


class InstitutionSettings(Frozen):
    """The whole TOML file named by WEBMAIL_SETTINGS."""

    institution: Institution
    mail: MailPolicy = MailPolicy()
    auth: AccountPolicy = AccountPolicy()
    help: list[HelpContact] = []
    establishments: list[Establishment] = []
    networks: list[Network] = []
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
