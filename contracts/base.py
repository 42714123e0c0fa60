"""What every contract is made of.

A *contract* is an immutable pydantic model that crosses the bus as JSON. Unknown fields are ignored, so adding an
optional field keeps both sides working; removing or retyping one is a breaking change and a test refuses it.
"""

import secrets
from collections.abc import Callable
from typing import Annotated, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, SecretStr

ACCOUNT_ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
MAX_MESSAGE_BYTES = 262_144
"""No request, reply or event may be larger on the bus: bodies travel as blob ids."""

P = TypeVar("P", bound=type)

Secret = Annotated[SecretStr, PlainSerializer(lambda value: value.get_secret_value(), str, when_used="json")]
"""Masked wherever it is printed; its text goes into the JSON that crosses the bus, and nowhere else."""


class Contract(BaseModel):
    """A request, a reply or a part of one."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_bytes="base64", val_json_bytes="base64")


class Empty(Contract):
    """Nothing to say beyond "it was done"."""


class Event(Contract):
    """A fact that a service publishes through its outbox.

    `type` is the routing key; its first word is the publishing service, whose exchange is `<service>.events`.
    `consumers` names the services that must get it: their queues are declared before anything is published, and a
    message that reaches none of them is an error. An event without consumers is a broadcast that nobody may hear.
    """

    type: ClassVar[str]
    consumers: ClassVar[tuple[str, ...]] = ()


class StateChanged(Event):
    """The JMAP states of an account moved (RFC 8620 §7.1). Each gateway process listens for its own clients' event
    sources; auth keeps those of mail, calendar and contacts for its push subscriptions.

    `changed` maps a JMAP type name ("Email", "Mailbox", …) to its new state string.
    """

    account_id: str
    changed: dict[str, str]


class Ping(Contract):
    """Asks a service whether it answers at all."""


class Pong(Contract):
    service: str


def rpc_service(name: str) -> Callable[[P], P]:
    """Marks a Protocol as the RPC interface of the service `name`: each public method is callable as `name.method`."""

    def mark(protocol: P) -> P:
        for attribute, member in list(vars(protocol).items()):
            if callable(member) and not attribute.startswith("_"):
                vars(member)["__rpc__"] = (name, attribute)
        return protocol

    return mark


def new_account_id() -> str:
    """A fresh account id: "a" and twelve characters that tell nothing, usable as a JMAP Id (RFC 8620 §1.2)."""
    return "a" + "".join(secrets.choice(ACCOUNT_ID_ALPHABET) for _ in range(12))
