"""What a client says of a push subscription (RFC 8620 §7.2), as far as it may."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chassis.jmap.errors import InvalidProperties
from chassis.jmap.standard import Id
from chassis.outward.errors import OutwardError
from chassis.outward.target import Target
from contracts.jmap import JsonObject
from services.auth.domain.push_subscription import PushKeys

HTTPS = frozenset({"https"})
AUTH_BYTES = 16

UtcDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$", max_length=30)]
Types = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=64)]], Field(max_length=64)]

IsPublicKey = Callable[[bytes], bool]
"""Whether these bytes are a point of P-256, uncompressed."""


class Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GivenKeys(Given):
    p256dh: str
    auth: str


class NewSubscription(Given):
    """verificationCode stands here to be null only: the server makes it."""

    deviceClientId: Id
    url: Annotated[str, StringConstraints(max_length=2_000)]
    keys: GivenKeys | None = None
    verificationCode: None = None
    expires: UtcDate | None = None
    types: Types | None = None


class ChangedSubscription(Given):
    """What of it may be changed. The immutable ones may be told again."""

    deviceClientId: str | None = None
    url: str | None = None
    verificationCode: str | None = None
    expires: UtcDate | None = None
    types: Types | None = None


GivenModel = TypeVar("GivenModel", bound=Given)


def read(model: type[GivenModel], given: JsonObject) -> GivenModel:
    """Raises InvalidProperties."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise InvalidProperties(*sorted({str(fault["loc"][0]) for fault in error.errors()})) from None


def target_of(url: str) -> Target:
    """Raises InvalidProperties for what is no https address of a public server's form."""
    try:
        return Target.of(url, HTTPS)
    except OutwardError:
        raise InvalidProperties("url", description="an https address is needed") from None


def keys_of(given: GivenKeys | None, is_public_key: IsPublicKey) -> PushKeys | None:
    """Raises InvalidProperties."""
    if given is None:
        return None
    keys = PushKeys(_from_base64url(given.p256dh), _from_base64url(given.auth))
    if len(keys.auth_secret) != AUTH_BYTES or not is_public_key(keys.public_key):
        raise InvalidProperties("keys")
    return keys


def moment_of(expires: str | None, now: datetime) -> datetime | None:
    """Raises InvalidProperties for what is no date, or has passed."""
    if expires is None:
        return None
    try:
        moment = datetime.fromisoformat(expires[:19] + "+00:00")
    except ValueError:
        raise InvalidProperties("expires") from None
    if moment <= now:
        raise InvalidProperties("expires", description="it has passed")
    return moment


def _from_base64url(text: str) -> bytes:
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidProperties("keys") from None
