"""The arguments of MAIL and RCPT (RFC 5321 §4.1.2, RFC 1870, 6152, 6531, 3461). Pure."""

import re
from dataclasses import dataclass, field

MAX_PATH = 320
_PATH = re.compile(
    r"""\ *<(?:@[^:<>\s]*:)?            # a source route is read and forgotten (RFC 5321 appendix C)
        (?P<address>(?:"(?:[^"\\\r\n]|\\.){0,128}"|[^\s"<>@\\,;:()\[\]]+)(?:@[^\s"<>@]+)?|)
        >(?P<rest>(?:\ .*)?)\Z""",
    re.VERBOSE,
)
_BARE = re.compile(r"\ *(?P<address>[^\s\"<>@\\,;:()\[\]]+@[^\s\"<>@]+)(?P<rest>(?:\ .*)?)\Z")
_KEYWORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}\Z")
_VALUE = re.compile(r"[!-<>-~\u0080-\U0010ffff]{1,500}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class SyntaxRefusedError(Exception):
    """The argument cannot be understood; `reply` says how to refuse it."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Path:
    """`address` is "" for the null sender; parameters have upper-case names, and value None when given without "="."""

    address: str
    parameters: dict[str, str | None] = field(default_factory=dict)


def parse_path(keyword: str, argument: bytes) -> Path:
    """`keyword` is "FROM" or "TO". Raises SyntaxRefusedError."""
    try:
        text = argument.decode("utf-8")
    except UnicodeDecodeError:
        raise SyntaxRefusedError("501 5.5.2 Not UTF-8 / encodage incorrect") from None
    if text[: len(keyword) + 1].upper() != f"{keyword}:" or _CONTROL.search(text):
        raise SyntaxRefusedError(f"501 5.5.4 Syntax: {keyword}:<address> / syntaxe incorrecte")
    found = _PATH.match(text, len(keyword) + 1) or _BARE.match(text, len(keyword) + 1)
    if found is None or len(found["address"].encode()) > MAX_PATH:
        raise SyntaxRefusedError(f"553 5.1.{7 if keyword == 'FROM' else 3} Malformed address / adresse incorrecte")
    return Path(found["address"], _parameters(found["rest"]))


def _parameters(rest: str) -> dict[str, str | None]:
    parameters: dict[str, str | None] = {}
    for word in rest.split():
        name, equals, value = word.partition("=")
        if not _KEYWORD.match(name) or (equals and not _VALUE.match(value)) or name.upper() in parameters:
            raise SyntaxRefusedError("501 5.5.4 Bad parameter / parametre incorrect")
        parameters[name.upper()] = value if equals else None
    return parameters


def check_mail_parameters(parameters: dict[str, str | None], max_bytes: int) -> None:
    """Raises SyntaxRefusedError for what we did not offer. DSN parameters are understood and have no effect yet."""
    for name, value in parameters.items():
        if name == "SIZE":
            if value is None or not value.isascii() or not value.isdigit() or len(value) > 20:
                raise SyntaxRefusedError("501 5.5.4 Bad SIZE / SIZE incorrect")
            if int(value) > max_bytes:
                raise SyntaxRefusedError("552 5.3.4 Message too big / message trop volumineux")
        elif name == "BODY":
            if (value or "").upper() not in {"7BIT", "8BITMIME"}:
                raise SyntaxRefusedError("501 5.5.4 Bad BODY / BODY incorrect")
        elif name == "SMTPUTF8":
            if value is not None:
                raise SyntaxRefusedError("501 5.5.4 SMTPUTF8 takes no value / SMTPUTF8 est sans valeur")
        elif name == "RET":
            if (value or "").upper() not in {"FULL", "HDRS"}:
                raise SyntaxRefusedError("501 5.5.4 Bad RET / RET incorrect")
        elif name not in {"ENVID", "AUTH"}:
            raise _unknown(name)


def check_rcpt_parameters(parameters: dict[str, str | None]) -> None:
    """Raises SyntaxRefusedError for what we did not offer."""
    for name, value in parameters.items():
        if name not in {"NOTIFY", "ORCPT"}:
            raise _unknown(name)
        if value is None:
            raise SyntaxRefusedError(f"501 5.5.4 {name} needs a value / {name} sans valeur")


def _unknown(name: str) -> SyntaxRefusedError:
    return SyntaxRefusedError(f"555 5.5.4 Unknown parameter {name} / parametre inconnu")
