"""Bodies are blobs: the database has their words, and the first line of each."""

from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.search.letters import letter

CANARY = "la marmotte met le chocolat dans le papier"


def test_no_row_of_any_table_has_the_text_of_a_body(user: MailboxUser) -> None:
    user.import_(letter("Sujet", "Une première ligne. " * 20 + CANARY + "\n" + CANARY))
    with user.world.database.transaction() as tx:
        tables = tx.tuples("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        rows = [row for (name,) in tables for row in tx.tuples(f'SELECT "{name}"::text FROM "{name}"')]  # noqa: S608
    assert any("Une première ligne" in row for (row,) in rows)
    assert not [row for (row,) in rows if CANARY in row]
    assert user("Email/query", filter={"text": f'"{CANARY}"'})["ids"]


def test_marks_within_words_do_not_hide_them(user: MailboxUser) -> None:
    user.import_(letter("Pre\u0301fecture", "le cour\u00adriel du rectorat, un e\u0301le\u0300ve de 6ème"))
    for text in ("préfecture", "courriel", "élève", "eleve", "6eme", "6ÈME"):
        assert len(user("Email/query", filter={"text": text})["ids"]) == 1, text
