"""Messages that nobody has any more are deleted a grace later, and no sooner."""

from services.mail.adapters.store.left_messages import LeftMessages
from services.mail.adapters.walks import Walks
from services.mail.application.collect_messages import CollectMessages
from services.mail.application.ports import StoredMessage
from services.mail.tests.store.world import AGENT, START, World, summary

GRACE = 10_800.0


def job(world: World) -> CollectMessages:
    return CollectMessages(world.database, LeftMessages(), Walks(), GRACE)


def messages(world: World) -> set[int]:
    with world.database.transaction() as tx:
        return {id_ for (id_,) in tx.tuples("SELECT id FROM message")}


def pass_time(world: World) -> None:
    """A grace and a minute."""
    with world.database.transaction() as tx:
        tx.execute("UPDATE message_left SET unused_since = unused_since - make_interval(secs => %s)", (GRACE + 60,))
        tx.execute("UPDATE message SET created_at = created_at - make_interval(secs => %s)", (GRACE + 60,))


def noted(world: World) -> int:
    with world.database.transaction() as tx:
        return int(tx.only("SELECT count(*) AS n FROM message_left")["n"])


def append(world: World, message: StoredMessage, account_id: str = AGENT) -> int:
    with world.database.transaction() as tx:
        return world.mailstore.append(tx, account_id, message, role="inbox", received_at=START).email_id


def test_a_message_goes_a_grace_after_its_last_email(world: World) -> None:
    world.open_account("bautre", "luc.martin@ac-montpellier.example", "Luc", "Martin")
    message = world.message(summary("à deux"))
    mine, others = append(world, message), append(world, message, "bautre")
    world.destroy(mine)
    assert job(world).delete() == 0
    assert noted(world) == 0  # another has it still
    with world.store.write("bautre") as write:
        write.destroy_emails([others])
    assert job(world).delete() == 0
    assert messages(world) == {message.id}
    pass_time(world)
    assert job(world).delete() == 1
    assert (messages(world), noted(world)) == (set(), 0)


def test_a_message_that_came_into_use_again_stays(world: World) -> None:
    message = world.message(summary("copié"))
    world.destroy(append(world, message))
    job(world).delete()
    append(world, message)
    pass_time(world)
    assert job(world).delete() == 0
    assert (messages(world), noted(world)) == ({message.id}, 0)


def test_a_message_that_the_spool_has_still_to_deliver_stays(world: World) -> None:
    message = world.message(summary("à suivre"))
    email = append(world, message)
    with world.database.transaction() as tx:
        tx.execute(
            "INSERT INTO spool (id, sha256, size, trace, mail_from, source, received_at)"
            " VALUES ('s', %s, 1, '', '', '', now())",
            (message.sha256,),
        )
        tx.execute("INSERT INTO spool_recipient VALUES ('s', 'a@b', %s, true, %s)", (AGENT, message.id))
    try:
        world.destroy(email)
        job(world).delete()
        pass_time(world)
        assert job(world).delete() == 0
        assert messages(world) == {message.id}
    finally:
        with world.database.transaction() as tx:
            tx.execute("DELETE FROM spool")


def test_the_walk_finds_a_message_that_nobody_ever_had(world: World) -> None:
    stray, kept = world.message(summary("perdu")), world.message(summary("gardé"))
    append(world, kept)
    job(world).turn()
    assert noted(world) == 0  # too young: it may be on its way
    pass_time(world)
    for _ in range(2):
        job(world).turn()
    pass_time(world)
    job(world).turn()
    assert messages(world) == {kept.id}
    assert stray.id != kept.id
