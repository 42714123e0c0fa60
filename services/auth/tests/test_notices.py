"""The mails that auth owes: sent at least once, not for ever, with links that are nowhere else."""

import asyncio

import pytest
from pydantic import SecretStr

from contracts.account import RecoveryEmail
from contracts.recovery import EmailConfirmation
from services.auth.adapters.store import PostgresStore
from services.auth.application.notices import owe
from services.auth.application.ports.post import Posted
from services.auth.domain.notice import Notice, NoticeKind
from services.auth.domain.notice_text import NoticeText
from services.auth.tests.letterbox import WEB, Letterbox, Sending
from services.auth.tests.system import PASSWORD, System, holder

RESET = "Choisir un nouveau mot de passe"
CHANGED = "Votre mot de passe a changé"


def agent_with_address(system: System, mails: Sending, address: str = "camille@exemple.fr") -> str:
    """The account's id."""
    signed_in = system.active_agent()
    request = RecoveryEmail(holder=holder(signed_in), current=SecretStr(PASSWORD), address=address)
    system.auth.set_recovery_email(request)
    mails.all_due()
    system.auth.confirm_email(EmailConfirmation(token=SecretStr(mails.letterbox.token())))
    mails.letterbox.mails.clear()
    return signed_in.agent.account_id


def owe_one(system: System, account_id: str | None, kind: NoticeKind = NoticeKind.RESET_LINK) -> None:
    with PostgresStore(system.database).begin() as tx:
        owe(tx, kind, account_id, system.clock())


def waiting(system: System) -> list[int]:
    """How often each notice that was not sent yet was tried."""
    return [row["tries"] for row in system.rows("SELECT tries FROM notice WHERE sent_at IS NULL")]


def test_the_mail_brings_the_identifier_and_the_link(system: System, mails: Sending) -> None:
    owe_one(system, agent_with_address(system, mails))
    assert mails.all_due() == [("camille@exemple.fr", RESET)]
    text = mails.letterbox.mails[0][1]
    whole = " ".join(text.before)
    assert "camille.brindacier@ac-montpellier.example" in whole
    assert "cbrindac" in whole
    assert text.link == f"{WEB}/#/nouveau-mot-de-passe/{mails.letterbox.token()}"
    assert waiting(system) == []


def test_nobodys_mail_is_thrown_away(system: System, mails: Sending) -> None:
    owe_one(system, None)
    owe_one(system, "anepersonnexx")
    assert mails.all_due() == []
    assert system.rows("SELECT 1 FROM notice") == []


@pytest.mark.parametrize("state", ["suspended", "departed"])
def test_who_may_not_sign_in_gets_none(system: System, mails: Sending, state: str) -> None:
    account_id = agent_with_address(system, mails)
    with system.database.transaction() as tx:
        tx.execute("UPDATE account SET state = %s", (state,))
    owe_one(system, account_id)
    assert mails.all_due() == []


def test_who_has_no_confirmed_address_gets_none(system: System, mails: Sending) -> None:
    owe_one(system, system.active_agent().agent.account_id)
    assert mails.all_due() == []


def test_a_relay_that_is_away_is_tried_again_with_a_new_link_and_not_for_ever(system: System, mails: Sending) -> None:
    owe_one(system, agent_with_address(system, mails))
    mails.letterbox.answer = Posted.AWAY
    for _ in range(24 * 60):
        mails.all_due()
        system.clock.advance(seconds=55)
    tokens = [mails.letterbox.token(number) for number in range(len(mails.letterbox.mails))]
    assert len(tokens) == len(set(tokens)) == 5
    assert waiting(system) == []


def test_what_can_wait_is_tried_for_a_day(system: System, mails: Sending) -> None:
    account_id = agent_with_address(system, mails)
    owe_one(system, account_id, NoticeKind.PASSWORD_CHANGED)
    mails.letterbox.answer = Posted.AWAY
    for _ in range(30):
        mails.all_due()
        system.clock.advance(hours=1)
    assert 20 <= len(mails.letterbox.mails) <= 26
    assert waiting(system) == []


