"""Those who guess: each from an address of their own, one guess after the other, as fast as they are answered."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized

import httpx

from tests.attack.people import PROGRAM, SCHOOL

SECONDS = 60.0
BY_PROGRAM = 0.2
PASSWORDS = ("Azerty123456!", "Montpellier34!", "MotDePasse2026", "Bienvenue2026!", "soleil34000soleil")
EVALUATED, SUCCEEDED, REFUSED = "evaluated, wrong", "succeeded", "refused unevaluated"
BUSY, FAILED = "sent away, too busy", "not answered"
_OUTCOMES = {200: SUCCEEDED, 401: EVALUATED, 428: REFUSED, 429: REFUSED, 503: BUSY, 504: BUSY}
_progress: "Synchronized[int] | None" = None


@dataclass(frozen=True)
class Orders:
    """`sources`: how many addresses guess, the first one of them the owners' school. One guess in five is made as a
    mail program would, under the name of the owners' own."""

    web: str
    addresses: tuple[str, ...]
    guesses: int
    sources: int
    seed: int


def count_in(progress: "Synchronized[int]") -> None:
    """Where `guess` tells how many were answered; called in its process before it."""
    global _progress
    _progress = progress


def guess(orders: Orders) -> Counter[str]:
    """What became of the guesses; for a process of its own, so as not to slow the owners' side of the measurement."""
    return asyncio.run(_guess(orders))


async def _guess(orders: Orders) -> Counter[str]:
    outcomes: Counter[str] = Counter()
    shares = [orders.guesses // orders.sources] * orders.sources
    for number in range(orders.guesses % orders.sources):
        shares[number] += 1
    limits = httpx.Limits(max_connections=orders.sources)
    async with httpx.AsyncClient(base_url=orders.web, timeout=SECONDS, limits=limits) as http:
        await asyncio.gather(
            *(_from_one_source(http, orders, number, share, outcomes) for number, share in enumerate(shares))
        )
    return outcomes


async def _from_one_source(
    http: httpx.AsyncClient, orders: Orders, number: int, guesses: int, outcomes: Counter[str]
) -> None:
    chance = random.Random(f"{orders.seed}.{number}")
    source = SCHOOL if number == 0 else f"203.0.113.{number}"
    for _ in range(guesses):
        login, password = chance.choice(orders.addresses), f"{chance.choice(PASSWORDS)}{chance.randrange(100)}"
        headers = {"X-Forwarded-For": source}
        try:
            if chance.random() < BY_PROGRAM:
                headers["User-Agent"] = PROGRAM
                answer = await http.get("/.well-known/jmap", headers=headers, auth=(login, password))
            else:
                form = {"login": login, "password": password}
                answer = await http.post("/api/v1/session", headers=headers, json=form)
        except httpx.TransportError:
            outcomes[FAILED] += 1
        else:
            outcomes[_OUTCOMES.get(answer.status_code, f"HTTP {answer.status_code}")] += 1
        if _progress is not None:
            _progress.value = outcomes.total()
