"""RFC 8621 §2: Mailboxes."""

import unicodedata
from typing import Any

import pytest

from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import AGENT, summary


def named(user: MailboxUser, name: str, **more: Any) -> str:
    response = user("Mailbox/set", create={"k": {"name": name} | more})
    assert response["notCreated"] is None, response
    return str(response["created"]["k"]["id"])


def refusal(user: MailboxUser, **arguments: Any) -> Any:
    response = user("Mailbox/set", **arguments)
    for kind in ("notCreated", "notUpdated", "notDestroyed"):
        if response[kind]:
            return next(iter(response[kind].values()))
    raise AssertionError("nothing was refused")


def test_2_1_every_agent_starts_with_the_french_mailboxes(user: MailboxUser) -> None:
    got = user("Mailbox/get", ids=None)
    assert [(box["role"], box["name"]) for box in got["list"]] == [
        ("inbox", "Boîte de réception"),
        ("drafts", "Brouillons"),
        ("sent", "Envoyés"),
        ("archive", "Archives"),
        ("junk", "Indésirables"),
        ("trash", "Corbeille"),
    ]
    assert got["notFound"] == []


def test_2_1_properties_and_unknown_ids(user: MailboxUser) -> None:
    inbox = user.mailbox("inbox")
    got = user("Mailbox/get", ids=[inbox, "m999", "nonsense"], properties=["role", "totalEmails"])
    assert got["list"] == [{"id": inbox, "role": "inbox", "totalEmails": 0}]
    assert got["notFound"] == ["m999", "nonsense"]
    assert user.error("Mailbox/get", ids=[inbox], properties=["colour"]) == "invalidArguments"


def test_2_a_thread_is_unread_wherever_it_shows_an_unread_email(user: MailboxUser) -> None:
    """The unread email need not be in the mailbox; in the trash emails are as a thread of their own."""
    inbox, archive, trash = user.mailbox("inbox"), user.mailbox("archive"), user.mailbox("trash")
    read = user.world.deliver(summary(message_id="1@x"), keywords=["$seen"])
    unread = f"e{user.world.deliver(summary(message_id='2@x', references=['1@x'])).email_id}"
    user("Email/set", update={f"e{read.email_id}": {"mailboxIds": {archive: True}}})

    def counts() -> dict[str, int]:
        got = user("Mailbox/get", ids=[inbox, archive, trash], properties=["unreadThreads"])
        return {box["id"]: box["unreadThreads"] for box in got["list"]}

    assert counts() == {inbox: 1, archive: 1, trash: 0}
    state = user("Mailbox/get", ids=[])["state"]
    user("Email/set", update={unread: {"mailboxIds": {trash: True}}})
    assert counts() == {inbox: 0, archive: 0, trash: 1}
    assert sorted(user("Mailbox/changes", sinceState=state)["updated"]) == sorted([inbox, archive, trash])
    user("Email/set", update={unread: {f"mailboxIds/{inbox}": True}})
    assert counts() == {inbox: 1, archive: 1, trash: 1}
    user("Email/set", update={unread: {"keywords/$draft": True}})
    assert counts() == {inbox: 0, archive: 0, trash: 0}


def test_2_2_counts_alone_are_told_apart(user: MailboxUser) -> None:
    state = user("Mailbox/get", ids=[])["state"]
    user.world.deliver(summary())
    changes = user("Mailbox/changes", sinceState=state)
    assert changes["updated"] == [user.mailbox("inbox")]
    assert changes["updatedProperties"] == ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads"]
    created = named(user, "Projets")
    changes = user("Mailbox/changes", sinceState=state)
    assert (changes["created"], changes["updated"]) == ([created], [user.mailbox("inbox")])
    user("Mailbox/set", update={user.mailbox("inbox"): {"sortOrder": 4}})
    assert user("Mailbox/changes", sinceState=state)["updatedProperties"] is None


def test_2_2_who_stops_between_a_new_name_and_new_counts_is_told_of_both(user: MailboxUser) -> None:
    box, other = named(user, "Ancien"), named(user, "Autre")
    state = user("Mailbox/get", ids=[])["state"]
    user("Mailbox/set", update={box: {"name": "Nouveau"}})
    user("Mailbox/set", update={other: {"isSubscribed": False}})
    user.world.deliver(summary(), mailboxes=[int(box[1:])])
    told = []
    for _ in range(3):
        changes = user("Mailbox/changes", sinceState=state, maxChanges=1)
        told.append((changes["updated"], changes["updatedProperties"] is None))
        state = changes["newState"]
    assert told == [([box], True), ([other], True), ([box], False)]
    assert changes["hasMoreChanges"] is False


def test_2_2_a_state_that_never_was(user: MailboxUser) -> None:
    assert user.error("Mailbox/changes", sinceState="99999") == "cannotCalculateChanges"
    assert user.error("Mailbox/changes", sinceState="demain") == "cannotCalculateChanges"


