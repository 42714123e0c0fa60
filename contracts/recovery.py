"""Auth, for whoever can't sign in: the displayed code, the lost password, and what a link in a mail can do.

Every answer here is the same, in content, in time and in work, whether or not the person exists.
"""

from typing import Protocol

from contracts.auth import Client, SignedIn, SolvedChallenge
from contracts.base import Contract, Empty, Secret, rpc_service


class ChallengeRequest(Contract):
    client: Client = Client()


class Challenge(Contract):
    """A code to read or to hear, and a proof of work: a `nonce` such that SHA-256 of `token:nonce` (ASCII) begins with
    `difficulty` zero bits, or with as many as the error challenge-required told if these are more."""

    token: str
    difficulty: int
    expires_at: float


class ChallengeToken(Contract):
    token: str


class Picture(Contract):
    """PNG."""

    content: bytes


class Sound(Contract):
    """WAV; French."""

    content: bytes


class Identification(Contract):
    """Who somebody says they are. birth_date: 1984-03-05 or 05/03/1984."""

    numen: Secret
    birth_date: Secret
    solved: SolvedChallenge
    client: Client = Client()


class RecoveryStarted(Contract):
    """Says nothing of whether the person exists. `recovery` lets a printed code be redeemed, and nothing else."""

    recovery: Secret
    expires_at: float


class CodeRedemption(Contract):
    recovery: Secret
    code: Secret
    client: Client = Client()


class ResetTicket(Contract):
    ticket: Secret


class PasswordReset(Contract):
    """`ticket`: from the link in the mail, or from a redeemed code."""

    ticket: Secret
    password: Secret
    client: Client = Client()


class EmailConfirmation(Contract):
    """`token`: from the link that was sent to a recovery address."""

    token: Secret


@rpc_service("auth")
class RecoveryApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal."""

    def new_challenge(self, request: ChallengeRequest, /) -> Challenge: ...

    def draw_challenge(self, request: ChallengeToken, /) -> Picture:
        """Errors: not-found for a token that is not ours or has lapsed."""
        ...

    def speak_challenge(self, request: ChallengeToken, /) -> Sound:
        """Errors: as draw_challenge."""
        ...

    def identify(self, request: Identification, /) -> RecoveryStarted:
        """Has a single-use link of 15 minutes and the identifier sent to the recovery address, if there is one. Errors:
        challenge-required; invalid-request (details: fields) for a NUMEN or a date of no possible form; slow-down."""
        ...

    def redeem_code(self, request: CodeRedemption, /) -> ResetTicket:
        """Spends a printed code. Errors: bad-code for any reason at all; slow-down."""
        ...

    def reset_password(self, request: PasswordReset, /) -> SignedIn:
        """Sets the password, ends every session and opens one. Errors: ticket-expired; weak-password (the ticket then
        lives on)."""
        ...

    def confirm_email(self, request: EmailConfirmation, /) -> Empty:
        """Saying it twice is the same as once. Errors: ticket-expired."""
        ...
