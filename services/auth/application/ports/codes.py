"""Codes for human eyes and ears. Both raise ServiceError unavailable rather than queue for ever."""

from typing import Protocol


class Draw(Protocol):
    def __call__(self, code: str) -> bytes:
        """PNG."""
        ...


class Speak(Protocol):
    def __call__(self, code: str) -> bytes:
        """WAV; French."""
        ...
