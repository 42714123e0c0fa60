"""RFC 8621 §3: Threads."""

import pytest

from chassis.jmap import standard
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import summary


def test_3_1_get_lists_the_emails_oldest_first(user: MailboxUser) -> None:
    late = user.world.deliver(summary(message_id="1@x"), minutes=9)
    early = user.world.deliver(summary(message_id="2@x", references=["1@x"]), minutes=2)
    got = user("Thread/get", ids=[f"t{late.thread_id}", "t999"])
    assert got["list"] == [{"id": f"t{late.thread_id}", "emailIds": [f"e{early.email_id}", f"e{late.email_id}"]}]
    assert got["notFound"] == ["t999"]


def test_3_2_changes(user: MailboxUser) -> None:
    first = user.world.deliver(summary(message_id="1@x"))
    state = user("Thread/get", ids=[])["state"]
    user.world.set(first.email_id, keywords=["$seen"], mailboxes=[user.world.mailbox("inbox").id])
    assert user("Thread/changes", sinceState=state)["updated"] == []
    user.world.deliver(summary(message_id="2@x", references=["1@x"]))
    other = user.world.deliver(summary("Autre"))
    changes = user("Thread/changes", sinceState=state)
    assert (changes["created"], changes["updated"]) == ([f"t{other.thread_id}"], [f"t{first.thread_id}"])


def test_3_what_one_import_brings_in_any_order_is_told_as_it_ends(user: MailboxUser) -> None:
    def letter(name: str, answers: str | None) -> dict[str, object]:
        field = f"In-Reply-To: <{answers}@x>\r\n" if answers else ""
        octets = f"From: a@x.example\r\nMessage-ID: <{name}@x>\r\n{field}Subject: Conseil\r\n\r\n{name}\r\n"
        return {"blobId": user.upload(octets.encode()), "mailboxIds": {user.mailbox("inbox"): True}}

    emails = {"first": letter("1", None), "third": letter("3", "2"), "second": letter("2", "1")}
    created = user("Email/import", emails=emails)["created"]
    ids = [created[name]["id"] for name in emails]
    got = user("Email/get", ids=ids, properties=["threadId"])
    assert (got["notFound"], [one["threadId"] for one in got["list"]]) == ([], [created["first"]["threadId"]] * 3)
    assert {one["threadId"] for one in created.values()} == {created["first"]["threadId"]}


def test_3_1_all_or_too_many_never_some(user: MailboxUser, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [user.world.deliver(summary(str(number), message_id=f"{number}@x")) for number in range(3)]
    assert len(user("Thread/get", ids=None)["list"]) == len(made)
    monkeypatch.setattr(standard, "MAX_OBJECTS_IN_GET", 2)
    assert user.error("Thread/get", ids=None) == "requestTooLarge"
    assert user.error("Thread/get", ids=["t1", "t2", "t3"]) == "requestTooLarge"


def test_3_1_properties_and_unknown_ids(user: MailboxUser) -> None:
    thread = f"t{user.world.deliver(summary()).thread_id}"
    got = user("Thread/get", ids=[thread, thread, "t999", "e1"], properties=["id"])
    assert (got["list"], got["notFound"]) == ([{"id": thread}], ["t999", "e1"])
    assert user.error("Thread/get", ids=[thread], properties=["subject"]) == "invalidArguments"
    assert user.error("Thread/get", ids=thread) == "invalidArguments"
