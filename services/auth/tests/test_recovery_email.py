"""The recovery address: given, confirmed, replaced, taken away; and who is told."""

from functools import partial

import pytest
from pydantic import SecretStr

from contracts.account import AccountRequest, RecoveryEmail, RecoveryMeans
from contracts.auth import Activation, SignedIn
from contracts.errors import ErrorCode
from contracts.recovery import EmailConfirmation
from services.auth.tests.letterbox import WEB, Sending
from services.auth.tests.system import PASSWORD, System, holder, refused

CONFIRM = "Confirmer votre adresse de secours"
CHANGED = "Votre adresse de secours a changé"


def give(system: System, signed_in: SignedIn, address: str, current: str = PASSWORD) -> RecoveryMeans:
    request = RecoveryEmail(holder=holder(signed_in), current=SecretStr(current), address=address)
    return system.auth.set_recovery_email(request)


def confirm(system: System, token: str) -> None:
    system.auth.confirm_email(EmailConfirmation(token=SecretStr(token)))


def means(system: System, signed_in: SignedIn) -> RecoveryMeans:
    return system.auth.view_account(AccountRequest(holder=holder(signed_in))).means


def actions(system: System) -> list[str]:
    return [row["action"] for row in system.rows("SELECT action FROM trail_line ORDER BY month, number")]


