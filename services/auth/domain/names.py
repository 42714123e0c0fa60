"""Names of people: how they are kept, and how they are compared."""

import re
import unicodedata

MAX_NAME_CHARACTERS = 200

_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
    }
)
_WORD_STARTS = re.compile(r"(?<![^\W\d_])[^\W\d_]")


class InvalidNameError(ValueError):
    """Empty, too long, or with characters that no name holds."""


def tidy(name: str) -> str:
    """The name as it is kept and shown: NFC, single spaces, and capitals only where a name written in full capitals
    ("DUPONT-MOREAU") would have them. Raises InvalidNameError."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    if not text or len(text) > MAX_NAME_CHARACTERS or not text.isprintable():
        raise InvalidNameError
    if len(text) > 1 and text == text.upper():
        text = _WORD_STARTS.sub(lambda start: start.group().upper(), text.lower())
    return text


def fold(text: str) -> str:
    """Without accents, ligatures and case: what two spellings of one name share. May hold any other character."""
    lowered = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS_WITHOUT_DECOMPOSITION)
    return "".join(character for character in lowered if not unicodedata.combining(character))
