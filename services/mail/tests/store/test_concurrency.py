"""One hot account: the row lock keeps counts exact and the order of modseq the order of commits."""

from concurrent.futures import ThreadPoolExecutor

from services.mail.application.rows import EmailFlags
from services.mail.tests.store.world import AGENT, World, summary

WRITERS, TOGGLES = 8, 25


def test_eight_writers_toggle_and_every_count_is_exact(world: World) -> None:
    inbox, archive = world.mailbox("inbox").id, world.mailbox("archive").id
    emails = [world.deliver(summary(str(number % 4), message_id=f"{number % 4}@x")).email_id for number in range(16)]

    def toggle(writer: int) -> list[int]:
        states = []
        for step in range(TOGGLES):
            email = emails[(writer * 5 + step * 3) % len(emails)]
            keywords = frozenset({"$seen"} if (writer + step) % 2 else ())
            boxes = [frozenset({inbox}), frozenset({archive}), frozenset({inbox, archive})][(writer + step) % 3]
            with world.store.write(AGENT) as write:
                write.change_emails([EmailFlags(email, keywords, boxes)])
                states.append(write.state("Email"))
        return states

    with ThreadPoolExecutor(WRITERS) as pool:
        seen = list(pool.map(toggle, range(WRITERS)))
    assert all(states == sorted(states) for states in seen)
    with world.store.view(AGENT) as view:
        rows = view.emails(emails)
        for box in view.mailboxes():
            inside = [row for row in rows if box.id in row.mailbox_ids]
            assert box.total_emails == len(inside)
            assert box.unread_emails == sum("$seen" not in row.keywords for row in inside)
            assert box.total_threads == len({row.thread_id for row in inside})


def test_deliveries_and_changes_at_once_lose_nothing(world: World) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        delivered = list(
            pool.map(
                lambda number: world.deliver(summary(message_id=f"{number}@x", references=["0@x"])).email_id, range(32)
            )
        )
    assert len(set(delivered)) == 32
    assert world.counts("inbox") == (32, 32, 1, 1)
    with world.database.transaction() as tx:
        uids = [row["uid"] for row in tx.all("SELECT uid FROM email_mailbox ORDER BY uid")]
    assert uids == list(range(1, 33))
