"""What every body is made of, and how a refusal looks."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

MAX_TOKEN = 512
MAX_PASSWORD = 1_024
MAX_ADDRESS = 320
CHALLENGE_TOKEN = r"^[A-Za-z0-9._~-]{16,512}$"  # noqa: S105 - how one looks

Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD)]
Token = Annotated[SecretStr, Field(min_length=1, max_length=MAX_TOKEN)]
"""A ticket, or what a link in a mail carries."""
Code = Annotated[SecretStr, Field(min_length=1, max_length=64)]
"""One that was printed."""
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A text without control characters."""


class ApiModel(BaseModel):
    model_config = ConfigDict(frozen=True)


class ProblemDocument(ApiModel):
    """RFC 9457. `code` is stable; title and detail are French.

    Only with some codes: advice (weak-password), fields (invalid-request: those of the request that can't be),
    tries_left (bad-code), difficulty (challenge-required: zero bits of the next proof of work)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    advice: list[str] | None = None
    fields: list[str] | None = None
    tries_left: int | None = None
    difficulty: int | None = None
