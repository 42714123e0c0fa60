"""RFC 8620 §5.3: what every /set does alike."""

from typing import Any

import pytest

from services.mail.tests.jmap.mailbox_user import MailboxUser

MESSAGE = (
    b"From: Jean Dupont <jean.dupont@x.example>\r\nTo: claire@x.example\r\nSubject: Conseil\r\n"
    b"Message-ID: <un@x.example>\r\nX-Salle: B12\r\n\r\nBonjour.\r\n"
)


def update(user: MailboxUser, id_: str, patch: dict[str, Any], method: str = "Email/set") -> Any:
    """None when it was done, else the SetError."""
    response = user(method, update={id_: patch})
    if response["notUpdated"]:
        assert response["newState"] == response["oldState"]
        return response["notUpdated"][id_]
    assert id_ in response["updated"]
    return None


def test_an_update_may_be_the_whole_email_with_one_property_changed(user: MailboxUser) -> None:
    id_ = user.import_(MESSAGE)["id"]
    whole = user.email(id_)
    assert len(whole) > 20
    assert update(user, id_, whole | {"keywords": {"$seen": True}}) is None
    assert user.email(id_) == whole | {"keywords": {"$seen": True}}


def test_header_properties_and_the_structure_may_be_sent_back_unchanged(user: MailboxUser) -> None:
    id_ = user.import_(MESSAGE)["id"]
    names = ("headers", "header:X-Salle:asText:all", "bodyStructure", "threadId", "size")
    assert update(user, id_, user.email(id_, *names)) is None


@pytest.mark.parametrize(
    ("patch", "properties"),
    [
        ({"size": 1}, ["size"]),
        ({"id": "e999"}, ["id"]),
        ({"subject": "autre", "threadId": "t999"}, ["subject", "threadId"]),
        ({"subject": None}, ["subject"]),
        ({"from": []}, ["from"]),
        ({"header:X-Salle": " C3"}, ["header:X-Salle"]),
        ({"header:X-Salle:asColour": "x"}, ["header:X-Salle:asColour"]),
        ({"colour": None}, ["colour"]),
        ({"keywords/$seen": True, "preview": "x"}, ["preview"]),
    ],
)
def test_what_the_server_sets_cannot_be_changed(user: MailboxUser, patch: Any, properties: list[str]) -> None:
    id_ = user.import_(MESSAGE)["id"]
    error = update(user, id_, patch)
    assert (error["type"], error["properties"]) == ("invalidProperties", properties)
    assert user.email(id_, "keywords")["keywords"] == {}


def test_a_path_into_an_array_is_no_patch(user: MailboxUser) -> None:
    id_ = user.import_(MESSAGE)["id"]
    assert update(user, id_, {"from/0/name": "Autre"})["type"] == "invalidPatch"


def test_an_update_may_be_the_whole_mailbox_with_one_property_changed(user: MailboxUser) -> None:
    id_ = user("Mailbox/set", create={"k": {"name": "Projets"}})["created"]["k"]["id"]
    whole = user("Mailbox/get", ids=[id_])["list"][0]
    assert update(user, id_, whole | {"name": "Projet"}, "Mailbox/set") is None
    assert update(user, id_, {"totalEmails": 4}, "Mailbox/set")["properties"] == ["totalEmails"]


def test_an_update_may_be_the_whole_submission_unchanged(user: MailboxUser) -> None:
    address = "claire.fontaine@ac-montpellier.example"
    email = user.create(**{"from": [{"email": address}], "to": [{"email": "a@ailleurs.example"}]})["id"]
    made = user("EmailSubmission/set", create={"k": {"identityId": "i1", "emailId": email}})["created"]["k"]["id"]
    (whole,) = user("EmailSubmission/get", ids=[made])["list"]
    assert update(user, made, whole, "EmailSubmission/set") is None
    assert update(user, made, whole | {"emailId": "e9"}, "EmailSubmission/set")["properties"] == ["emailId"]
    assert update(user, made, {"undoStatus": "pending"}, "EmailSubmission/set")["properties"] == ["undoStatus"]
    assert update(user, made, {"undoStatus": "canceled"}, "EmailSubmission/set")["type"] == "cannotUnsend"


def test_the_same_object_updated_twice_or_destroyed_too(user: MailboxUser) -> None:
    id_ = user.import_(MESSAGE)["id"]
    response = user("Email/set", update={id_: {"keywords/$seen": True}}, destroy=[id_, id_])
    assert response["notUpdated"][id_]["type"] == "willDestroy"
    assert response["destroyed"] == [id_]
