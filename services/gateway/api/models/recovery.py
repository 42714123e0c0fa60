"""The displayed code, the lost password, and what a link in a mail can do."""

from typing import Annotated

from pydantic import Field, SecretStr

from services.gateway.api.models.base import ApiModel, Code, Password, Token
from services.gateway.api.models.session import SolvedChallenge


class Challenge(ApiModel):
    """A code to read or to hear, and a proof of work: a nonce such that SHA-256 of `token:nonce` (ASCII) begins with
    `difficulty` zero bits. expires_at: seconds since the epoch."""

    token: str
    difficulty: int
    expires_at: float


class Identification(ApiModel):
    """birth_date: 1984-03-05 or 05/03/1984."""

    numen: Annotated[SecretStr, Field(min_length=1, max_length=64)]
    birth_date: Annotated[SecretStr, Field(min_length=1, max_length=32)]
    solved: SolvedChallenge


class RecoveryStarted(ApiModel):
    """The same whether or not the person exists. recovery: lets a printed code be redeemed, and nothing else.
    expires_at: seconds since the epoch."""

    recovery: str
    expires_at: float


class CodeRedemption(ApiModel):
    recovery: Token
    code: Code


class ResetTicket(ApiModel):
    ticket: str


class PasswordReset(ApiModel):
    """ticket: from the link in the mail, or from a redeemed code."""

    ticket: Token
    password: Password
    shared: bool = False


class EmailConfirmation(ApiModel):
    """token: from the link that was sent to a recovery address."""

    token: Token
