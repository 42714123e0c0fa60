"""The catalogue of what can be refused over HTTP (RFC 9457): a stable `code` for programs, French for agents."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from contracts.errors import ErrorCode, ServiceError

MEDIA_TYPE = "application/problem+json"
URN = "urn:webmail-montpellier:problem:"


@dataclass(frozen=True, slots=True)
class Entry:
    """code: where several entries say one thing to programs, and more to agents."""

    status: int
    title: str
    detail: str
    code: str = ""


CATALOGUE: dict[str, Entry] = {
    "bad-credentials": Entry(
        401, "Connexion refusée", "L’identifiant ou le mot de passe ne correspond pas. Vérifiez-les, puis réessayez."
    ),
    "wrong-password": Entry(
        403,
        "Mot de passe incorrect",
        "Le mot de passe actuel ne correspond pas. Rien n’a été changé. Vérifiez-le, puis réessayez.",
        code="bad-credentials",
    ),
    "challenge-required": Entry(
        428,
        "Code à recopier",
        "Pour continuer, recopiez le code affiché, ou écoutez-le. Chaque code ne sert qu’une fois : s’il a été refusé, "
        "recopiez le nouveau.",
    ),
    "bad-code": Entry(
        422,
        "Code refusé",
        "Le code de votre courrier ne correspond pas. Vérifiez-le, puis réessayez. Si vous ne l’avez plus, demandez-en "
        "un autre à votre gestionnaire.",
    ),
    "bad-recovery-code": Entry(
        422,
        "Code refusé",
        "Ce code ne permet pas de continuer. Vérifiez-le, ou essayez-en un autre : chacun ne sert qu’une fois. Au-delà "
        "du délai, recommencez avec votre NUMEN.",
        code="bad-code",
    ),
    "reset-expired": Entry(
        410,
        "Lien dépassé",
        "Ce lien ne sert qu’une fois et pendant un temps limité. Recommencez depuis « J’ai perdu mon mot de passe » "
        "pour en recevoir un autre.",
        code="ticket-expired",
    ),
    "confirmation-expired": Entry(
        410,
        "Lien dépassé",
        "Ce lien n’est plus valable. Connectez-vous, puis enregistrez de nouveau votre adresse de secours pour en "
        "recevoir un autre.",
        code="ticket-expired",
    ),
    "not-signed-in": Entry(401, "Connexion nécessaire", "Votre session est terminée. Connectez-vous pour continuer."),
    "slow-down": Entry(
        429, "Trop de tentatives", "Vous avez fait plusieurs essais de suite. Patientez un peu avant de recommencer."
    ),
    "ticket-expired": Entry(
        410,
        "Délai dépassé",
        "Le délai pour choisir votre mot de passe est dépassé. Recommencez avec votre identifiant et votre NUMEN.",
    ),
    "weak-password": Entry(
        422, "Mot de passe trop faible", "Choisissez un mot de passe plus long ou plus difficile à deviner."
    ),
    "forbidden-origin": Entry(
        403, "Demande refusée", "Cette demande ne vient pas de la messagerie. Rechargez la page, puis réessayez."
    ),
    "csrf": Entry(403, "Demande refusée", "La page n’est plus à jour. Rechargez-la, puis réessayez."),
    "forbidden": Entry(403, "Accès refusé", "Vous n’avez pas accès à cette ressource."),
    "invalid-request": Entry(400, "Demande incorrecte", "La demande n’a pas la forme attendue."),
    "not-json": Entry(415, "Demande incorrecte", "Le contenu envoyé n’est pas du JSON."),
    "not-found": Entry(404, "Introuvable", "Il n’y a rien à cette adresse."),
    "method-not-allowed": Entry(405, "Méthode refusée", "Cette adresse n’accepte pas cette méthode."),
    "too-large": Entry(413, "Envoi trop volumineux", "Ce que vous envoyez dépasse la taille acceptée."),
    "too-many": Entry(429, "Trop de demandes à la fois", "Attendez que les demandes en cours soient terminées."),
    "range-not-satisfiable": Entry(416, "Plage inexistante", "La partie demandée dépasse la fin du fichier."),
    "request-timeout": Entry(408, "Envoi interrompu", "L’envoi a été trop lent. Réessayez."),
    "remote-image": Entry(
        502, "Image indisponible", "Cette image n’a pas pu être chargée : elle n’existe plus, ou n’est pas acceptée."
    ),
    "service-unavailable": Entry(
        503, "Service indisponible", "Ce service ne répond pas pour le moment. Réessayez dans un instant."
    ),
    "storage-unavailable": Entry(
        503, "Stockage indisponible", "Le fichier n’a pas pu être enregistré. Réessayez dans un instant."
    ),
    "internal": Entry(500, "Erreur interne", "Une erreur est survenue de notre côté. Réessayez dans un instant."),
}

_FROM_SERVICES = {
    ErrorCode.BAD_CREDENTIALS: "bad-credentials",
    ErrorCode.SLOW_DOWN: "slow-down",
    ErrorCode.TICKET_EXPIRED: "ticket-expired",
    ErrorCode.WEAK_PASSWORD: "weak-password",
    ErrorCode.BAD_CODE: "bad-code",
    ErrorCode.CHALLENGE_REQUIRED: "challenge-required",
    ErrorCode.NOT_FOUND: "not-found",
    ErrorCode.FORBIDDEN: "forbidden",
    ErrorCode.INVALID_REQUEST: "invalid-request",
    ErrorCode.TOO_LARGE: "too-large",
    ErrorCode.UNAVAILABLE: "service-unavailable",
    ErrorCode.DEADLINE_EXCEEDED: "service-unavailable",
}


_MEMBERS = {
    ErrorCode.WEAK_PASSWORD: "advice",
    ErrorCode.BAD_CODE: "tries_left",
    ErrorCode.CHALLENGE_REQUIRED: "difficulty",
    ErrorCode.INVALID_REQUEST: "fields",
}
"""Which of an error's details its document shows."""


