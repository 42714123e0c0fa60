"""Short memories of who is who, and how they are undone."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from contracts.errors import ServiceError
from services.gateway.identity.cache import TRIES, PrincipalCache
from services.gateway.identity.principal import Principal
from services.gateway.tests.people import ACCOUNT, AGENT


class Verifier:
    def __init__(self, session_id: str = "s1", expires_at: float = 1e12) -> None:
        self.asked = 0
        self.principal = Principal(AGENT, session_id, "csrf", expires_at)
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def __call__(self) -> Principal:
        self.asked += 1
        await asyncio.sleep(0)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.principal


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_many_requests_at_once_ask_once_and_later_ones_not_at_all() -> None:
    async def run() -> int:
        cache, verify = PrincipalCache(ttl=10, capacity=5), Verifier()
        await asyncio.gather(*(cache.get(b"k", verify) for _ in range(20)))
        await cache.get(b"k", verify)
        return verify.asked

    assert asyncio.run(run()) == 1


def test_an_entry_lives_no_longer_than_its_time_or_its_session() -> None:
    async def run() -> list[int]:
        clock = Clock()
        cache = PrincipalCache(ttl=10, capacity=5, clock=clock)
        long, short = Verifier(), Verifier(expires_at=clock.now + 3)
        counts = []
        for later in (0.0, 2.9, 0.2, 7.0):
            clock.now += later
            await cache.get(b"long", long)
            await cache.get(b"short", short)
            counts.append(long.asked * 10 + short.asked)
        return counts

    assert asyncio.run(run()) == [11, 11, 12, 23]


def test_failures_are_asked_again_and_a_caller_who_leaves_takes_nobody_along() -> None:
    async def fail() -> Principal:
        raise LookupError

    async def run() -> None:
        cache, verify = PrincipalCache(ttl=10, capacity=5), Verifier()
        for _ in range(2):
            with pytest.raises(LookupError):
                await cache.get(b"k", fail)
        leaving = asyncio.create_task(cache.get(b"k", verify))
        staying = asyncio.create_task(cache.get(b"k", verify))
        await asyncio.sleep(0)
        leaving.cancel()
        assert (await staying).account_id == ACCOUNT
        assert verify.asked == 1

    asyncio.run(run())


@pytest.mark.parametrize(
    "invalidate",
    [
        lambda cache: cache.drop_account(ACCOUNT),
        lambda cache: cache.drop_sessions(["s0", "s1"]),
        lambda cache: cache.clear(),
    ],
)
def test_what_was_invalidated_is_asked_again_even_when_the_answer_was_on_its_way(
    invalidate: Callable[[PrincipalCache], None],
) -> None:
    async def run() -> list[int]:
        cache, verify = PrincipalCache(ttl=10, capacity=5), Verifier()
        await cache.get(b"k", verify)
        invalidate(cache)
        await cache.get(b"k", verify)
        counts = [verify.asked]

        async def meanwhile() -> None:
            verify.meanwhile = None
            invalidate(cache)

        invalidate(cache)
        verify.meanwhile = meanwhile
        for _ in range(2):
            await cache.get(b"k", verify)
        return [*counts, verify.asked]

    assert asyncio.run(run()) == [2, 4]


def test_what_ends_for_others_costs_an_answer_on_its_way_nothing() -> None:
    async def run() -> int:
        cache, verify = PrincipalCache(ttl=10, capacity=5), Verifier()

        async def meanwhile() -> None:
            cache.drop_account("another")
            cache.drop_sessions(["s9"])

        verify.meanwhile = meanwhile
        await asyncio.gather(*(cache.get(b"k", verify) for _ in range(3)))
        await cache.get(b"k", verify)
        return verify.asked

    assert asyncio.run(run()) == 1


def test_a_credential_that_never_stays_is_given_up() -> None:
    async def run() -> int:
        cache, verify = PrincipalCache(ttl=10, capacity=5), Verifier()

        async def meanwhile() -> None:
            cache.drop_account(ACCOUNT)

        verify.meanwhile = meanwhile
        with pytest.raises(ServiceError):
            await cache.get(b"k", verify)
        assert len(cache) == 0
        return verify.asked

    assert asyncio.run(run()) == TRIES


def test_other_sessions_stay_and_the_oldest_go_first() -> None:
    async def run() -> list[int]:
        cache = PrincipalCache(ttl=10, capacity=2)
        verifiers = [Verifier(f"s{number}") for number in range(3)]
        await cache.get(b"0", verifiers[0])
        await cache.get(b"1", verifiers[1])
        cache.drop_sessions(["s9"])
        await cache.get(b"0", verifiers[0])
        await cache.get(b"2", verifiers[2])
        await cache.get(b"0", verifiers[0])
        await cache.get(b"1", verifiers[1])
        assert len(cache) == 2
        return [verifier.asked for verifier in verifiers]

    assert asyncio.run(run()) == [1, 2, 1]
