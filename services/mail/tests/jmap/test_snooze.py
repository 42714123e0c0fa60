"""urn:webmail-montpellier:snooze: emails that leave until a time and come back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.mail.adapters.store.snoozes import PostgresSnoozes
from services.mail.application.due import LOOK_SECONDS, DoDue
from services.mail.application.snooze import WakeSnoozed
from services.mail.domain.dates import utc_date
from services.mail.tests.jmap.mailbox_user import MAIL, MailboxUser
from services.mail.tests.store.world import summary


def turn(user: MailboxUser) -> float:
    return DoDue(user.world.database, PostgresSnoozes(), WakeSnoozed(user.world.store).wake).turn()


def until(user: MailboxUser, **later: int) -> str:
    return utc_date(user.now + timedelta(**later))


def snooze(user: MailboxUser, email: str, at: str | None) -> Any:
    return user("Email/set", update={email: {"snoozed": None if at is None else {"until": at}}})


def its_time_has_come(user: MailboxUser) -> None:
    with user.world.database.transaction() as tx:
        tx.execute("UPDATE snooze SET not_before = now()")


def it_is_not_time_yet(user: MailboxUser) -> None:
    """The agents' clock of these tests stands in the past, the database's does not."""
    with user.world.database.transaction() as tx:
        tx.execute("UPDATE snooze SET not_before = now() + interval '1 hour'")


def delivered(user: MailboxUser, *keywords: str, mailboxes: tuple[str, ...] = ()) -> str:
    places = [int(mailbox[1:]) for mailbox in mailboxes]
    return f"e{user.world.deliver(summary(), keywords=keywords, mailboxes=places).email_id}"


def state_of(user: MailboxUser, email: str) -> tuple[dict[str, bool], dict[str, bool], Any]:
    got = user.email(email, "mailboxIds", "keywords", "snoozed")
    return got["mailboxIds"], got["keywords"], got["snoozed"]


def test_it_leaves_for_a_mailbox_of_its_own_and_the_client_is_told(user: MailboxUser) -> None:
    email, at = delivered(user, "$seen"), until(user, hours=9)
    response = snooze(user, email, at)
    place = user.mailbox("snoozed")
    assert response["updated"] == {email: {"mailboxIds": {place: True}}}
    assert state_of(user, email) == ({place: True}, {"$seen": True}, {"until": at})
    (mailbox,) = user("Mailbox/get", ids=[place])["list"]
    assert (mailbox["name"], mailbox["role"], mailbox["totalEmails"]) == ("En attente", "snoozed", 1)
    assert snooze(user, delivered(user), at)["updated"]
    assert [one["role"] for one in user("Mailbox/get", ids=None)["list"]].count("snoozed") == 1


def test_it_comes_back_at_its_time_where_it_was_unread_and_marked(user: MailboxUser) -> None:
    classes = user("Mailbox/set", create={"k": {"name": "Classes"}})["created"]["k"]["id"]
    inbox = user.mailbox("inbox")
    email = delivered(user, "$seen", "$flagged", mailboxes=(classes, inbox))
    received = user.email(email, "receivedAt")
    snooze(user, email, until(user, hours=1))
    it_is_not_time_yet(user)
    assert turn(user) == LOOK_SECONDS
    assert state_of(user, email)[0] == {user.mailbox("snoozed"): True}
    its_time_has_come(user)
    assert (turn(user), turn(user)) == (0.0, LOOK_SECONDS)
    assert state_of(user, email) == ({classes: True, inbox: True}, {"$flagged": True, "$returned": True}, None)
    assert user.email(email, "receivedAt") == received
    assert user("Email/query", filter={"inMailbox": inbox, "hasKeyword": "$returned"})["ids"] == [email]
    assert (user.world.counts("inbox"), user.world.counts("snoozed")) == ((1, 1, 1, 1), (0, 0, 0, 0))


def test_into_the_inbox_where_its_mailbox_is_gone(user: MailboxUser) -> None:
    classes = user("Mailbox/set", create={"k": {"name": "Classes"}})["created"]["k"]["id"]
    email = delivered(user, mailboxes=(classes,))
    snooze(user, email, until(user, hours=1))
    assert user("Mailbox/set", destroy=[classes])["destroyed"] == [classes]
    its_time_has_come(user)
    turn(user)
    assert state_of(user, email)[0] == {user.mailbox("inbox"): True}


def test_states_are_honest_all_along(user: MailboxUser) -> None:
    email = delivered(user)

    def changed(since: str) -> list[str]:
        answer: list[str] = user("Email/changes", sinceState=since)["updated"]
        return answer

    def state() -> str:
        return str(user("Email/get", ids=[])["state"])

    def wake() -> None:
        its_time_has_come(user)
        turn(user)

    steps: list[Callable[[], object]] = [
        lambda: snooze(user, email, until(user, hours=1)),
        lambda: snooze(user, email, until(user, hours=2)),
        wake,
        lambda: snooze(user, email, until(user, hours=3)),
        lambda: snooze(user, email, None),
    ]
    for step in steps:
        before = state()
        step()
        assert changed(before) == [email]
    before = state()
    snooze(user, email, None)
    assert state() == before, "it is not snoozed: nothing changes"


def test_another_time_replaces_the_first_and_where_it_was_is_kept(user: MailboxUser) -> None:
    archive = user.mailbox("archive")
    email = delivered(user, mailboxes=(archive,))
    snooze(user, email, until(user, hours=1))
    its_time_has_come(user)
    later = until(user, days=2)
    snooze(user, email, later)
    it_is_not_time_yet(user)
    assert turn(user) == LOOK_SECONDS
    assert state_of(user, email)[2] == {"until": later}
    assert snooze(user, email, None)["updated"] == {email: {"mailboxIds": {archive: True}}}
    assert state_of(user, email) == ({archive: True}, {}, None)


def test_one_that_has_returned_and_leaves_again_loses_its_mark(user: MailboxUser) -> None:
    email = delivered(user)
    snooze(user, email, until(user, hours=1))
    its_time_has_come(user)
    turn(user)
    assert state_of(user, email)[1] == {"$returned": True}
    snooze(user, email, until(user, hours=1))
    assert state_of(user, email)[1] == {}


@pytest.mark.parametrize("role", ["inbox", "trash"])
def test_who_moves_it_ends_the_snooze(user: MailboxUser, role: str) -> None:
    email, goal = delivered(user), user.mailbox(role)
    snooze(user, email, until(user, hours=1))
    user("Email/set", update={email: {"mailboxIds": {goal: True}}})
    assert state_of(user, email) == ({goal: True}, {}, None)
    assert turn(user) == LOOK_SECONDS
    user("Email/set", update={email: {"mailboxIds": {user.mailbox("snoozed"): True}}})
    assert state_of(user, email)[2] is None, "the mailbox alone snoozes nothing"


def test_who_destroys_it_ends_the_snooze(user: MailboxUser) -> None:
    email, other = delivered(user), delivered(user)
    snooze(user, email, until(user, hours=1))
    snooze(user, other, until(user, hours=1))
    assert user("Email/set", destroy=[email])["destroyed"] == [email]
    assert user("Mailbox/set", destroy=[user.mailbox("snoozed")], onDestroyRemoveEmails=True)["destroyed"]
    its_time_has_come(user)
    assert turn(user) == LOOK_SECONDS
    assert user("Email/get", ids=[email, other])["list"] == []


def test_what_the_agent_added_meanwhile_stays(user: MailboxUser) -> None:
    email, archive, inbox = delivered(user), user.mailbox("archive"), user.mailbox("inbox")
    snooze(user, email, until(user, hours=1))
    user("Email/set", update={email: {f"mailboxIds/{archive}": True, "keywords/$flagged": True}})
    its_time_has_come(user)
    turn(user)
    assert state_of(user, email) == ({archive: True, inbox: True}, {"$flagged": True, "$returned": True}, None)


@pytest.mark.parametrize(
    "value",
    [
        {"until": "2020-01-01T00:00:00Z"},
        {"until": "2099-01-01T00:00:00Z"},
        {"until": "2026-10-01T08:00:00+02:00"},
        {"until": None},
        {"until": "2026-10-01T08:00:00Z", "mailbox": "m1"},
        {},
        "2026-10-01T08:00:00Z",
        True,
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_moves(user: MailboxUser, value: Any) -> None:
    email = delivered(user)
    patch = {"snoozed": value, "keywords/$flagged": True}
    refused = user("Email/set", update={email: patch})["notUpdated"][email]
    assert (refused["type"], refused["properties"]) == ("invalidProperties", ["snoozed"])
    assert state_of(user, email) == ({user.mailbox("inbox"): True}, {}, None)


def test_not_together_with_another_move_but_with_keywords_and_as_a_whole_object(user: MailboxUser) -> None:
    email, at = delivered(user), until(user, hours=1)
    both = {"snoozed": {"until": at}, "mailboxIds": {user.mailbox("trash"): True}}
    refused = user("Email/set", update={email: both})["notUpdated"][email]
    assert (refused["type"], refused["properties"]) == ("invalidProperties", ["snoozed", "mailboxIds"])
    whole = user.email(email, "id", "mailboxIds", "keywords", "receivedAt", "snoozed")
    user("Email/set", update={email: whole | {"snoozed": {"until": at}, "keywords": {"$flagged": True}}})
    assert state_of(user, email) == ({user.mailbox("snoozed"): True}, {"$flagged": True}, {"until": at})


def test_where_the_capability_is_not_used_there_is_no_such_property(user: MailboxUser) -> None:
    email = delivered(user)
    update = {email: {"snoozed": {"until": until(user, hours=1)}}}
    got, set_ = user.batch(
        ("Email/get", {"ids": [email], "properties": ["snoozed"]}), ("Email/set", {"update": update}), using=(MAIL,)
    )
    assert (got.name, got.arguments["type"]) == ("error", "invalidArguments")
    assert set_.arguments["notUpdated"][email]["properties"] == ["snoozed"]
    assert "snoozed" not in user("Email/get", ids=[email])["list"][0], "it is given where it is asked for by name"


def test_a_name_that_is_taken_is_not_used(user: MailboxUser) -> None:
    user("Mailbox/set", create={"a": {"name": "En attente"}, "b": {"name": "En attente (2)"}})
    snooze(user, delivered(user), until(user, hours=1))
    assert user.world.mailbox("snoozed").name == "En attente (3)"
