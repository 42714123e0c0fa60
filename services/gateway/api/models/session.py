"""Signing in, and the first password."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from contracts import auth
from services.gateway.api.models.base import CHALLENGE_TOKEN, MAX_ADDRESS, ApiModel, Line, Password, Token


class SolvedChallenge(ApiModel):
    """typed: the displayed code. nonce: the proof of work. Each challenge serves once, right or wrong."""

    token: str = Field(pattern=CHALLENGE_TOKEN)
    typed: Annotated[Line, Field(max_length=64)]
    nonce: Annotated[Line, Field(max_length=64)]

    def as_contract(self) -> auth.SolvedChallenge:
        return auth.SolvedChallenge(token=self.token, typed=self.typed, nonce=self.nonce)


class SignIn(ApiModel):
    """login: professional address or short identifier. password: the personal one, or the NUMEN the first time.
    shared: others use this computer too. solved: after challenge-required."""

    login: Annotated[Line, Field(min_length=1, max_length=MAX_ADDRESS)]
    password: Password
    shared: bool = False
    solved: SolvedChallenge | None = None


class Activation(ApiModel):
    """ticket: from a sign-in that answered must-choose-password. code: the administration's, where needs_code said so.
    recovery_email: a personal address for the day the password is lost."""

    ticket: Token
    password: Password
    code: SecretStr = Field(default=auth.NO_SECRET, max_length=64)
    recovery_email: Annotated[Line, Field(max_length=MAX_ADDRESS)] = ""
    shared: bool = False


class SessionView(ApiModel):
    """Who is signed in. csrf goes into X-CSRF-Token with every unsafe request. shared: nothing may stay on this
    computer."""

    account_id: str
    address: str
    given_name: str
    family_name: str
    category: str
    csrf: str
    shared: bool

    @classmethod
    def of(cls, agent: auth.Agent, *, csrf: str, shared: bool) -> "SessionView":
        return cls(
            account_id=agent.account_id,
            address=agent.address,
            given_name=agent.given_name,
            family_name=agent.family_name,
            category=agent.category,
            csrf=csrf,
            shared=shared,
        )


class SignedIn(ApiModel):
    state: Literal["signed-in"] = "signed-in"
    session: SessionView


class MustChoosePassword(ApiModel):
    """needs_code: the activation asks for the administration's one-time code as well."""

    state: Literal["must-choose-password"] = "must-choose-password"
    ticket: str
    needs_code: bool