def test_an_address_that_the_relay_refuses_is_not_tried_again(system: System, mails: Sending) -> None:
    owe_one(system, agent_with_address(system, mails))
    mails.letterbox.answer = Posted.REFUSED
    assert len(mails.all_due()) == 1
    assert system.rows("SELECT 1 FROM notice WHERE sent_at IS NULL") == []


def test_the_hash_of_the_link_is_committed_before_it_is_sent(system: System, mails: Sending) -> None:
    owe_one(system, agent_with_address(system, mails))
    seen: list[int] = []

    class Looking(Letterbox):
        async def send(self, text: NoticeText, address: str) -> Posted:
            seen.append(len(system.rows("SELECT 1 FROM reset_ticket")))
            return await super().send(text, address)

    mails.sender._post = Looking()
    mails.all_due()
    assert seen == [1]


@pytest.mark.parametrize("sent", [False, True])
def test_killed_while_it_sends_it_neither_loses_nor_repeats_for_ever(
    system: System, mails: Sending, sent: bool
) -> None:
    """Killed before the relay took it, or after, before that was noted."""
    owe_one(system, agent_with_address(system, mails))

    class Killed(Letterbox):
        async def send(self, text: NoticeText, address: str) -> Posted:
            if sent:
                mails.letterbox.mails.append((address, text))
            raise asyncio.CancelledError

    mails.sender._post = Killed()
    with pytest.raises(asyncio.CancelledError):
        mails.all_due()
    mails.sender._post = mails.letterbox
    assert mails.all_due() == []
    system.clock.advance(minutes=1)
    assert mails.all_due() == [("camille@exemple.fr", RESET)]
    system.clock.advance(hours=1)
    assert mails.all_due() == []
    assert len(mails.letterbox.mails) == (2 if sent else 1)


def test_two_processes_never_send_the_same(system: System, mails: Sending) -> None:
    account_id = agent_with_address(system, mails)
    owe_one(system, account_id)
    system.clock.advance(seconds=5)
    store = PostgresStore(system.database)
    with store.begin() as one, store.begin() as other:
        taken: Notice | None = one.due_notice(system.clock())
        assert taken is not None
        assert other.due_notice(system.clock()) is None


def test_what_was_sent_is_forgotten_after_an_hour(system: System, mails: Sending) -> None:
    owe_one(system, agent_with_address(system, mails))
    mails.all_due()
    system.clock.advance(hours=2)
    system.auth.sweep()
    assert system.rows("SELECT 1 FROM notice") == []
    assert system.rows("SELECT 1 FROM reset_ticket") == []


def test_no_token_stands_in_any_table(system: System, mails: Sending) -> None:
    owe_one(system, agent_with_address(system, mails))
    mails.all_due()
    tables = [row["name"] for row in system.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")]
    token = mails.letterbox.token()
    for table in tables:
        assert not system.rows(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s', f"%{token}%"), table  # noqa: S608


def test_a_new_password_is_told_to_the_recovery_address(system: System, mails: Sending) -> None:
    account_id = agent_with_address(system, mails)
    owe_one(system, account_id, NoticeKind.PASSWORD_CHANGED)
    assert mails.all_due() == [("camille@exemple.fr", CHANGED)]
    assert mails.letterbox.mails[0][1].link == ""


def test_a_new_activation_that_was_asked_for_is_told_to_the_recovery_address(system: System, mails: Sending) -> None:
    agent_with_address(system, mails)
    system.auth.call_back("camille.brindacier", operator="DPE bureau 3")
    assert mails.all_due() == [("camille@exemple.fr", "Une nouvelle activation de votre compte est demandée")]
    assert "24 heures" in " ".join(mails.letterbox.mails[0][1].before)