def test_an_address_serves_once_its_link_was_opened(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    assert give(system, signed_in, "camille@exemple.fr") == RecoveryMeans(email="c•••@exemple.fr")
    assert mails.all_due() == [("camille@exemple.fr", CONFIRM)]
    assert mails.letterbox.mails[0][1].link.startswith(f"{WEB}/#/adresse-de-secours/")
    confirm(system, mails.letterbox.token())
    assert means(system, signed_in) == RecoveryMeans(email="c•••@exemple.fr", email_confirmed=True)
    assert mails.all_due() == []
    assert system.rows("SELECT 1 FROM outbox WHERE routing_key = 'auth.state.changed'"), "open pages look again"
    assert actions(system)[-2:] == ["recovery-email-changed", "recovery-email-confirmed"]


def test_opening_the_link_twice_is_the_same_as_once(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    give(system, signed_in, "camille@exemple.fr")
    mails.all_due()
    confirm(system, mails.letterbox.token())
    confirm(system, mails.letterbox.token())
    assert actions(system).count("recovery-email-confirmed") == 1


def test_the_link_lasts_two_days_and_only_the_newest_counts(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    give(system, signed_in, "camille@exemple.fr")
    mails.all_due()
    give(system, system.sign_in(), "camille@exemple.fr")
    mails.all_due()
    refused(ErrorCode.TICKET_EXPIRED, lambda: confirm(system, mails.letterbox.token(0)))
    system.clock.advance(hours=48)
    refused(ErrorCode.TICKET_EXPIRED, lambda: confirm(system, mails.letterbox.token(1)))
    for wrong in ("", "x" * 5_000, mails.letterbox.token(1) + "x"):
        refused(ErrorCode.TICKET_EXPIRED, partial(confirm, system, wrong))


def test_the_earlier_address_goes_on_until_the_new_one_is_confirmed_and_is_told(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    give(system, signed_in, "camille@exemple.fr")
    mails.all_due()
    confirm(system, mails.letterbox.token())
    told = give(system, signed_in, "brindacier@autre.example")
    assert told == RecoveryMeans(email="c•••@exemple.fr", email_confirmed=True, email_waiting="b•••@autre.example")
    assert mails.all_due() == [("brindacier@autre.example", CONFIRM)]
    confirm(system, mails.letterbox.token())
    assert means(system, signed_in) == RecoveryMeans(email="b•••@autre.example", email_confirmed=True)
    assert mails.all_due() == [("camille@exemple.fr", CHANGED)]


def test_an_address_that_is_taken_away_is_told(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    assert give(system, signed_in, " ") == RecoveryMeans()
    give(system, signed_in, "camille@exemple.fr")
    mails.all_due()
    confirm(system, mails.letterbox.token())
    assert give(system, signed_in, "") == RecoveryMeans()
    assert mails.all_due() == [("camille@exemple.fr", CHANGED)]
    assert actions(system).count("recovery-email-removed") == 1
    refused(ErrorCode.TICKET_EXPIRED, lambda: confirm(system, mails.letterbox.token(0)))


def test_an_address_that_was_replaced_before_its_mail_left_gets_none(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    give(system, signed_in, "camile@exemple.fr")
    give(system, signed_in, "camille@exemple.fr")
    assert mails.all_due() == [("camille@exemple.fr", CONFIRM)]


@pytest.mark.parametrize("address", ["camille", "camille@ac-montpellier.example", "a@b.fr\nBcc: c@d.fr"])
def test_an_address_that_cannot_serve_is_refused_before_anything_is_done(system: System, address: str) -> None:
    signed_in = system.active_agent()
    error = refused(ErrorCode.INVALID_REQUEST, lambda: give(system, signed_in, address))
    assert error.details == {"fields": ["address"]}
    assert address not in str(error)
    assert means(system, signed_in) == RecoveryMeans()


def test_it_takes_the_current_password_and_a_live_session(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    refused(ErrorCode.BAD_CREDENTIALS, lambda: give(system, signed_in, "a@exemple.fr", "mauvais"))
    other = system.sign_in()
    give(system, other, "camille@exemple.fr")
    system.clock.advance(hours=13)
    refused(ErrorCode.NOT_FOUND, lambda: give(system, signed_in, "a@exemple.fr"))
    refused(ErrorCode.NOT_FOUND, lambda: means(system, signed_in))


def test_the_mail_to_confirm_tells_of_nobody(system: System, mails: Sending) -> None:
    """It may reach a stranger."""
    give(system, system.active_agent(), "camile@exemple.fr")
    mails.all_due()
    text = mails.letterbox.mails[0][1]
    whole = " ".join((text.subject, *text.before, *text.after)).lower()
    assert not [word for word in ("camille", "brindacier", "cbrindac", "0340042x") if word in whole]


def test_not_more_than_five_links_an_hour_go_out(system: System, mails: Sending) -> None:
    signed_in = system.active_agent()
    for number in range(8):
        give(system, signed_in, f"essai{number}@exemple.fr")
        mails.all_due()
    assert len(mails.letterbox.mails) == 5
    system.clock.advance(minutes=60)
    give(system, system.sign_in(), "camille@exemple.fr")
    assert mails.all_due() == [("camille@exemple.fr", CONFIRM)]


def activate(system: System, address: str) -> SignedIn:
    request = Activation(ticket=SecretStr(system.ticket()), password=SecretStr(PASSWORD), recovery_email=address)
    return system.auth.choose_password(request)


def test_an_address_may_be_given_with_the_first_password(system: System, mails: Sending) -> None:
    system.import_line(categorie="administratif")
    signed_in = activate(system, " camille@Exemple.fr ")
    assert means(system, signed_in) == RecoveryMeans(email="c•••@exemple.fr")
    assert actions(system)[-2:] == ["activated", "recovery-email-changed"]
    assert mails.all_due() == [("camille@exemple.fr", CONFIRM)]
    confirm(system, mails.letterbox.token())
    assert means(system, signed_in).email_confirmed


def test_an_address_that_cannot_serve_leaves_the_ticket_alive(system: System) -> None:
    system.import_line(categorie="administratif")
    ticket = system.ticket()
    request = Activation(
        ticket=SecretStr(ticket), password=SecretStr(PASSWORD), recovery_email="camille@ac-montpellier.example"
    )
    error = refused(ErrorCode.INVALID_REQUEST, lambda: system.auth.choose_password(request))
    assert error.details == {"fields": ["recovery_email"]}
    assert system.activate(ticket)


def test_the_holder_sees_who_they_are_and_since_when_the_password_is_theirs(system: System) -> None:
    signed_in = system.active_agent()
    changed_at = system.clock().timestamp()
    system.clock.advance(minutes=5)
    view = system.auth.view_account(AccountRequest(holder=holder(signed_in)))
    assert (view.agent, view.short_login) == (signed_in.agent, "cbrindac")
    assert view.password_changed_at == changed_at
