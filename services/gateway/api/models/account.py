"""An account, for its holder."""

from typing import Annotated

from pydantic import Field

from contracts import account
from services.gateway.api.models.base import MAX_ADDRESS, ApiModel, Line, Password


class RecoveryMeans(ApiModel):
    """email: masked, "" for none. email_waiting: a newer one, masked too, that takes its place once it is confirmed; ""
    for none."""

    email: str
    email_confirmed: bool
    email_waiting: str
    codes_left: int

    @classmethod
    def of(cls, means: account.RecoveryMeans) -> "RecoveryMeans":
        return cls.model_validate(means, from_attributes=True)


class Reopening(ApiModel):
    """A new activation of this account was asked for; the holder may stop it until `opens_at`. Seconds since the
    epoch."""

    asked_at: float
    opens_at: float


class Account(ApiModel):
    """password_changed_at: seconds since the epoch."""

    address: str
    short_login: str
    given_name: str
    family_name: str
    category: str
    password_changed_at: float
    means: RecoveryMeans
    reopening: Reopening | None

    @classmethod
    def of(cls, view: account.AccountView) -> "Account":
        return cls(
            address=view.agent.address,
            short_login=view.short_login,
            given_name=view.agent.given_name,
            family_name=view.agent.family_name,
            category=view.agent.category,
            password_changed_at=view.password_changed_at,
            means=RecoveryMeans.of(view.means),
            reopening=Reopening.model_validate(view.reopening, from_attributes=True) if view.reopening else None,
        )


class PasswordChange(ApiModel):
    current: Password
    password: Password


class RecoveryEmail(ApiModel):
    """address: "" removes the one there is."""

    current: Password
    address: Annotated[Line, Field(max_length=MAX_ADDRESS)]


class CodesRequest(ApiModel):
    current: Password


class RecoveryCodes(ApiModel):
    """To be printed: shown this once. Earlier ones are void."""

    codes: list[str]


class OpenSession(ApiModel):
    """place: the institution's name for the network, "" when it has none. Times: seconds since the epoch."""

    session_id: str
    current: bool
    browser: str
    system: str
    source: str
    place: str
    shared: bool
    opened_at: float
    used_at: float


class OpenSessions(ApiModel):
    sessions: list[OpenSession]

    @classmethod
    def of(cls, found: account.OpenSessions) -> "OpenSessions":
        return cls.model_validate(found, from_attributes=True)


class ActivityLine(ApiModel):
    """action: a stable word. by: agent, administration, or unknown (somebody who did not prove who they are). Browser,
    system, source and place: "" where nobody was at a screen."""

    at: float
    action: str
    by: str
    browser: str
    system: str
    source: str
    place: str
    details: dict[str, str | int]


class Activity(ApiModel):
    """Newest first. next: goes into `before` for the lines that follow, "" when there are none."""

    lines: list[ActivityLine]
    next: str

    @classmethod
    def of(cls, found: account.Activity) -> "Activity":
        return cls.model_validate(found, from_attributes=True)
