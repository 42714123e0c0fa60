"""Which personal passwords are refused (ANSSI and CNIL, 2022): length counts, renewal is never forced."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from services.auth.domain.birth_date import dates_within
from services.auth.domain.common_passwords import SEQUENCES, STEMS
from services.auth.domain.names import fold
from services.auth.domain.numen import numens_within

MIN_CHARACTERS = 12
MAX_BYTES = 1_024
TOO_SHORT = "too-short"
TOO_LONG = "too-long"
TOO_COMMON = "too-common"
TOO_PERSONAL = "too-personal"

_LEET = str.maketrans("0134578@$!", "oieastbasi")
_CORE = re.compile(r"[a-z](?:.*[a-z])?", re.DOTALL)
_LONGEST_DECORATION = 8
_LONGEST_REPEATED = 5
_SHORT_WORD = 4
_MIN_DISTINCT = 5


def _never(_: object) -> bool:
    return False


@dataclass(frozen=True)
class Personal:
    """What must not stand in the person's password. `words`: names, address, establishment. NUMEN and birth date are
    known by their digests only, so the two callables tell whether a candidate is the person's own."""

    words: tuple[str, ...] = ()
    is_numen: Callable[[str], bool] = field(default=_never)
    is_birth_date: Callable[[date], bool] = field(default=_never)


def normalise_password(password: str) -> str:
    """RFC 8265 §4.2 (OpaqueString): NFC, every kind of space as a plain one, so that keyboards don't matter."""
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", spaced)


def is_too_long(password: str) -> bool:
    return len(password) > MAX_BYTES or len(password.encode("utf-8", "surrogatepass")) > MAX_BYTES


def weaknesses(password: str, personal: Personal, is_listed: Callable[[Collection[str]], bool] = _never) -> list[str]:
    """Why the (normalised) password is refused: codes, in the order in which to show them; empty when it is good.
    `is_listed` tells whether one of some spellings is on the large list."""
    if is_too_long(password):
        return [TOO_LONG]
    found = [TOO_SHORT] if len(password) < MIN_CHARACTERS else []
    if _is_common(password) or is_listed(spellings(password)):
        found.append(TOO_COMMON)
    if _is_personal(password, personal):
        found.append(TOO_PERSONAL)
    return found


def spellings(password: str) -> set[str]:
    """How else a list may have it: in lower case, without accents, with letters for the digits and signs that stand for
    them, and without a short decoration before and behind."""
    whole = {password, password.lower(), fold(password)}
    whole |= {text.translate(_LEET) for text in whole}
    cores = {_core(text.lower()) for text in whole}
    return whole | {core for core in cores if len(password) - len(core) <= _LONGEST_DECORATION}


def _is_common(password: str) -> bool:
    folded = fold(password)
    if len(set(folded)) < _MIN_DISTINCT or _repeats(folded) or folded.isdigit():
        return True
    core = _core(folded)
    return any(_is_worn(spelling) for spelling in {folded, folded.translate(_LEET), core.translate(_LEET)})


def _core(text: str) -> str:
    """From its first letter to its last."""
    found = _CORE.search(text)
    return found.group() if found else ""


def _is_worn(text: str) -> bool:
    return _made_of_stems(re.sub(r"[^a-z]", "", text)) or _only_sequences(text)


def _made_of_stems(letters: str) -> bool:
    """Whether it is one common word after another."""
    reachable = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in STEMS for start in reachable if end - start <= 24):
            reachable.add(end)
    return len(letters) in reachable and bool(letters)


def _repeats(text: str) -> bool:
    """Whether it is one short piece again and again: abcabcabcabc."""
    longest = min(_LONGEST_REPEATED, len(text) // 2)
    return any(text == (text[:period] * len(text))[: len(text)] for period in range(1, longest + 1))


def _only_sequences(text: str) -> bool:
    """Whether it consists of runs of four and more along the alphabet, the digits or a keyboard's rows."""
    position = 0
    while position < len(text):
        length = _run(text, position)
        if length < _SHORT_WORD:
            return False
        position += length
    return bool(text)


def _run(text: str, start: int) -> int:
    best = 0
    for sequence in (*SEQUENCES, *(sequence[::-1] for sequence in SEQUENCES)):
        end = start + 1
        while end <= len(text) and text[start:end] in sequence:
            end += 1
        best = max(best, end - 1 - start)
    return best


def _is_personal(password: str, personal: Personal) -> bool:
    folded = fold(password)
    if any(_holds(folded, fold(word)) for word in personal.words):
        return True
    if any(personal.is_numen(candidate) for candidate in numens_within(password)):
        return True
    return any(personal.is_birth_date(candidate) for candidate in dates_within(folded))


def _holds(folded: str, word: str) -> bool:
    """A long word anywhere; one of three or four letters only where it stands by itself (Marc, not "marcher")."""
    if len(word) > _SHORT_WORD:
        return word in folded
    return len(word) >= 3 and re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", folded) is not None
