"""What the mails say. French, like all that agents read."""

from dataclasses import dataclass

from contracts.auth import Agent
from services.auth.domain.notice import NoticeKind

RESET_PATH = "/#/nouveau-mot-de-passe/"
CONFIRM_PATH = "/#/adresse-de-secours/"
_UNABLE = "Si vous n’y arrivez pas, prévenez tout de suite le service qui vous aide d’habitude."


@dataclass(frozen=True, slots=True)
class NoticeText:
    """Paragraphs; those of `after` stand below the link. link: "" for none."""

    subject: str
    before: tuple[str, ...]
    link: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """institution: its name. public_url: where agents reach the web app, without a slash at its end. reset_minutes,
    confirmation_hours: how long links work. reopening_hours: how long a new activation may be stopped."""

    institution: str
    public_url: str
    reset_minutes: int
    confirmation_hours: int
    reopening_hours: int

    def of(self, kind: NoticeKind, agent: Agent, short_login: str, token: str) -> NoticeText:
        """token: what the link holds; "" where there is none."""
        match kind:
            case NoticeKind.RESET_LINK:
                return self._reset_link(agent, short_login, token)
            case NoticeKind.CONFIRM_ADDRESS:
                return self._confirm_address(token)
            case NoticeKind.ADDRESS_CHANGED:
                return self._address_changed(agent)
            case NoticeKind.REOPENING_ASKED:
                return self._reopening_asked(agent)
            case NoticeKind.PASSWORD_CHANGED:
                return self._password_changed(agent)

    def _reset_link(self, agent: Agent, short_login: str, token: str) -> NoticeText:
        shorter = f" (ou, plus court : {short_login})" if short_login else ""
        return NoticeText(
            "Choisir un nouveau mot de passe",
            (
                f"Bonjour {agent.given_name} {agent.family_name},",
                "Une demande de nouveau mot de passe a été faite pour votre messagerie professionnelle"
                f" ({self.institution}).",
                f"Votre identifiant : {agent.address}{shorter}",
                f"Pour choisir un nouveau mot de passe, ouvrez ce lien dans les {self.reset_minutes} minutes :",
            ),
            f"{self.public_url}{RESET_PATH}{token}",
            (
                "Ce lien ne sert qu’une fois. Si vous avez reçu plusieurs de ces messages, seul le lien du plus récent"
                " fonctionne.",
                "Vous n’avez rien demandé ? Ne faites rien : votre mot de passe reste le même. Si cela se répète,"
                " prévenez le service qui vous aide d’habitude : quelqu’un connaît votre NUMEN.",
                self._end(),
            ),
        )

    def _confirm_address(self, token: str) -> NoticeText:
        """May reach a stranger, when the address was mistyped: it tells of nobody."""
        return NoticeText(
            "Confirmer votre adresse de secours",
            (
                "Bonjour,",
                "Cette adresse a été donnée comme adresse de secours d’un compte de la messagerie professionnelle"
                f" ({self.institution}). Elle servira si le mot de passe est perdu.",
                f"Si c’est vous, confirmez-le en ouvrant ce lien dans les {self.confirmation_hours} heures :",
            ),
            f"{self.public_url}{CONFIRM_PATH}{token}",
            (
                "Si vous avez reçu plusieurs de ces messages, seul le lien du plus récent fonctionne.",
                "Ce n’est pas vous ? Ne faites rien : l’adresse ne servira pas.",
                self._end(),
            ),
        )

    def _address_changed(self, agent: Agent) -> NoticeText:
        return NoticeText(
            "Votre adresse de secours a changé",
            (
                f"Bonjour {agent.given_name} {agent.family_name},",
                "Cette adresse n’est plus l’adresse de secours de votre messagerie professionnelle"
                f" ({self.institution}) : elle a été remplacée ou retirée depuis votre compte, avec votre mot de"
                " passe.",
                "Si ce n’est pas vous : connectez-vous, changez de mot de passe et vérifiez votre adresse de secours à"
                " la page « Mon compte ».",
                _UNABLE,
                self._end(),
            ),
        )

    def _reopening_asked(self, agent: Agent) -> NoticeText:
        return NoticeText(
            "Une nouvelle activation de votre compte est demandée",
            (
                f"Bonjour {agent.given_name} {agent.family_name},",
                "Par téléphone, quelqu’un a demandé à l’administration une nouvelle activation de votre messagerie"
                f" professionnelle ({self.institution}). Elle permettra de choisir un autre mot de passe dans"
                f" {self.reopening_hours} heures.",
                "Si c’est vous, il n’y a rien à faire.",
                "Si ce n’est pas vous : connectez-vous d’ici là, et choisissez « Ce n’est pas moi » en haut de"
                " la page.",
                _UNABLE,
                self._end(),
            ),
        )

    def _password_changed(self, agent: Agent) -> NoticeText:
        return NoticeText(
            "Votre mot de passe a changé",
            (
                f"Bonjour {agent.given_name} {agent.family_name},",
                f"Un nouveau mot de passe a été choisi pour votre messagerie professionnelle ({self.institution}),"
                " et toutes les autres sessions ont été fermées.",
                "Si ce n’est pas vous : choisissez tout de suite un nouveau mot de passe, par « J’ai perdu mon mot de"
                " passe » à la page de connexion.",
                _UNABLE,
                self._end(),
            ),
        )

    def _end(self) -> str:
        return f"{self.institution} · message automatique, auquel personne ne lit de réponse."
