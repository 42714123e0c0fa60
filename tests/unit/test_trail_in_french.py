"""Whatever the trail notes, the page has a French sentence for it."""

import json

from deploy.local.web import WEB
from services.auth.domain.trail import Action, By

TEXTS = json.loads((WEB / "messages" / "fr.json").read_text("utf-8"))


def test_every_action_has_a_sentence_of_its_own() -> None:
    sentences = {action: TEXTS.get(f"myAccount.did.{action}") for action in Action}
    assert [action for action, sentence in sentences.items() if not sentence] == []
    assert len(set(sentences.values())) == len(Action)


def test_the_page_says_who_did_it() -> None:
    assert [by for by in By if f"myAccount.by.{by}" not in TEXTS] == []