def test_2_3_query_by_role_name_and_parent(user: MailboxUser) -> None:
    parent = named(user, "Collège")
    child = named(user, "Conseils", parentId=parent, sortOrder=2)
    assert user("Mailbox/query", filter={"role": "inbox"})["ids"] == [user.mailbox("inbox")]
    assert user("Mailbox/query", filter={"name": "conse"})["ids"] == [child]
    assert user("Mailbox/query", filter={"parentId": parent})["ids"] == [child]
    hidden = {"operator": "NOT", "conditions": [{"hasAnyRole": True}]}
    assert set(user("Mailbox/query", filter=hidden, calculateTotal=True)["ids"]) == {parent, child}
    assert user.error("Mailbox/query", filter={"size": 3}) == "unsupportedFilter"
    assert user.error("Mailbox/query", sort=[{"property": "size"}]) == "unsupportedSort"


def test_2_3_sort_and_filter_as_tree(user: MailboxUser) -> None:
    last = named(user, "Z", sortOrder=1)
    child = named(user, "A", parentId=last, sortOrder=9)
    first = named(user, "Y", sortOrder=5)
    sort = [{"property": "name", "isAscending": True}]
    tree = user("Mailbox/query", filter={"hasAnyRole": False}, sort=sort, sortAsTree=True)["ids"]
    assert tree == [first, last, child]
    only_child = {"operator": "AND", "conditions": [{"name": "A"}, {"hasAnyRole": False}]}
    assert user("Mailbox/query", filter=only_child)["ids"] == [child]
    assert user("Mailbox/query", filter=only_child, filterAsTree=True)["ids"] == []


def replayed(user: MailboxUser, before: Any, **asked: Any) -> Any:
    """The new result, made of the old one as RFC 8620 §5.6 tells a client to; and what was told."""
    delta = user("Mailbox/queryChanges", sinceQueryState=before["queryState"], calculateTotal=True, **asked)
    ids = [id_ for id_ in before["ids"] if id_ not in delta["removed"]]
    for item in delta["added"]:
        ids.insert(item["index"], item["id"])
    now = user("Mailbox/query", **asked)
    assert (ids, delta["total"], delta["newQueryState"]) == (now["ids"], len(now["ids"]), now["queryState"])
    return delta


@pytest.mark.parametrize("sort_as_tree", [False, True])
@pytest.mark.parametrize("filter_as_tree", [False, True])
def test_2_4_query_changes_lead_to_the_new_result(user: MailboxUser, sort_as_tree: bool, filter_as_tree: bool) -> None:
    top, other = named(user, "Haut"), named(user, "Autre")
    below = named(user, "Bas", parentId=top)
    deep = named(user, "Cave", parentId=below)
    asked = {
        "filter": {"isSubscribed": True, "hasAnyRole": False},
        "sort": [{"property": "name"}],
        "sortAsTree": sort_as_tree,
        "filterAsTree": filter_as_tree,
    }
    before = user("Mailbox/query", **asked)
    assert before["canCalculateChanges"] is True
    user("Mailbox/set", update={top: {"name": "Zénith"}})
    replayed(user, before, **asked)
    user("Mailbox/set", update={top: {"isSubscribed": False}, below: {"parentId": other}})
    replayed(user, before, **asked)
    between = user("Mailbox/query", **asked)
    user("Mailbox/set", update={other: {"isSubscribed": False}}, create={"k": {"name": "Neuf", "parentId": deep}})
    replayed(user, between, **asked)
    user("Mailbox/set", destroy=[top])
    delta = replayed(user, before, **asked)
    error = user.error("Mailbox/queryChanges", sinceQueryState=before["queryState"], maxChanges=1, **asked)
    assert (error, len(delta["removed"]) > 1) == ("tooManyChanges", True)


def test_2_4_counts_move_no_mailbox(user: MailboxUser) -> None:
    before = user("Mailbox/query")
    user.world.deliver(summary())
    delta = replayed(user, before)
    assert (delta["removed"], delta["added"]) == ([], [])
    assert delta["newQueryState"] != before["queryState"]
    assert user.error("Mailbox/queryChanges", sinceQueryState="99999") == "cannotCalculateChanges"


def test_2_5_a_child_may_be_created_with_its_parent(user: MailboxUser) -> None:
    response = user(
        "Mailbox/set",
        create={"child": {"name": "6e B", "parentId": "#parent"}, "parent": {"name": "Classes"}},
    )
    assert set(response["created"]) == {"child", "parent"}
    got = user("Mailbox/get", ids=[response["created"]["child"]["id"]])["list"][0]
    assert got["parentId"] == response["created"]["parent"]["id"]


