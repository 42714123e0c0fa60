"""Birth dates: the forms in which files and people write them."""

import re
from datetime import date

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_EARLIEST = date(1900, 1, 1)
_MONTHS = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()  # noqa: SIM905
)


class InvalidBirthDateError(ValueError):
    """Not a date of 1984-03-05 or 05/03/1984, or not a day somebody alive was born on. Never holds the text."""


def parse_birth_date(text: str, today: date) -> date:
    """Raises InvalidBirthDateError."""
    stripped = text.strip()
    if match := _ISO.fullmatch(stripped):
        year, month, day = map(int, match.groups())
    elif match := _FRENCH.fullmatch(stripped):
        day, month, year = map(int, match.groups())
    else:
        raise InvalidBirthDateError
    parsed = _date(year, month, day)
    if parsed is None or not _EARLIEST <= parsed < today:
        raise InvalidBirthDateError
    return parsed


def dates_within(folded: str) -> set[date]:
    """Every date that somebody may have put into `folded` (lower case, no accents): day, month and year in the usual
    orders, years of two or four digits, days and months of one or two, months as numbers or French words, with or
    without separators."""
    text = folded.replace("1er", "01")
    for number, month in enumerate(_MONTHS, start=1):
        text = text.replace(month, f" {number:02} ")
    text = re.sub(r"(?<![0-9])[0-9](?![0-9])", r"0\g<0>", text)
    text = re.sub(r"(?<=[0-9])[ ./_-]+(?=[0-9])", "", text)
    found: set[date] = set()
    for digits in re.findall(r"[0-9]{6,}", text):
        for start in range(len(digits) - 5):
            found |= _readings(digits[start : start + 8])
    return found


def _readings(digits: str) -> set[date]:
    a, b, c = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    triples = [(century + c, b, a) for century in (1900, 2000)] + [(century + a, b, c) for century in (1900, 2000)]
    if len(digits) == 8:
        late, early = int(digits[4:]), int(digits[:4])
        triples += [(late, b, a), (late, a, b), (early, c, int(digits[6:]))]
    return {parsed for triple in triples if (parsed := _date(*triple)) is not None}


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
