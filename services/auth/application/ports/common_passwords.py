"""The large list of passwords that everybody has heard of."""

from collections.abc import Collection
from typing import Protocol


class CommonPasswords(Protocol):
    def __call__(self, spellings: Collection[str]) -> bool:
        """Whether one of them is listed, letter for letter. Reads files."""
        ...