class ProblemError(Exception):
    """Ends a request with the catalogue's entry `name`. `members` are added to the document (RFC 9457 §3.2)."""

    def __init__(self, name: str, *, headers: Mapping[str, str] | None = None, **members: object) -> None:
        super().__init__(name)
        self.name = name
        self.headers = dict(headers or {})
        self.members = members

    @property
    def code(self) -> str:
        return code_of(self.name)


def code_of(name: str) -> str:
    """What an entry of the catalogue is called by programs."""
    return CATALOGUE[name].code or name


def from_service(error: ServiceError, name: str = "") -> ProblemError:
    """What a caller of the HTTP API learns of an error of a service; `name` is the entry, "" for the usual one."""
    name = name or _FROM_SERVICES.get(error.code, "internal")
    headers: dict[str, str] = {}
    if name == "slow-down":
        headers["Retry-After"] = str(_seconds(error.details.get("retry_after"), 30))
    elif name == "service-unavailable":
        headers["Retry-After"] = "2"
    member = _MEMBERS.get(error.code, "")
    members = {member: error.details[member]} if member in error.details else {}
    return ProblemError(name, headers=headers, **members)


@contextmanager
def told_as(names: Mapping[ErrorCode, str]) -> Iterator[None]:
    """Within the block these errors of services have entries of their own."""
    try:
        yield
    except ServiceError as error:
        if error.code not in names:
            raise
        raise from_service(error, names[error.code]) from None


def respond(problem: ProblemError) -> Response:
    entry = CATALOGUE[problem.name]
    document = {
        "type": URN + problem.code,
        "title": entry.title,
        "status": entry.status,
        "detail": entry.detail,
        "code": problem.code,
        **problem.members,
    }
    headers = {"Cache-Control": "no-store", "Content-Language": "fr", **problem.headers}
    return Response(orjson.dumps(document), entry.status, headers, MEDIA_TYPE)


async def on_problem(_: Request, error: Exception) -> Response:
    """Starlette's handler for ProblemError and ServiceError."""
    if isinstance(error, ServiceError):
        error = from_service(error)
    if not isinstance(error, ProblemError):
        raise error
    return respond(error)


def _seconds(value: object, default: int) -> int:
    return max(1, min(3_600, int(value))) if isinstance(value, int | float) else default
