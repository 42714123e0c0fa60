"""Who uses the clients."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Agent:
    address: str
    password: str


Agents = Callable[[], Agent]
