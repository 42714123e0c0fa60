"""Trash and junk are emptied of what was put there long ago, and /changes tell of it."""

import pytest

from chassis.db import Transaction
from services.mail.adapters.store.old_mail import OldMail
from services.mail.adapters.store.quotas import Quotas
from services.mail.adapters.walks import Walks
from services.mail.application import retention as retention_module
from services.mail.application.quotas import Drift, ManageQuotas
from services.mail.application.retention import PAGE_SECONDS, REST_SECONDS, Retention
from services.mail.application.rows import UNLIMITED
from services.mail.tests.store.world import AGENT, World, summary


@pytest.fixture(autouse=True)
def _from_the_start(world: World) -> None:
    with world.database.transaction() as tx:
        tx.execute("UPDATE walk SET place = ''")


def job(world: World, trash_days: int = 30, junk_days: int = 30) -> Retention:
    return Retention(world.database, world.store, OldMail(), Walks(), trash_days=trash_days, junk_days=junk_days)


def pass_days(world: World, days: int) -> None:
    with world.database.transaction() as tx:
        tx.execute("UPDATE email_mailbox SET entered_at = entered_at - make_interval(days => %s)", (days,))


def there(world: World) -> list[int]:
    with world.store.view(AGENT) as view:
        return sorted(view.email_ids(1_000))


def put(world: World, *roles: str, number: int = 0) -> int:
    places = [world.mailbox(role).id for role in roles]
    return world.deliver(summary(f"message {number}"), mailboxes=places).email_id


def test_what_was_put_into_trash_or_junk_long_ago_goes_and_the_rest_stays(world: World) -> None:
    for role in ("trash", "junk"):
        put(world, role)
    inbox = put(world, "inbox")
    pass_days(world, 31)
    young = put(world, "trash")
    job(world).turn()
    assert there(world) == [inbox, young]
    assert world.counts("trash") == (1, 1, 1, 1)
    assert world.counts("junk") == (0, 0, 0, 0)


def test_the_days_count_from_when_it_was_moved_there_whatever_happens_to_it_there(world: World) -> None:
    inbox, trash = world.mailbox("inbox").id, world.mailbox("trash").id
    email = put(world, "inbox")
    pass_days(world, 100)
    world.set(email, keywords=[], mailboxes=[trash])
    pass_days(world, 29)
    world.set(email, keywords=["$seen"], mailboxes=[trash])
    job(world).turn()
    assert there(world) == [email]
    world.set(email, keywords=["$seen"], mailboxes=[inbox])
    world.set(email, keywords=["$seen"], mailboxes=[trash])
    pass_days(world, 29)
    job(world).turn()
    assert there(world) == [email]
    pass_days(world, 2)
    job(world).turn()
    job(world).turn()
    assert there(world) == []


def test_an_email_that_is_elsewhere_too_only_leaves_the_trash(world: World) -> None:
    email = put(world, "trash", "archive")
    pass_days(world, 31)
    job(world).turn()
    assert there(world) == [email]
    assert (world.counts("trash")[0], world.counts("archive")[0]) == (0, 1)


def test_changes_and_quota_tell_what_went(world: World) -> None:
    gone, kept = put(world, "trash"), put(world, "inbox")
    pass_days(world, 31)
    states = {data_type: world.state(data_type) for data_type in ("Email", "Mailbox", "Thread", "Quota")}
    job(world).turn()
    assert world.changes("Email", states["Email"]).destroyed == [gone]
    assert world.changes("Mailbox", states["Mailbox"]).updated == [world.mailbox("trash").id]
    assert len(world.changes("Thread", states["Thread"]).destroyed) == 1
    assert world.changes("Quota", states["Quota"]).updated == [1, 2]
    assert there(world) == [kept]
    office = ManageQuotas(world.database, Quotas(), UNLIMITED)
    assert list(office.recount(mend=False)) == [(AGENT, Drift(0, 0))]


def test_zero_days_keep_for_ever(world: World) -> None:
    trash, _ = put(world, "trash"), put(world, "junk")
    pass_days(world, 10_000)
    assert job(world, 0, 0).turn() == REST_SECONDS
    job(world, 0, 30).turn()
    assert there(world) == [trash]


def test_much_is_destroyed_in_bounded_batches_and_turns(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_module, "EMAILS_AT_ONCE", 2)
    monkeypatch.setattr(retention_module, "BATCHES_AT_ONCE", 2)
    for number in range(7):
        put(world, "trash", number=number)
    pass_days(world, 31)
    events = len(world.events())
    assert (job(world).turn(), len(there(world))) == (0.0, 3)
    assert len(world.events()) == events + 2
    assert (job(world).turn(), len(there(world))) == (0.0, 0)
    assert (job(world).turn(), job(world).turn()) == (PAGE_SECONDS, REST_SECONDS)


def test_an_account_that_fails_keeps_no_other_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open_account("zautre", "luc.martin@ac-montpellier.example", "Luc", "Martin")
    put(world, "trash")
    with world.store.view("zautre") as view:
        trash = next(box.id for box in view.mailboxes() if box.role == "trash")
    world.deliver(summary("autre"), account_id="zautre", mailboxes=[trash])
    pass_days(world, 31)
    emails = OldMail.emails

    def fail(self: OldMail, tx: Transaction, mailbox: retention_module.OldMailbox, most: int) -> list[int]:
        if mailbox.account_id == AGENT:
            raise RuntimeError("a fault")
        return emails(self, tx, mailbox, most)

    monkeypatch.setattr(OldMail, "emails", fail)
    assert job(world).turn() == PAGE_SECONDS
    with world.store.view("zautre") as view:
        assert view.email_ids(10) == []
    assert len(there(world)) == 1
