"""Draws letters into a PDF: A4, one letter from the top of a page, the addressee where a window envelope shows it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from chassis.settings import HelpContact, Institution
from services.auth.domain.letter_text import Letter

FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
MONO = "DejaVuSansMono-Bold.ttf"

_NO_BREAK = "\u00a0"
_Colour = tuple[int, int, int]
_INK: _Colour = (20, 27, 52)
_INK_SOFT: _Colour = (90, 100, 128)
_BLUE: _Colour = (43, 65, 179)
_BLUE_DARK: _Colour = (31, 49, 144)
_MARGIN: _Colour = (240, 185, 194)
_RULE: _Colour = (230, 233, 248)
_RULE_STRONG: _Colour = (197, 205, 239)
_SHEET: _Colour = (250, 251, 255)

_LEFT, _RIGHT, _TOP, _BOTTOM = 30.0, 20.0, 16.0, 14.0
_WIDTH = 210.0 - _LEFT - _RIGHT
_ADDRESS_X, _ADDRESS_Y, _ADDRESS_WIDTH = 110.0, 47.0, 80.0
_BODY_Y = 80.0
_BETWEEN_RULES = 2.25
"""Every fourth rule of a French exercise book is strong, and written on."""
_LINE = 4 * _BETWEEN_RULES
_BOX_HEIGHT = 3.5 * _LINE
_BETWEEN_COLUMNS = 6.0
_COLUMN = (_WIDTH - _BETWEEN_COLUMNS) / 2
_SMALL_LINE = 3.4


class LetterPrinter:
    """fonts: the folder of DejaVu's files. help_contacts: printed at the foot of each letter. Raises FileNotFoundError
    when a font is missing."""

    def __init__(self, institution: Institution, help_contacts: Sequence[HelpContact], fonts: Path) -> None:
        self._institution = institution
        self._help = help_contacts
        self._fonts = fonts
        for name in (*FACES.values(), MONO):
            (fonts / name).stat()

    def print(self, letters: Sequence[Letter], path: Path) -> None:
        """One file, readable by its owner only. Raises OSError, also when it is already there."""
        page = _Page(self._fonts, self._institution.name)
        try:
            for letter in letters:
                page.draw(letter, self._institution, self._help)
            content = page.output()
        finally:
            page.close_fonts()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


class _Page(FPDF):
    def __init__(self, fonts: Path, title: str) -> None:
        super().__init__(format="A4")
        for style, name in FACES.items():
            self.add_font("text", style, fonts / name)
        self.add_font("code", "", fonts / MONO)
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.c_margin = 0
        self.set_auto_page_break(True, _BOTTOM)
        self.set_title(title)
        self._heights: dict[HelpContact, float] = {}
        self.set_lang("fr")

    def header(self) -> None:
        """The margin of an exercise book, on every page."""
        self.set_draw_color(*_MARGIN)
        self.set_line_width(0.5)
        self.line(20, 0, 20, self.h)

    def close_fonts(self) -> None:
        """fpdf2 leaves that to the collector of garbage."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def draw(self, letter: Letter, institution: Institution, help_contacts: Sequence[HelpContact]) -> None:
        self.add_page()
        self._letterhead(institution)
        self._recipient(letter.recipient)
        self.set_y(max(_BODY_Y, self.get_y() + 8))
        self._paragraph(letter.written, size=9, colour=_INK_SOFT, after=3)
        self._paragraph(letter.title, size=20, style="B", after=3)
        for paragraph in letter.opening:
            self._paragraph(paragraph, after=2)
        self._paragraph(letter.address, size=11.5, style="B", colour=_BLUE_DARK, after=2)
        for paragraph in letter.reasons:
            self._paragraph(paragraph)
        self._code(letter.code, letter.until)
        for number, step in enumerate(letter.steps, start=1):
            self._step(number, step)
        self.ln(2)
        for paragraph in letter.closing:
            self._paragraph(paragraph, size=9, after=1.5)
        self._contacts(help_contacts)

    def _letterhead(self, institution: Institution) -> None:
        self._emblem(_LEFT, _TOP, 12)
        self.set_xy(_LEFT + 16, _TOP + 0.5)
        self._text(13, "B", _INK)
        self.cell(0, 6, institution.short)
        self.set_xy(_LEFT + 16, _TOP + 6.5)
        self._text(9, "", _INK_SOFT)
        self.cell(0, 5, institution.name)

    def _emblem(self, x: float, y: float, size: float) -> None:
        """The app's: a paper plane."""

        def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
            return [(x + across * size, y + down * size) for across, down in points]

        self.set_fill_color(*_BLUE)
        self.rect(x, y, size, size, style="F", round_corners=True, corner_radius=size / 4)
        self.set_fill_color(255, 255, 255)
        self.polygon(at((0.80, 0.20), (0.20, 0.44), (0.45, 0.55)), style="F")
        self.polygon(at((0.80, 0.20), (0.45, 0.55), (0.57, 0.80)), style="F")
        self.set_draw_color(*_BLUE)
        self.set_line_width(size / 40)
        self.line(*at((0.45, 0.55))[0], *at((0.66, 0.34))[0])

    def _recipient(self, lines: Sequence[str]) -> None:
        self.set_y(_ADDRESS_Y)
        for number, line in enumerate(lines):
            self.set_x(_ADDRESS_X)
            self._text(11 if number == 0 else 10, "B" if number == 0 else "", _INK)
            self.multi_cell(_ADDRESS_WIDTH, 5.5, line, align="L", new_x="LMARGIN", new_y="NEXT")

    def _paragraph(
        self, text: str, *, size: float = 10.5, style: str = "", colour: _Colour = _INK, after: float = 0.0
    ) -> None:
        self._text(size, style, colour)
        self.multi_cell(_WIDTH, size * 0.53, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(after)

    def _code(self, code: str, until: str) -> None:
        """On ruled paper, a line each for what it is, itself, and until when."""
        self.ln(4)
        top = self.get_y()
        self._ruled(_LEFT, top, _WIDTH, _BOX_HEIGHT)
        self._text(9, "B", _INK_SOFT)
        self._centred("Votre code", top + _LINE)
        self.set_font("code", "", 25)
        self.set_text_color(*_BLUE_DARK)
        self._centred(code, top + 2 * _LINE)
        self._text(9, "B", _INK)
        self._centred(until, top + 3 * _LINE)
        self.set_xy(_LEFT, top + _BOX_HEIGHT + 5)

    def _centred(self, text: str, baseline: float) -> None:
        self.text(_LEFT + (_WIDTH - self.get_string_width(text)) / 2, baseline - 0.6, text)

    def _ruled(self, x: float, y: float, width: float, height: float) -> None:
        self.set_fill_color(*_SHEET)
        self.rect(x, y, width, height, style="F", round_corners=True, corner_radius=3)
        self.set_line_width(0.15)
        for rule in range(1, round(height / _BETWEEN_RULES)):
            self.set_draw_color(*(_RULE_STRONG if rule % 4 == 0 else _RULE))
            self.line(x, y + rule * _BETWEEN_RULES, x + width, y + rule * _BETWEEN_RULES)
        self.set_draw_color(*_RULE_STRONG)
        self.set_line_width(0.3)
        self.rect(x, y, width, height, style="D", round_corners=True, corner_radius=3)

    def _step(self, number: int, text: str) -> None:
        top = self.get_y()
        self.set_fill_color(*_BLUE)
        self.ellipse(_LEFT, top, 6, 6, style="F")
        self.set_xy(_LEFT, top)
        self._text(9, "B", (255, 255, 255))
        self.cell(6, 6, str(number), align="C")
        self.set_xy(_LEFT + 9, top + 0.2)
        self._text(10.5, "", _INK)
        self.multi_cell(_WIDTH - 9, 5.6, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(2)

    def _contacts(self, contacts: Sequence[HelpContact]) -> None:
        """In two columns, row by row."""
        self.ln(1)
        for first in range(0, len(contacts), 2):
            row = contacts[first : first + 2]
            if self.will_page_break(max(self._contact_height(contact) for contact in row)):
                self.add_page()
            top = self.get_y()
            ends = [
                self._contact(contact, _LEFT + column * (_COLUMN + _BETWEEN_COLUMNS), top)
                for column, contact in enumerate(row)
            ]
            self.set_y(max(ends) + 1.5)

    def _contact(self, contact: HelpContact, x: float, y: float) -> float:
        """Where it ends."""
        self.set_draw_color(*_RULE_STRONG)
        self.set_line_width(0.15)
        self.line(x, y, x + _COLUMN, y)
        self.set_xy(x, y + 1)
        for style, colour, text in _told(contact):
            self._text(7, style, colour)
            self.set_x(x)
            self.multi_cell(_COLUMN, _SMALL_LINE, text, align="L", new_x="LEFT", new_y="NEXT")
        return self.get_y()

    def _contact_height(self, contact: HelpContact) -> float:
        """Measured once: they are the same on every letter, and fpdf2 takes its time."""
        if contact not in self._heights:
            self._heights[contact] = self._measured(contact)
        return self._heights[contact]

    def _measured(self, contact: HelpContact) -> float:
        height = 2.5
        for style, colour, text in _told(contact):
            self._text(7, style, colour)
            lines = self.multi_cell(_COLUMN, _SMALL_LINE, text, dry_run=True, output=MethodReturnValue.LINES)
            height += _SMALL_LINE * len(cast(list[str], lines))
        return height

    def _text(self, size: float, style: str, colour: _Colour) -> None:
        self.set_font("text", style, size)
        self.set_text_color(*colour)


def _told(contact: HelpContact) -> tuple[tuple[str, _Colour, str], ...]:
    """Style, colour and text of each of its parts."""
    reached = contact.phone.replace(" ", _NO_BREAK) or contact.email
    return (("B", _INK, contact.status), ("", _INK_SOFT, ", ".join(filter(None, (contact.label, reached)))))
