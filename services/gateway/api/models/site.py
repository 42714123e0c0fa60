"""What anybody may read: the institution's settings, and the state of the services."""

from typing import Literal

from chassis.settings import HelpContact, Institution
from services.gateway.api.models.base import ApiModel


class PublicSettings(ApiModel):
    """The institution's own settings: names, whom to ask for help, and colours that replace the defaults."""

    institution: Institution
    help: list[HelpContact]
    colours: dict[str, str]


ServiceState = Literal["up", "down"]


class ServiceStates(ApiModel):
    auth: ServiceState
    mail: ServiceState
    calendar: ServiceState
    contacts: ServiceState
