"""application.ports.Mailstore.append: what one delivery leaves behind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import orjson
import pytest

from services.mail.application.ports import UnknownAccountError
from services.mail.tests.store.world import AGENT, World, summary


def test_a_delivery_lands_in_the_inbox_and_is_counted(world: World) -> None:
    result = world.deliver(summary())
    assert result.created
    assert world.counts("inbox") == (1, 1, 1, 1)
    assert world.find().ids == [result.email_id]


def test_the_same_delivery_key_changes_nothing_the_second_time(world: World) -> None:
    first = world.deliver(summary(), key="spool-1")
    before = world.state("Email")
    second = world.deliver(summary(), key="spool-1")
    assert (second.email_id, second.created) == (first.email_id, False)
    assert world.counts("inbox") == (1, 1, 1, 1)
    assert world.state("Email") == before


def test_a_destroyed_email_does_not_come_back_by_redelivery(world: World) -> None:
    world.destroy(world.deliver(summary(), key="spool-1").email_id)
    assert not world.deliver(summary(), key="spool-1").created
    assert world.counts("inbox") == (0, 0, 0, 0)


def test_many_at_once_with_one_key_make_one_email(world: World) -> None:
    message = world.message(summary())

    def deliver(_: int) -> bool:
        with world.database.transaction() as tx:
            return world.mailstore.append(
                tx, AGENT, message, role="inbox", received_at=datetime.now(UTC), delivery_key="spool-9"
            ).created

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(deliver, range(8))) == [False] * 7 + [True]
    assert world.counts("inbox") == (1, 1, 1, 1)


def test_the_event_commits_with_the_email(world: World) -> None:
    world.deliver(summary())
    told = orjson.loads(world.events()[-1])
    assert told["account_id"] == AGENT
    assert set(told["changed"]) == {"Email", "EmailDelivery", "Mailbox", "Thread", "Quota"}
    assert told["changed"]["Email"] == str(world.state("Email"))


def test_an_account_that_mail_has_not_heard_of_is_refused(world: World) -> None:
    with pytest.raises(UnknownAccountError):
        world.deliver(summary(), account_id="anobody")


def test_a_mailbox_that_is_not_there_is_refused_and_leaves_nothing(world: World) -> None:
    with pytest.raises(LookupError):
        world.deliver(summary(), mailboxes=[999])
    assert world.find().ids == []


@pytest.mark.parametrize(
    "sent_at", ["2002-08-27T00:35:05-16:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-19:00"]
)
def test_a_date_from_beyond_every_zone_is_no_obstacle(world: World, sent_at: str) -> None:
    email = world.deliver(summary().model_copy(update={"sent_at": sent_at})).email_id
    with world.store.view(AGENT) as view:
        assert view.emails([email])[0].sent_at == sent_at


def test_a_draft_or_a_seen_email_is_not_unread(world: World) -> None:
    world.deliver(summary(), keywords=["$draft"])
    world.deliver(summary("Autre"), keywords=["$Seen"])
    assert world.counts("inbox") == (2, 0, 2, 0)
