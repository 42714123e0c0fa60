"""From which device and network somebody asked, as an agent can recognise it."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """browser, system: "Firefox", "Windows". place: the institution's name for the network. Each "" when not known."""

    browser: str
    system: str
    place: str


class Describe(Protocol):
    def __call__(self, user_agent: str, source: str) -> Whereabouts:
        """Never fails, whatever was sent as user agent; costs some milliseconds the first time that one is seen."""
        ...
