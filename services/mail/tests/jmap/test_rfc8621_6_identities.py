"""RFC 8621 §6: Identities."""

from contracts.auth import AccountChanged, Agent
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT


def test_6_1_the_account_has_its_address(user: MailboxUser) -> None:
    got = user("Identity/get", ids=None)
    assert got["list"] == [
        {
            "id": "i1",
            "name": "Claire Fontaine",
            "email": "claire.fontaine@ac-montpellier.example",
            "replyTo": None,
            "bcc": None,
            "textSignature": "",
            "htmlSignature": "",
            "mayDelete": False,
        }
    ]
    assert user("Identity/get", ids=["i2"])["notFound"] == ["i2"]


def test_6_2_a_change_of_name_is_told(user: MailboxUser) -> None:
    state = user("Identity/get", ids=None)["state"]
    assert user("Identity/changes", sinceState=state)["updated"] == []
    agent = Agent(
        account_id=AGENT,
        address="claire.fontaine@ac-montpellier.example",
        given_name="Claire",
        family_name="Fontaine-Roux",
        category="enseignant 2nd degré",
        uai="0340001A",
        departement="Hérault",
    )
    with user.world.database.transaction() as tx:
        user.world.accounts.apply(tx, AccountChanged(sequence=2, agent=agent, state="active"))
    assert user("Identity/changes", sinceState=state)["updated"] == ["i1"]
    assert user("Identity/get", ids=None)["list"][0]["name"] == "Claire Fontaine-Roux"
