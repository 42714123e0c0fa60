"""RFC 8621 §4.6: Email/set."""

from typing import Any

import pytest

from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import summary


def refused(user: MailboxUser, **draft: Any) -> Any:
    response = user("Email/set", create={"k": draft})
    assert response["created"] is None
    return response["notCreated"]["k"]


def octets(user: MailboxUser, id_: str) -> bytes:
    with user.world.database.transaction() as tx:
        row = tx.only(
            "SELECT m.sha256 FROM message m JOIN email e ON e.message_id = m.id WHERE e.id = %s", (int(id_[1:]),)
        )
    return user.blobs.read(row["sha256"])


def test_a_draft_is_composed_and_stored(user: MailboxUser) -> None:
    attachment = user.upload(b"%PDF-1.4\n", "application/pdf")
    created = user.create(
        keywords={"$draft": True, "$seen": True},
        **{
            "from": [{"name": "Claire Fontaine", "email": "claire.fontaine@ac-montpellier.example"}],
            "to": [{"email": "jean.dupont@ac-montpellier.example"}],
            "subject": "Élèves à l’étude",
            "textBody": [{"partId": "t", "type": "text/plain"}],
            "bodyValues": {"t": user.value("Bonjour Jean,\nvoici le plan.\n")},
            "attachments": [{"blobId": attachment, "type": "application/pdf", "name": "plan.pdf"}],
        },
    )
    assert set(created) == {"id", "blobId", "threadId", "size"}
    email = user.email(created["id"])
    assert email["keywords"] == {"$draft": True, "$seen": True}
    assert email["mailboxIds"] == {user.mailbox("drafts"): True}
    assert email["subject"] == "Élèves à l’étude"
    assert email["preview"].startswith("Bonjour Jean")
    assert [part["name"] for part in email["attachments"]] == ["plan.pdf"]
    assert email["messageId"] is not None
    assert email["messageId"][0].endswith("@ac-montpellier.example")
    assert email["sentAt"] == "2026-09-01T08:01:00Z"
    assert len(octets(user, created["id"])) == created["size"]
    assert user.world.counts("drafts") == (1, 0, 1, 0)


@pytest.mark.parametrize(
    ("draft", "properties"),
    [
        ({"mailboxIds": {}}, ["mailboxIds"]),
        ({"mailboxIds": {"m999": True}}, ["mailboxIds"]),
        ({"mailboxIds": {"INBOX": False}}, ["mailboxIds"]),
        ({"keywords": {"$seen": False}}, ["keywords"]),
        ({"keywords": {"a b": True}}, ["keywords"]),
        ({"keywords": ["$seen"]}, ["keywords"]),
        ({"receivedAt": "hier"}, ["receivedAt"]),
        ({"id": "e1", "size": 3}, ["id", "size"]),
        ({"colour": "red"}, ["colour"]),
        ({"subject": 3}, ["subject"]),
        ({"headers": []}, ["headers"]),
        ({"textBody": [{"partId": "t"}], "bodyValues": {"t": {"value": "en clair"}}}, ["bodyValues/t"]),
    ],
)
def test_what_a_draft_may_not_be(user: MailboxUser, draft: Any, properties: list[str]) -> None:
    given = {"mailboxIds": {user.mailbox("drafts"): True}} | draft
    error = refused(user, **given)
    assert (error["type"], error["properties"]) == ("invalidProperties", properties)
    assert user.world.counts("drafts") == (0, 0, 0, 0)


def test_too_many_keywords(user: MailboxUser) -> None:
    many = {f"k{number}": True for number in range(101)}
    assert refused(user, mailboxIds={user.mailbox("drafts"): True}, keywords=many)["type"] == "tooManyKeywords"
    one = user.create(subject="x")["id"]
    response = user("Email/set", update={one: {"keywords": many}})
    assert response["notUpdated"][one]["type"] == "tooManyKeywords"


def test_a_blob_that_the_account_may_not_read_is_not_found(user: MailboxUser) -> None:
    stranger = "B" + user.blobs.put("à quelqu’un d’autre".encode()).sha256
    error = refused(
        user,
        mailboxIds={user.mailbox("drafts"): True},
        attachments=[{"blobId": stranger, "type": "text/plain"}, {"blobId": "M77", "type": "message/rfc822"}],
    )
    assert error["type"] == "blobNotFound"
    assert sorted(error["notFound"]) == sorted([stranger, "M77"])


def test_a_part_of_an_email_can_be_attached_to_another(user: MailboxUser) -> None:
    first = user.create(
        textBody=[{"partId": "t"}],
        bodyValues={"t": user.value("texte")},
        attachments=[{"blobId": user.upload(b"a;b\n", "text/csv"), "type": "text/csv", "name": "notes.csv"}],
    )
    part = user.email(first["id"], "attachments")["attachments"][0]
    forwarded = user.create(attachments=[{"blobId": part["blobId"], "type": "text/csv", "name": "notes.csv"}])
    again = user.email(forwarded["id"], "attachments")["attachments"][0]
    assert again["size"] == part["size"] == 4
    whole = user.create(attachments=[{"blobId": first["blobId"], "type": "message/rfc822", "name": "message.eml"}])
    assert user.email(whole["id"], "attachments")["attachments"][0]["size"] == first["size"]


