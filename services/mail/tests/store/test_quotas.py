"""Sums of an account: exact whatever happens at once, and never in the way of what was accepted."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from services.mail.adapters.store.quotas import Quotas
from services.mail.adapters.store.store import PostgresStore
from services.mail.application.ports import UnknownAccountError
from services.mail.application.quotas import Drift, ManageQuotas
from services.mail.application.rows import UNLIMITED, QuotaLimits
from services.mail.application.store import OverQuotaError
from services.mail.tests.store.world import AGENT, START, World, summary

ADDRESS = "claire.fontaine@ac-montpellier.example"
WRITERS, STEPS = 8, 20


def used(world: World) -> tuple[int, int]:
    with world.store.view(AGENT) as view:
        octets, count = view.quotas()
    return octets.used, count.used


def office(world: World) -> ManageQuotas:
    return ManageQuotas(world.database, Quotas(), UNLIMITED)


def test_what_comes_and_goes_is_summed(world: World) -> None:
    one, other = summary("un"), summary("un autre")
    first = world.deliver(one)
    world.deliver(other)
    assert used(world) == (one.size + other.size, 2)
    world.destroy(first.email_id)
    assert used(world) == (other.size, 1)


def test_a_shared_message_counts_for_each_account_that_has_it(world: World) -> None:
    world.open_account("bautre", "luc.martin@ac-montpellier.example", "Luc", "Martin")
    message = world.message(summary("à tous"))
    for account_id in (AGENT, "bautre"):
        with world.database.transaction() as tx:
            world.mailstore.append(tx, account_id, message, role="inbox", received_at=START)
    assert used(world) == (message.size, 1)
    assert [drift for _, drift in office(world).recount(mend=False)] == [Drift(0, 0)] * 2


def test_a_delivery_that_comes_twice_counts_once(world: World) -> None:
    for _ in range(2):
        world.deliver(summary("une fois"), key="s1")
    assert used(world)[1] == 1


def test_eight_writers_at_once_leave_the_sums_exact(world: World) -> None:
    def write(writer: int) -> None:
        random, mine = Random(writer), list[int]()
        for step in range(STEPS):
            if mine and random.random() < 0.4:
                world.destroy(mine.pop(random.randrange(len(mine))))
            else:
                mine.append(world.deliver(summary(f"{writer} {step} {'x' * random.randrange(99)}")).email_id)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert used(world)[1] > 0
    assert [drift for _, drift in office(world).recount(mend=False)] == [Drift(0, 0)]


def test_a_sum_that_was_tampered_with_is_found_and_mended(world: World) -> None:
    world.deliver(summary("un"))
    right = used(world)
    with world.database.transaction() as tx:
        tx.execute("UPDATE account_state SET used_octets = used_octets + 5, used_emails = used_emails + 1")
    assert list(office(world).recount(mend=False)) == [(AGENT, Drift(5, 1))]
    state = world.state("Quota")
    assert list(office(world).recount(mend=True)) == [(AGENT, Drift(5, 1))]
    assert used(world) == right
    assert world.state("Quota") > state
    assert list(office(world).recount(mend=False)) == [(AGENT, Drift(0, 0))]


def test_an_account_has_the_common_limits_or_its_own(world: World) -> None:
    store = PostgresStore(world.database, QuotaLimits(1_000, 10))

    def limits() -> list[int]:
        with store.view(AGENT) as view:
            return [row.hard_limit for row in view.quotas()]

    assert limits() == [1_000, 10]
    office(world).limit(ADDRESS, 5_000, None)
    assert limits() == [5_000, 10]
    assert [row.hard_limit for row in office(world).show(ADDRESS)] == [5_000, UNLIMITED.emails]
    office(world).limit(ADDRESS, None, None)
    assert limits() == [1_000, 10]
    with pytest.raises(UnknownAccountError):
        office(world).limit("personne@ac-montpellier.example", 1, 1)


def test_the_last_octet_may_be_used_and_not_one_more(world: World) -> None:
    made = summary("un")
    store = PostgresStore(world.database, QuotaLimits(2 * made.size, 10))
    inbox = world.mailbox("inbox").id
    with store.write(AGENT) as write:
        for _ in range(2):
            write.append(write.add_message(made), [inbox], [], START)
        with pytest.raises(OverQuotaError):
            write.add_message(made)
    assert used(world) == (2 * made.size, 2)
    with pytest.raises(OverQuotaError), PostgresStore(world.database, QuotaLimits(10**9, 2)).write(AGENT) as write:
        write.append(world.message(made), [inbox], [], START)


def test_what_was_accepted_is_delivered_to_a_full_mailbox(world: World) -> None:
    office(world).limit(ADDRESS, 1, 1)
    for number in range(3):
        world.deliver(summary(f"accepté {number}"))
    assert used(world)[1] == 3


def test_a_mailbox_that_is_gone_leaves_no_trace_of_the_append(world: World) -> None:
    with world.store.write(AGENT) as write, pytest.raises(LookupError):
        write.append(write.add_message(summary("perdu")), [world.mailbox("inbox").id, 999], [], START)
    with world.store.view(AGENT) as view:
        assert view.email_ids(10) == []
    assert used(world) == (0, 0)
