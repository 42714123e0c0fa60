"""Draws a code as a PNG: digits that lean, bend and touch, dark on white whatever the page's theme."""

from captcha.image import ImageCaptcha

from services.auth.adapters.bounded import Bounded
from services.auth.application.ports import Run, in_place

WIDTH, HEIGHT = 360, 120
INK, PAPER = (28, 36, 84), (255, 255, 255)
_FONT_SIZES = (78, 84, 90)
_AT_ONCE = 1
_WAITING = 50
_WAIT_SECONDS = 5.0


class _Drawing(ImageCaptcha):
    """The library's own leaning makes a 7 a 1, and its ink as pale as it is dark: opaque here wherever ink is."""

    character_rotate = (-12, 12)
    character_warp_dx = (0.04, 0.12)
    character_warp_dy = (0.05, 0.18)
    word_offset_dx = 0.15
    lookup_table = [min(255, level * 6) for level in range(256)]


class CaptchaImages:
    """`run` executes a blocking function off the loop: Pillow gives up the interpreter's lock only in part."""

    def __init__(self, run: Run = in_place) -> None:
        self._drawing = _Drawing(WIDTH, HEIGHT, font_sizes=_FONT_SIZES)
        self._bounded = Bounded("pictures", at_once=_AT_ONCE, waiting=_WAITING, wait_seconds=_WAIT_SECONDS)
        self._run = run

    def __call__(self, code: str) -> bytes:
        return self._bounded(lambda: self._run(lambda: self._draw(code)))

    def _draw(self, code: str) -> bytes:
        return self._drawing.generate(code, bg_color=PAPER, fg_color=INK).getvalue()
