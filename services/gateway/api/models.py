"""Bodies of /api/v1. The OpenAPI document is made from them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from chassis.settings import HelpContact
from chassis.settings import Institution as InstitutionSettings


class ApiModel(BaseModel):
    model_config = ConfigDict(frozen=True)


class SignIn(ApiModel):
    """login: professional address or short identifier. password: the personal one, or the NUMEN the first time."""

    login: str = Field(min_length=1, max_length=320)
    password: SecretStr = Field(min_length=1, max_length=1_024)


class Activation(ApiModel):
    """ticket: from a sign-in that answered must-choose-password."""

    ticket: SecretStr = Field(min_length=1, max_length=512)
    password: SecretStr = Field(min_length=1, max_length=1_024)


class SessionView(ApiModel):
    """Who is signed in. csrf goes into X-CSRF-Token with every unsafe request."""

    account_id: str
    address: str
    given_name: str
    family_name: str
    category: str
    csrf: str


class SignedIn(ApiModel):
    state: Literal["signed-in"] = "signed-in"
    session: SessionView


class MustChoosePassword(ApiModel):
    state: Literal["must-choose-password"] = "must-choose-password"
    ticket: str


class PublicSettings(ApiModel):
    """The institution's own settings: names, whom to ask for help, and colours that replace the defaults."""

    institution: InstitutionSettings
    help: list[HelpContact]
    colours: dict[str, str]


ServiceState = Literal["up", "down"]


class ServiceStates(ApiModel):
    auth: ServiceState
    mail: ServiceState
    calendar: ServiceState
    contacts: ServiceState


class ProblemDocument(ApiModel):
    """RFC 9457. `code` is stable; title and detail are French. `advice` only with code weak-password."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    advice: list[str] | None = None