def test_a_size_beside_a_blob_must_be_its_size(user: MailboxUser) -> None:
    blob_id = user.upload(b"a;b\n", "text/csv")
    part = {"blobId": blob_id, "type": "text/csv", "size": 4, "charset": None, "partId": None}
    assert user.create(attachments=[part])
    given = {"mailboxIds": {user.mailbox("drafts"): True}}
    error = refused(user, **given, attachments=[part, part | {"size": 5}])
    assert (error["type"], error["properties"]) == ("invalidProperties", ["attachments[1]/size"])
    structure = {"type": "multipart/mixed", "subParts": [part | {"size": 0}]}
    error = refused(user, **given, bodyStructure=structure)
    assert error["properties"] == ["bodyStructure/subParts[0]/size"]


def test_a_message_over_the_limit(user: MailboxUser) -> None:
    blob = user.upload(b"\0" * 2_000_000, "application/octet-stream")
    error = refused(
        user,
        mailboxIds={user.mailbox("drafts"): True},
        attachments=[{"blobId": blob, "type": "application/octet-stream"}],
    )
    assert error["type"] == "tooLarge"


def test_keywords_and_mailboxes_change_by_patch(user: MailboxUser) -> None:
    inbox, archive = user.mailbox("inbox"), user.mailbox("archive")
    id_ = f"e{user.world.deliver(summary()).email_id}"
    response = user("Email/set", update={id_: {"keywords/$Seen": True, f"mailboxIds/{archive}": True}})
    assert response["updated"] == {id_: None}
    assert user.email(id_, "keywords", "mailboxIds") == {
        "id": id_,
        "keywords": {"$seen": True},
        "mailboxIds": {inbox: True, archive: True},
    }
    assert user.world.counts("inbox") == (1, 0, 1, 0)
    user("Email/set", update={id_: {f"mailboxIds/{inbox}": None, "keywords": {"$flagged": True}}})
    assert user.world.counts("inbox") == (0, 0, 0, 0)
    assert user.world.counts("archive") == (1, 1, 1, 1)
    assert user.email(id_, "keywords")["keywords"] == {"$flagged": True}


@pytest.mark.parametrize(
    ("patch", "error"),
    [
        ({"mailboxIds": {}}, "invalidProperties"),
        ({"mailboxIds/m999": True}, "invalidProperties"),
        ({"keywords/a b": True}, "invalidProperties"),
        ({"keywords/$seen": "yes"}, "invalidProperties"),
        ({"subject": "autre"}, "invalidProperties"),
        ({"threadId": "t1"}, "invalidProperties"),
        ({"keywords": {}, "keywords/$seen": True}, "invalidPatch"),
    ],
)
def test_what_an_update_may_not_do(user: MailboxUser, patch: Any, error: str) -> None:
    id_ = f"e{user.world.deliver(summary()).email_id}"
    state = user("Email/get", ids=[])["state"]
    response = user("Email/set", update={id_: patch, "e999": {}})
    assert response["notUpdated"][id_]["type"] == error
    assert response["notUpdated"]["e999"]["type"] == "notFound"
    assert response["newState"] == response["oldState"] == state


def test_many_emails_are_changed_at_once(user: MailboxUser) -> None:
    ids = [f"e{user.world.deliver(summary(str(number))).email_id}" for number in range(40)]
    response = user("Email/set", update={id_: {"keywords/$seen": True} for id_ in ids})
    assert set(response["updated"]) == set(ids)
    assert user.world.counts("inbox") == (40, 0, 40, 0)
    assert set(user("Email/changes", sinceState=response["oldState"])["updated"]) == set(ids)


def test_destroy(user: MailboxUser) -> None:
    id_ = f"e{user.world.deliver(summary()).email_id}"
    response = user("Email/set", update={id_: {"keywords/$seen": True}}, destroy=[id_, "e999"])
    assert response["notUpdated"][id_]["type"] == "willDestroy"
    assert response["destroyed"] == [id_]
    assert response["notDestroyed"]["e999"]["type"] == "notFound"
    assert user("Email/get", ids=[id_])["notFound"] == [id_]
    assert user.world.counts("inbox") == (0, 0, 0, 0)


def test_if_in_state(user: MailboxUser) -> None:
    id_ = f"e{user.world.deliver(summary()).email_id}"
    assert user.error("Email/set", ifInState="0", update={id_: {"keywords/$seen": True}}) == "stateMismatch"
    assert user.error("Email/set", ifInState="0", create={"k": {}}) == "stateMismatch"
    state = user("Email/get", ids=[])["state"]
    response = user("Email/set", ifInState=state, update={id_: {"keywords/$seen": True}})
    assert response["oldState"] == state != response["newState"]


def test_creation_ids_span_the_calls_of_a_request(user: MailboxUser) -> None:
    responses = user.batch(
        ("Mailbox/set", {"create": {"box": {"name": "Projet"}}}),
        ("Email/set", {"create": {"k": {"mailboxIds": {"#box": True}, "subject": "x"}}}),
        ("Email/set", {"update": {"#k": {"keywords/$seen": True}}}),
    )
    box, email = responses[0].arguments["created"]["box"]["id"], responses[1].arguments["created"]["k"]["id"]
    assert responses[2].arguments["updated"] == {"#k": None}
    assert user.email(email, "mailboxIds", "keywords") == {
        "id": email,
        "mailboxIds": {box: True},
        "keywords": {"$seen": True},
    }
