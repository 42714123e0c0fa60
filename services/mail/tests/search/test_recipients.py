"""to, cc and bcc are indexed together, and told apart among the hits."""

from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import summary

ZOE, ALBERT = "zoe.martin@x.example", "albert@y.example"


def test_recipients_are_told_apart(user: MailboxUser) -> None:
    plain = user.world.deliver(summary("a", to=[ZOE]))
    copied = user.world.deliver(summary("b", to=[ALBERT], cc=[ZOE]))
    both = user.world.deliver(summary("c", to=[ZOE], cc=[ALBERT]))

    def found(name: str, text: str) -> list[int]:
        return sorted(int(id_[1:]) for id_ in user("Email/query", filter={name: text})["ids"])

    assert found("to", "zoé") == [plain.email_id, both.email_id]
    assert found("cc", "zoé") == [copied.email_id]
    assert found("to", "albert") == [copied.email_id]
    assert found("bcc", "zoé") == []
    assert found("to", "zoe.martin@x.example") == [plain.email_id, both.email_id]
