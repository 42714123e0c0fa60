"""What the listener says (RFC 5321 §4.2, RFC 3463). English, then French without accents: replies are ASCII."""

from services.mail.application.intake import Standing

OK = "250 2.0.0 OK"
SENDER_OK = "250 2.1.0 OK"
GO_AHEAD = "354 End with <CR><LF>.<CR><LF> / terminez par un point seul"
BYE = "221 2.0.0 Bye / au revoir"
CANNOT_VERIFY = "252 2.1.5 Send some mail, it may arrive / essayez d'envoyer"
HELP = "214 2.0.0 RFC 5321"

TRY_LATER = "451 4.3.0 Try again later / reessayez plus tard"
MAILBOX_FULL = "452 4.2.2 Mailbox full / boite pleine"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients / trop de destinataires"
TOO_MANY_SESSIONS = "421 4.7.0 Too many connections / trop de connexions"
TOO_MANY_ERRORS = "421 4.7.0 Too many errors / trop d'erreurs"
TOO_MUCH = "421 4.7.0 Enough for one session / session trop longue"
TIMED_OUT = "421 4.4.2 Timeout / delai depasse"
SHUTTING_DOWN = "421 4.3.2 Service stopping, try again / arret du service, reessayez"

COMMAND_TOO_LONG = "500 5.5.2 Line too long / ligne trop longue"
UNKNOWN_COMMAND = "500 5.5.2 Unknown command / commande inconnue"
NOT_IMPLEMENTED = "502 5.5.1 Not implemented / commande absente"
NAME_NEEDED = "501 5.5.4 Name needed / nom manquant"
NO_ARGUMENT = "501 5.5.4 No argument allowed / sans argument"
RECIPIENT_NEEDED = "501 5.1.3 Recipient needed / destinataire manquant"
HELO_FIRST = "503 5.5.1 EHLO first / EHLO d'abord"
MAIL_FIRST = "503 5.5.1 MAIL first / MAIL d'abord"
NESTED_MAIL = "503 5.5.1 MAIL already given / MAIL deja donne"
NO_RECIPIENTS = "554 5.5.1 No valid recipients / aucun destinataire valable"

TOO_BIG = "552 5.3.4 Message too big / message trop volumineux"
LINE_TOO_LONG = "554 5.6.0 Line of the message too long / ligne du message trop longue"
TOO_MANY_HOPS = "554 5.4.6 Too many hops / le message tourne en rond"

RECIPIENT = {
    Standing.KNOWN: "250 2.1.5 OK",
    Standing.UNKNOWN: "550 5.1.1 No such address / adresse inconnue",
    Standing.NOT_TOLD_YET: TRY_LATER,
    Standing.CLOSED: "550 5.2.1 Mailbox closed / boite fermee",
    Standing.FULL: MAILBOX_FULL,
    Standing.NOT_OURS: "550 5.7.1 Relay denied / relais interdit",
}

UNCOUNTED = frozenset({TOO_MANY_RECIPIENTS, MAILBOX_FULL, TRY_LATER})
"""Not the client's fault: they do not count as its errors; what it may repeat is bounded otherwise."""


def greeting(host: str) -> str:
    return f"220 {host} ESMTP"


def extensions(max_bytes: int) -> list[str]:
    """After EHLO (RFC 1870, 6152, 6531, 2920, 2034)."""
    return [f"SIZE {max_bytes}", "8BITMIME", "SMTPUTF8", "PIPELINING", "ENHANCEDSTATUSCODES"]


def multiline(code: int, lines: list[str]) -> str:
    return "\r\n".join([*(f"{code}-{line}" for line in lines[:-1]), f"{code} {lines[-1]}"])


def accepted(spool_id: str) -> str:
    return f"250 2.0.0 Accepted as {spool_id} / recu"
