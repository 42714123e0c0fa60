"""Codes for human eyes and ears. Both raise ServiceError unavailable rather than queue for ever."""

from typing import Protocol


class Draw(Protocol):
    def __call__(self, code: str) -> bytes:
        """PNG."""
        ...


class Speak(Protocol):
    def __call__(self, code: str, manner: str) -> bytes:
        """WAV; French. The same every time for one `manner`, and another for every other."""
        ...