@pytest.mark.parametrize(
    ("properties", "invalid"),
    [
        ({}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": "a\nb"}, ["name"]),
        ({"name": "x" * 491}, ["name"]),
        ({"name": "A", "role": "king"}, ["role"]),
        ({"name": "A", "role": "sent"}, ["role"]),
        ({"name": "A", "parentId": "m999"}, ["parentId"]),
        ({"name": "A", "sortOrder": -1}, ["sortOrder"]),
        ({"name": "A", "totalEmails": 3, "id": "m1"}, ["id", "totalEmails"]),
    ],
)
def test_2_5_what_a_mailbox_may_not_be(user: MailboxUser, properties: Any, invalid: list[str]) -> None:
    refused = refusal(user, create={"k": properties})
    assert (refused["type"], refused["properties"]) == ("invalidProperties", invalid)


def test_2_5_siblings_have_different_names(user: MailboxUser) -> None:
    first = named(user, "Élèves")
    decomposed = refusal(user, create={"k": {"name": "Élèves"}})
    assert (decomposed["type"], decomposed["properties"]) == ("invalidProperties", ["name"])
    assert decomposed["existingId"] == first
    second = named(user, "Parents")
    assert refusal(user, update={second: {"name": "Élèves"}})["existingId"] == first
    assert named(user, "Élèves", parentId=first)


def test_2_5_rename_move_and_circles(user: MailboxUser) -> None:
    top, below = named(user, "Haut"), named(user, "Bas")
    assert user("Mailbox/set", update={below: {"parentId": top, "name": "Dessous"}})["updated"] == {below: None}
    assert refusal(user, update={top: {"parentId": below}})["properties"] == ["parentId"]
    assert refusal(user, update={top: {"parentId": top}})["properties"] == ["parentId"]
    assert refusal(user, update={"m999": {"name": "X"}})["type"] == "notFound"
    assert refusal(user, update={user.mailbox("inbox"): {"name": "INBOX"}})["type"] == "forbidden"
    assert refusal(user, update={user.mailbox("sent"): {"role": None}})["properties"] == ["role"]


def test_2_5_destroying_asks_twice(user: MailboxUser) -> None:
    top = named(user, "Haut")
    below = named(user, "Bas", parentId=top)
    alone = user.world.deliver(summary("Seul"), mailboxes=[int(below[1:])])
    both = user.world.deliver(summary("Deux"), mailboxes=[int(below[1:]), user.world.mailbox("inbox").id])
    assert refusal(user, destroy=[top])["type"] == "mailboxHasChild"
    assert refusal(user, destroy=[below])["type"] == "mailboxHasEmail"
    assert refusal(user, destroy=[user.mailbox("trash")])["type"] == "forbidden"
    state = user("Email/get", ids=[])["state"]
    response = user("Mailbox/set", destroy=[top, below], onDestroyRemoveEmails=True)
    assert response["destroyed"] == [below, top]
    changes = user("Email/changes", sinceState=state)
    assert (changes["destroyed"], changes["updated"]) == ([f"e{alone.email_id}"], [f"e{both.email_id}"])
    assert user.email(f"e{both.email_id}", "mailboxIds")["mailboxIds"] == {user.mailbox("inbox"): True}
    assert user("Mailbox/changes", sinceState=response["oldState"])["destroyed"] == [below, top]


def test_2_sort_order_is_below_2_to_the_31(user: MailboxUser) -> None:
    assert named(user, "Dernier", sortOrder=2**31 - 1)
    assert refusal(user, create={"k": {"name": "A", "sortOrder": 2**31}})["properties"] == ["sortOrder"]


def test_2_5_a_name_that_is_kept_in_another_form_is_told(user: MailboxUser) -> None:
    decomposed = unicodedata.normalize("NFD", "Élèves")
    created = user("Mailbox/set", create={"k": {"name": decomposed}})["created"]["k"]
    assert created["name"] == "Élèves"
    other = named(user, "Autre")
    assert user("Mailbox/set", update={other: {"name": unicodedata.normalize("NFD", "Été")}})["updated"] == {
        other: {"name": "Été"}
    }


def test_2_5_null_in_an_update_is_the_default(user: MailboxUser) -> None:
    id_ = named(user, "Projets", sortOrder=7, isSubscribed=False, role="memos", parentId=named(user, "Haut"))
    defaults = {"sortOrder": 0, "isSubscribed": True, "role": None, "parentId": None}
    assert user("Mailbox/set", update={id_: dict.fromkeys(defaults)})["updated"] == {id_: None}
    (got,) = user("Mailbox/get", ids=[id_], properties=list(defaults))["list"]
    assert got == defaults | {"id": id_}
    assert refusal(user, update={id_: {"name": None}})["properties"] == ["name"]


def test_2_5_what_the_capability_announces_is_the_limit(user: MailboxUser) -> None:
    """maxMailboxDepth 10, maxSizeMailboxName 490 octets."""
    assert named(user, "é" * 245)
    assert refusal(user, create={"k": {"name": "é" * 245 + "x"}})["properties"] == ["name"]
    parent = named(user, "1")
    for level in range(2, 11):
        parent = named(user, str(level), parentId=parent)
    assert refusal(user, create={"k": {"name": "11", "parentId": parent}})["properties"] == ["parentId"]
    (deepest,) = user("Mailbox/get", ids=[parent])["list"]
    assert deepest["myRights"]["mayCreateChild"] is False
    assert user("Mailbox/set", update={parent: deepest | {"name": "dix"}})["updated"] == {parent: None}
    (above,) = user("Mailbox/get", ids=[deepest["parentId"]], properties=["myRights"])["list"]
    assert above["myRights"]["mayCreateChild"] is True


def test_2_5_unsubscribing_and_giving_a_role(user: MailboxUser) -> None:
    id_ = named(user, "Modèles")
    user("Mailbox/set", update={id_: {"isSubscribed": False, "role": "memos"}})
    (got,) = user("Mailbox/get", ids=[id_], properties=["isSubscribed", "role"])["list"]
    assert (got["isSubscribed"], got["role"]) == (False, "memos")
    assert user("Mailbox/query", filter={"role": "memos", "isSubscribed": False})["ids"] == [id_]
    assert refusal(user, update={user.mailbox("trash"): {"role": None}})["properties"] == ["role"]
    assert refusal(user, update={user.mailbox("inbox"): {"name": "Autre"}})["type"] == "forbidden"


def test_2_rights_say_what_set_would_do(user: MailboxUser) -> None:
    rights = {box["role"]: box["myRights"] for box in user("Mailbox/get", ids=None)["list"]}
    assert set(rights["inbox"]) == {
        "mayReadItems", "mayAddItems", "mayRemoveItems", "maySetSeen", "maySetKeywords", "mayCreateChild", "mayRename",
        "mayDelete", "maySubmit",
    }  # fmt: skip
    assert (rights["inbox"]["mayRename"], rights["trash"]["mayRename"]) == (False, True)
    assert not any(one["mayDelete"] for one in rights.values())


@pytest.mark.parametrize(
    ("sort", "error"),
    [
        ([{"property": "totalEmails"}], "unsupportedSort"),
        ([{"property": "name", "collation": "i;octet"}], "unsupportedSort"),
        ([{"isAscending": True}], "invalidArguments"),
        ([{"property": "name", "isAscending": "yes"}], "invalidArguments"),
        ("name", "invalidArguments"),
    ],
)
def test_2_3_sorts_that_are_wrong(user: MailboxUser, sort: Any, error: str) -> None:
    assert user.error("Mailbox/query", sort=sort) == error
    assert user("Mailbox/query", sort=[{"property": "name", "collation": "i;unicode-casemap"}])["ids"]


def test_2_3_windows(user: MailboxUser) -> None:
    every = user("Mailbox/query", sort=[{"property": "sortOrder"}], calculateTotal=True)
    ids = every["ids"]
    assert (every["total"], every["position"]) == (len(ids), 0)
    last = len(ids) - 2
    for arguments, part, position in (
        ({"position": 2, "limit": 2}, ids[2:4], 2),
        ({"position": -2}, ids[last:], last),
        ({"position": 60}, [], 60),
        ({"anchor": ids[3], "anchorOffset": -1, "limit": 2}, ids[2:4], 2),
        ({"anchor": ids[1], "anchorOffset": -5, "limit": 1}, ids[:1], 0),
        ({"limit": 0}, [], 0),
    ):
        got = user("Mailbox/query", sort=[{"property": "sortOrder"}], **arguments)
        assert (got["ids"], got["position"]) == (part, position)
        assert "total" not in got
    assert user.error("Mailbox/query", anchor="m999") == "anchorNotFound"
    assert user.error("Mailbox/query", limit=-1) == "invalidArguments"


def test_2_5_if_in_state(user: MailboxUser) -> None:
    assert user.error("Mailbox/set", ifInState="0", create={"k": {"name": "A"}}) == "stateMismatch"
    state = user("Mailbox/get", ids=[])["state"]
    assert user("Mailbox/set", ifInState=state, create={"k": {"name": "A"}})["oldState"] == state


def test_an_account_that_is_not_ours(user: MailboxUser) -> None:
    assert user.error("Mailbox/get", accountId="aanother", ids=None) == "accountNotFound"
    with user.world.database.transaction() as tx:
        for table in ("mailbox", "identity", "account_state", "address", "account"):
            tx.execute(f"DELETE FROM {table} WHERE account_id = %s", (AGENT,))  # noqa: S608
    assert user.error("Mailbox/get", ids=None) == "accountNotFound"
