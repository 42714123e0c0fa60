"""What is asked by position is the same result cut into pages, however many hits a conversation has."""

from typing import Any

import pytest

from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import summary


@pytest.fixture
def busy(user: MailboxUser) -> MailboxUser:
    """A conversation of 30 before and after five of one message each; some of it is in the trash."""
    world = user.world
    inbox, trash = world.mailbox("inbox").id, world.mailbox("trash").id
    for number in range(30):
        subject = "Re: Conseil" if number else "Conseil"
        references = ["0@x"] if number else []
        world.deliver(summary(subject, message_id=f"{number}@x", references=references, text="budget des élèves"))
        if number % 6 == 0:
            world.deliver(summary(f"Note {number}", text="budget"), mailboxes=[inbox, trash] if number else [trash])
    return user


ASKED: tuple[Any, ...] = ({"text": "budget"}, {"body": "budget", "subject": "conseil"}, {"notKeyword": "$seen"})


@pytest.mark.parametrize("collapse", [False, True])
@pytest.mark.parametrize("condition", ASKED)
def test_pages_are_stretches_of_the_whole(busy: MailboxUser, condition: Any, collapse: bool) -> None:
    trash = busy.mailbox("trash")
    filter_ = condition | {"inMailboxOtherThan": [trash]}

    def ask(**more: Any) -> Any:
        return busy("Email/query", filter=filter_, collapseThreads=collapse, calculateTotal=True, **more)

    whole = ask()
    assert whole["total"] == len(whole["ids"]) == len(set(whole["ids"]))
    for position in range(len(whole["ids"]) + 2):
        page = ask(position=position, limit=2)
        assert (page["ids"], page["total"]) == (whole["ids"][position : position + 2], whole["total"])
    assert (ask(limit=0)["ids"], ask(limit=0)["total"]) == ([], whole["total"])
    backwards = ask(position=-len(whole["ids"]))
    assert backwards["ids"] == whole["ids"]


def test_what_is_in_the_trash_alone_is_left_out(busy: MailboxUser) -> None:
    trash, inbox = busy.mailbox("trash"), busy.mailbox("inbox")
    assert len(busy("Email/query", filter={"text": "budget"})["ids"]) == 35
    assert len(busy("Email/query", filter={"text": "budget", "inMailboxOtherThan": [trash]})["ids"]) == 34
    assert len(busy("Email/query", filter={"text": "budget", "inMailboxOtherThan": [inbox]})["ids"]) == 5
    assert len(busy("Email/query", filter={"text": "budget", "inMailboxOtherThan": []})["ids"]) == 35


def test_a_word_of_the_body_is_not_found_in_the_subject(user: MailboxUser) -> None:
    user.world.deliver(summary("Budget", text="rien"))
    both = user.world.deliver(summary("Budget", text="le budget de la rentrée"))
    assert user("Email/query", filter={"body": "budget"})["ids"] == [f"e{both.email_id}"]
    assert user("Email/query", filter={"body": "budget rentrée"})["ids"] == [f"e{both.email_id}"]
    assert user("Email/query", filter={"operator": "NOT", "conditions": [{"body": "budget"}]})["ids"] != []
