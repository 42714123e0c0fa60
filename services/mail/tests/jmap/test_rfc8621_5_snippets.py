"""RFC 8621 §5: Search snippets."""

from html import unescape
from typing import Any

import pytest

from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.search.letters import letter


def snippet(user: MailboxUser, text: str, subject: str, filter_: Any) -> Any:
    id_ = user.import_(letter(subject, text))["id"]
    got = user("SearchSnippet/get", filter=filter_, emailIds=[id_])
    assert got["list"][0]["emailId"] == id_
    return got["list"][0]


def test_matching_words_are_marked_whatever_their_accents(user: MailboxUser) -> None:
    found = snippet(user, "Les ÉLÈVES, un élève et l’eleve.", "Réunion d’élèves", {"text": "eleves"})
    assert found["subject"] == "Réunion d’<mark>élèves</mark>"
    assert found["preview"] == "Les <mark>ÉLÈVES</mark>, un <mark>élève</mark> et l’<mark>eleve</mark>."


def test_everything_is_escaped(user: MailboxUser) -> None:
    found = snippet(user, "<script>alert('note')</script> & note", "<b>note</b>", {"text": "note"})
    assert found["subject"] == "&lt;b&gt;<mark>note</mark>&lt;/b&gt;"
    assert "<script" not in found["preview"]
    assert "&amp; <mark>note</mark>" in found["preview"]


def test_a_preview_begins_near_the_match_and_has_at_most_255_octets(user: MailboxUser) -> None:
    found = snippet(user, "é" * 30 + " bla" * 500 + " trésor caché " + "fin " * 500, "x", {"body": "tresor"})
    assert found["subject"] is None
    assert "<mark>trésor</mark> caché" in found["preview"]
    assert len(found["preview"].encode()) <= 255


def test_only_what_was_searched_is_marked(user: MailboxUser) -> None:
    both = {
        "operator": "AND",
        "conditions": [{"subject": "note"}, {"operator": "NOT", "conditions": [{"text": "été"}]}],
    }
    found = snippet(user, "une note en été", "note", both)
    assert (found["subject"], found["preview"]) == ("<mark>note</mark>", None)
    assert snippet(user, "note", "note", None) | {"emailId": ""} == {"emailId": "", "subject": None, "preview": None}


def test_emails_that_are_not_there(user: MailboxUser) -> None:
    got = user("SearchSnippet/get", filter={"text": "x"}, emailIds=["e999", "y"])
    assert (got["list"], got["notFound"]) == ([], ["e999", "y"])
    assert user.error("SearchSnippet/get", filter={"colour": "x"}, emailIds=[]) == "unsupportedFilter"


def test_a_phrase_is_marked_only_where_it_stands(user: MailboxUser) -> None:
    found = snippet(
        user, "Le voyage scolaire. La sortie ? Scolaire. La sortie scolaire.", "x", {"text": '"sortie scolaire"'}
    )
    assert found["preview"].endswith("<mark>Scolaire</mark>. La <mark>sortie</mark> <mark>scolaire</mark>.")
    assert found["preview"].startswith("Le voyage scolaire. La <mark>sortie</mark> ?")
    apart = snippet(user, "La sortie, puis un trajet scolaire.", "x", {"text": '"sortie scolaire"'})
    assert apart["preview"] is None


def test_the_words_of_an_address_and_of_a_beginning_are_marked(user: MailboxUser) -> None:
    found = snippet(user, "Voir paul.durand@x.example, l’administration.", "x", {"text": "paul.durand administrat*"})
    assert found["preview"] == ("Voir <mark>paul</mark>.<mark>durand</mark>@x.example, l’<mark>administration</mark>.")


def test_a_letter_and_its_accent_may_stand_apart(user: MailboxUser) -> None:
    found = snippet(user, "Un e\u0301le\u0300ve", "x", {"text": "élève"})
    assert found["preview"] == "Un <mark>élève</mark>"


def test_only_the_beginning_of_a_text_is_looked_through(user: MailboxUser) -> None:
    assert snippet(user, "bla\n" * 20_000 + "trésor", "x", {"text": "tresor"})["preview"] is None
    assert "<mark>trésor</mark>" in snippet(user, "trésor\n" + 'bla "\\\n' * 20_000, "x", {"text": "tresor"})["preview"]


@pytest.mark.parametrize("filler", ["&", "é", "<b>", "😀", "x & y "])
def test_a_preview_never_ends_within_a_character_or_an_entity(user: MailboxUser, filler: str) -> None:
    for lead in range(6):
        preview = snippet(user, "a" * lead + " trésor " + filler * 300, "x", {"text": "tresor"})["preview"]
        assert 240 < len(preview.encode()) <= 255
        shown = unescape(preview.replace("<mark>", "").replace("</mark>", ""))
        assert ("a" * lead + " trésor " + filler * 300).strip().startswith(shown)
