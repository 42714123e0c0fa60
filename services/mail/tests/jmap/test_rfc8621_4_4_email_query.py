"""RFC 8621 §4.4, §4.5: Email/query and Email/queryChanges."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.db import Transaction
from services.mail.adapters.store.listing import FEW
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import summary

Ask = Callable[..., list[str]]


class School:
    """Five emails, one minute apart: a conversation of two, an invoice with a file, a draft, one in the archive."""

    def __init__(self, user: MailboxUser) -> None:
        world = user.world
        inbox, archive = world.mailbox("inbox").id, world.mailbox("archive").id
        self.user = user
        self.council = world.deliver(
            summary("Conseil de classe", sender="zoe.martin@x.example", message_id="1@x", text="Les élèves de 6e."),
            keywords=["$seen"],
        )
        self.invoice = world.deliver(
            summary(
                "Facture du photocopieur",
                sender="albert@y.example",
                to=["intendance@x.example"],
                cc=["claire.fontaine@ac-montpellier.example"],
                text="Montant : 120,50 €. " * 30,
                attachment="facture_2026-09.pdf",
                headers=[("X-Priority", " 1 (urgent)")],
            ),
            keywords=["$flagged"],
        )
        self.reply = world.deliver(
            summary(
                "Re: Conseil de classe",
                sender="Paul.Durand@x.example",
                message_id="2@x",
                references=["1@x"],
                text="J’y serai, à l’école.",
            )
        )
        self.draft = world.deliver(summary("Brouillon", text="à finir"), keywords=["$draft"])
        self.archived = world.deliver(
            summary("Sortie à Sète", text="La sortie scolaire aura lieu en été."), mailboxes=[inbox, archive]
        )
        self.names = {
            f"e{getattr(self, name).email_id}": name for name in ("council", "invoice", "reply", "draft", "archived")
        }

    def __call__(self, filter_: Any = None, **more: Any) -> list[str]:
        return [self.names[id_] for id_ in self.user("Email/query", filter=filter_, **more)["ids"]]


@pytest.fixture
def school(user: MailboxUser) -> School:
    return School(user)


ALL = ["archived", "draft", "reply", "invoice", "council"]


def test_4_4_without_filter_newest_first(school: School) -> None:
    response = school.user("Email/query", calculateTotal=True)
    assert [school.names[id_] for id_ in response["ids"]] == ALL
    assert (response["total"], response["position"], response["limit"]) == (5, 0, 5_000)
    assert response["queryState"] == school.user("Email/get", ids=[])["state"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"before": "2026-09-01T08:03:00Z"}, ["invoice", "council"]),
        ({"after": "2026-09-01T08:03:00Z"}, ["archived", "draft", "reply"]),
        ({"minSize": 500}, ["invoice"]),
        ({"maxSize": 500}, ["archived", "draft", "reply", "council"]),
        ({"hasKeyword": "$Flagged"}, ["invoice"]),
        ({"notKeyword": "$seen"}, ["archived", "draft", "reply", "invoice"]),
        ({"allInThreadHaveKeyword": "$seen"}, []),
        ({"someInThreadHaveKeyword": "$seen"}, ["reply", "council"]),
        ({"noneInThreadHaveKeyword": "$seen"}, ["archived", "draft", "invoice"]),
        ({"hasAttachment": True}, ["invoice"]),
        ({"hasAttachment": False}, ["archived", "draft", "reply", "council"]),
        ({"from": "zoe"}, ["council"]),
        ({"from": "paul.durand@x.example"}, ["reply"]),
        ({"to": "intendance"}, ["invoice"]),
        ({"cc": "claire fontaine"}, ["invoice"]),
        ({"cc": "intendance"}, []),
        ({"bcc": "claire"}, []),
        ({"subject": "conseil"}, ["reply", "council"]),
        ({"subject": "élève"}, []),
        ({"body": "ELEVE"}, ["council"]),
        ({"text": "eleves"}, ["council"]),
        ({"text": "facture 2026"}, ["invoice"]),
        ({"text": "ecole"}, ["reply"]),
        ({"text": "à l’école"}, ["reply"]),
        ({"text": "photocop*"}, ["invoice"]),
        ({"text": '"sortie scolaire"'}, ["archived"]),
        ({"text": '"scolaire sortie"'}, []),
        ({"text": "les élèves"}, ["council"]),
        ({"text": "120,50"}, ["invoice"]),
        ({"text": "albert@y.example"}, ["invoice"]),
        ({"text": "introuvable"}, []),
        ({"header": ["X-Priority"]}, ["invoice"]),
        ({"header": ["x-priority", "URGENT"]}, ["invoice"]),
        ({"header": ["X-Priority", "calme"]}, []),
        ({"hasKeyword": "$draft", "from": "jean"}, ["draft"]),
        ({"operator": "OR", "conditions": [{"from": "zoe"}, {"hasKeyword": "$flagged"}]}, ["invoice", "council"]),
        ({"operator": "NOT", "conditions": [{"from": "zoe"}, {"text": "conseil"}]}, ["archived", "draft", "invoice"]),
        ({"operator": "AND", "conditions": [{"from": "zoe"}, {"text": "facture"}]}, []),
        ({"operator": "OR", "conditions": []}, []),
        ({"operator": "NOT", "conditions": [{"operator": "OR", "conditions": []}]}, ALL),
        ({}, ALL),
    ],
)
def test_4_4_1_filter_conditions(school: School, condition: Any, found: list[str]) -> None:
    assert school(condition) == found
    inbox = {"operator": "AND", "conditions": [{"inMailbox": school.user.mailbox("inbox")}, condition]}
    assert school(inbox) == found
    assert school.user("Email/query", filter=condition, calculateTotal=True, limit=0)["total"] == len(found)


def test_4_4_1_mailbox_conditions(school: School) -> None:
    inbox, archive = school.user.mailbox("inbox"), school.user.mailbox("archive")
    assert school({"inMailbox": archive}) == ["archived"]
    assert school({"inMailbox": inbox}) == ALL
    assert school({"inMailboxOtherThan": [inbox]}) == ["archived"]
    assert school({"inMailboxOtherThan": [inbox, archive]}) == []
    assert school({"inMailbox": "m999"}) == []
    both = {"operator": "AND", "conditions": [{"inMailbox": inbox}, {"inMailbox": archive}]}
    assert school(both) == ["archived"]
    either = {"operator": "OR", "conditions": [{"inMailbox": archive}, {"from": "zoe"}]}
    assert school(either) == ["archived", "council"]


@pytest.mark.parametrize(
    "filter_",
    [
        {"minSize": "3"},
        {"before": "2026-09-01"},
        {"hasKeyword": ""},
        {"hasAttachment": 1},
        {"header": []},
        {"inMailbox": 3},
        {"text": 3},
        {"text": "a\0b"},
        {"header": ["X", "\0"]},
        {"operator": "XOR", "conditions": []},
    ],
)
def test_4_4_1_filters_that_are_wrong(user: MailboxUser, filter_: Any) -> None:
    assert user.error("Email/query", filter=filter_) == "invalidArguments"


def test_4_4_1_filters_that_are_unknown(user: MailboxUser) -> None:
    assert user.error("Email/query", filter={"colour": "red"}) == "unsupportedFilter"
    deep: Any = {"text": "x"}
    for _ in range(20):
        deep = {"operator": "NOT", "conditions": [deep]}
    assert user.error("Email/query", filter=deep) == "invalidArguments"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ([{"property": "receivedAt"}], list(reversed(ALL))),
        ([{"property": "from"}], ["invoice", "archived", "draft", "reply", "council"]),
        ([{"property": "subject"}], ["draft", "reply", "council", "invoice", "archived"]),
        ([{"property": "size", "isAscending": False}], None),
        ([{"property": "to"}], None),
        ([{"property": "sentAt", "isAscending": False}], ALL),
        (
            [
                {"property": "hasKeyword", "keyword": "$Flagged", "isAscending": False},
                {"property": "receivedAt", "isAscending": True},
            ],
            ["invoice", "council", "reply", "draft", "archived"],
        ),
        (
            [{"property": "someInThreadHaveKeyword", "keyword": "$seen", "isAscending": False}],
            ["reply", "council", "archived", "draft", "invoice"],
        ),
        ([{"property": "allInThreadHaveKeyword", "keyword": "$seen"}], ALL),
    ],
)
def test_4_4_2_sorts(school: School, sort: Any, order: list[str] | None) -> None:
    ids = school(None, sort=sort)
    assert sorted(ids) == sorted(ALL)
    if order is not None:
        assert ids == order
    assert school({"inMailbox": school.user.mailbox("inbox")}, sort=sort) == ids


def test_4_4_2_sorts_that_are_unknown(user: MailboxUser) -> None:
    assert user.error("Email/query", sort=[{"property": "colour"}]) == "unsupportedSort"
    assert user.error("Email/query", sort=[{"property": "subject", "collation": "i;klingon"}]) == "unsupportedSort"
    assert user.error("Email/query", sort=[{"property": "hasKeyword"}]) == "invalidArguments"


def test_4_4_3_collapsed_threads_show_the_first_that_matches(school: School) -> None:
    inbox = {"inMailbox": school.user.mailbox("inbox")}
    collapsed = ["archived", "draft", "reply", "invoice"]
    assert school(inbox, collapseThreads=True) == collapsed
    assert school(None, collapseThreads=True) == collapsed
    oldest = [{"property": "receivedAt"}]
    assert school(inbox, collapseThreads=True, sort=oldest) == ["council", "invoice", "draft", "archived"]
    assert school({"hasKeyword": "$seen"}, collapseThreads=True) == ["council"]
    total = school.user("Email/query", filter={"subject": "conseil"}, collapseThreads=True, calculateTotal=True)
    assert (total["total"], len(total["ids"])) == (1, 1)
    assert school.user("Email/query", filter=inbox, collapseThreads=True, calculateTotal=True)["total"] == 4


@pytest.mark.parametrize("filter_", [None, {"inMailbox": "inbox"}, {"notKeyword": "rien"}])
@pytest.mark.parametrize("collapse", [False, True])
def test_4_4_positions_and_anchors(school: School, filter_: Any, collapse: bool) -> None:
    if filter_ == {"inMailbox": "inbox"}:
        filter_ = {"inMailbox": school.user.mailbox("inbox")}

    def ask(**more: Any) -> Any:
        return school.user("Email/query", filter=filter_, collapseThreads=collapse, **more)

    everything = ask()["ids"]
    assert len(everything) == (4 if collapse else 5)
    page = ask(position=1, limit=2)
    assert (page["ids"], page["position"], "limit" in page) == (everything[1:3], 1, False)
    assert (ask(position=-2)["ids"], ask(position=-2)["position"]) == (everything[-2:], len(everything) - 2)
    assert ask(position=-99)["ids"] == everything
    assert (ask(position=99)["ids"], ask(position=99)["position"]) == ([], 99)
    anchored = ask(anchor=everything[2], anchorOffset=-1, limit=2)
    assert (anchored["ids"], anchored["position"]) == (everything[1:3], 1)
    assert ask(anchor=everything[1], anchorOffset=-9)["ids"] == everything
    assert ask(anchor=everything[0], anchorOffset=1)["position"] == 1


def test_4_4_anchors_that_are_not_there(school: School) -> None:
    inbox = {"inMailbox": school.user.mailbox("inbox")}
    for filter_ in (inbox, None):
        for collapse in (True, False):
            for anchor in ("e999", "x"):
                error = school.user.error("Email/query", filter=filter_, anchor=anchor, collapseThreads=collapse)
                assert error == "anchorNotFound"
    council = f"e{school.council.email_id}"
    assert school.user.error("Email/query", filter=inbox, anchor=council, collapseThreads=True) == "anchorNotFound"


def test_5_5_arguments_that_are_wrong(user: MailboxUser) -> None:
    assert user.error("Email/query", limit=-1) == "invalidArguments"
    assert user.error("Email/query", position="3") == "invalidArguments"
    assert user.error("Email/query", colour="red") == "invalidArguments"


@pytest.mark.parametrize("collapse", [False, True])
@pytest.mark.parametrize("more", [0, FEW])
def test_4_5_query_changes_lead_to_the_new_result(school: School, collapse: bool, more: int) -> None:
    """Few changes are placed one by one, many by walking the listing."""
    user = school.user
    inbox = user.mailbox("inbox")
    asked = {"filter": {"inMailbox": inbox}, "collapseThreads": collapse}
    before = user("Email/query", **asked)
    assert before["canCalculateChanges"] is True
    for number in range(1 + more):
        user.world.deliver(summary(f"Nouveau {number}"), minutes=number % 5)
    user.world.deliver(summary("Re: Conseil de classe", message_id="3@x", references=["2@x"]))
    user("Email/set", update={f"e{school.invoice.email_id}": {"mailboxIds": {user.mailbox("trash"): True}}})
    user("Email/set", destroy=[f"e{school.draft.email_id}"], update={f"e{school.council.email_id}": {"keywords": {}}})
    delta = user("Email/queryChanges", sinceQueryState=before["queryState"], calculateTotal=True, **asked)
    after = user("Email/query", **asked)
    replayed = [id_ for id_ in before["ids"] if id_ not in delta["removed"]]
    for item in delta["added"]:
        replayed.insert(item["index"], item["id"])
    assert replayed == after["ids"]
    assert delta["total"] == len(after["ids"])
    assert delta["newQueryState"] == after["queryState"]


@pytest.mark.parametrize(
    "filter_",
    [
        None,
        {"notKeyword": "$seen"},
        {"after": "2026-09-01T08:02:00Z", "hasAttachment": False},
        {"header": ["X-Priority"]},
        {"inMailboxOtherThan": ["m1"]},
        {"someInThreadHaveKeyword": "$seen"},
        {"operator": "NOT", "conditions": [{"allInThreadHaveKeyword": "$seen"}, {"minSize": 500}]},
    ],
)
@pytest.mark.parametrize(
    "sort",
    [
        None,
        [{"property": "subject"}, {"property": "receivedAt"}],
        [{"property": "hasKeyword", "keyword": "$seen"}],
        [{"property": "someInThreadHaveKeyword", "keyword": "$flagged", "isAscending": False}],
    ],
)
def test_4_5_any_filter_and_sort_without_words(school: School, filter_: Any, sort: Any) -> None:
    user = school.user
    queries = [{"filter": filter_, "sort": sort, "collapseThreads": collapse} for collapse in (False, True)]
    before = [user("Email/query", **asked) for asked in queries]
    user.world.deliver(summary("Re: Conseil de classe", message_id="3@x", references=["2@x"]), minutes=1)
    user("Email/set", update={f"e{school.council.email_id}": {"keywords": {"$flagged": True}}})
    user("Email/set", update={f"e{school.invoice.email_id}": {"keywords/$seen": True}})
    user("Email/set", destroy=[f"e{school.draft.email_id}"])
    for asked, old in zip(queries, before, strict=True):
        assert old["canCalculateChanges"] is True
        delta = user("Email/queryChanges", sinceQueryState=old["queryState"], calculateTotal=True, **asked)
        after = user("Email/query", **asked)
        ids = [id_ for id_ in old["ids"] if id_ not in delta["removed"]]
        for item in delta["added"]:
            ids.insert(item["index"], item["id"])
        assert (ids, delta["total"]) == (after["ids"], len(after["ids"]))


def test_4_5_behind_up_to_id_nothing_is_told_where_the_order_is_settled(school: School) -> None:
    user, oldest = school.user, [{"property": "receivedAt"}]
    before = user("Email/query", sort=oldest)
    late = f"e{user.world.deliver(summary('Tard')).email_id}"
    early = f"e{user.world.deliver(summary('Tôt'), minutes=0).email_id}"
    seen = {f"e{school.council.email_id}": {"keywords/$seen": None}}
    user("Email/set", update=seen)

    def told(**asked: Any) -> list[str]:
        delta = user("Email/queryChanges", sinceQueryState=before["queryState"], **asked)
        return [item["id"] for item in delta["added"]]

    assert told(sort=oldest) == [early, late]
    assert told(sort=oldest, upToId=before["ids"][1]) == [early]
    assert told(sort=oldest, upToId="e999") == [early, late]
    assert told(sort=oldest, upToId="nonsense") == [early, late]
    inbox = {"inMailbox": user.mailbox("inbox")}
    assert told(sort=oldest, filter=inbox, upToId=before["ids"][1]) == [early, *seen, late]


def test_4_5_what_is_not_calculated(school: School) -> None:
    user = school.user
    inbox = {"inMailbox": user.mailbox("inbox")}
    for words in ({"text": "conseil"}, {"operator": "NOT", "conditions": [{"from": "zoe"}, inbox]}):
        found = user("Email/query", filter=words)
        assert found["canCalculateChanges"] is False
        error = user.error("Email/queryChanges", sinceQueryState=found["queryState"], filter=words)
        assert error == "cannotCalculateChanges"
    assert user.error("Email/queryChanges", sinceQueryState="999999", filter=inbox) == "cannotCalculateChanges"
    assert user.error("Email/queryChanges", sinceQueryState="0", filter=inbox, maxChanges=1) == "tooManyChanges"


def test_a_hostile_header_does_not_spoil_the_search_of_others(user: MailboxUser) -> None:
    user.import_(b"From: a@x.example\r\nX-Bad: \0\xff\x80 \\u0000\r\nSubject: \0x\r\n\r\n\0\r\n")
    good = user.import_(b"From: b@x.example\r\nX-Good: oui\r\nSubject: y\r\n\r\ntexte\r\n")["id"]
    assert user("Email/query", filter={"header": ["X-Good", "OUI"]})["ids"] == [good]
    assert len(user("Email/get", ids=None)["list"]) == 2


def test_a_page_of_rows_is_a_handful_of_queries(user: MailboxUser, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        user.world.deliver(summary(f"Sujet {number}"))
    statements: list[str] = []

    def counted(run: Callable[..., Any]) -> Callable[..., Any]:
        def count(tx: Transaction, sql: str, *params: Any) -> Any:
            statements.append(sql)
            return run(tx, sql, *params)

        return count

    for name in ("tuples", "one", "all", "execute"):
        monkeypatch.setattr(Transaction, name, counted(getattr(Transaction, name)))
    asked = {"filter": {"inMailbox": user.mailbox("inbox")}, "collapseThreads": True, "limit": 50}
    statements.clear()
    reference = {"resultOf": "0", "name": "Email/query", "path": "/ids"}
    answers = user.batch(("Email/query", asked | {"calculateTotal": True}), ("Email/get", {"#ids": reference}))
    assert len(answers[1].arguments["list"]) == 50
    assert len(statements) == 4
    statements.clear()
    ids = answers[0].arguments["ids"]
    user("Email/set", update={id_: {"keywords/$seen": True} for id_ in ids})
    assert len(statements) <= 11


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ({"text": "%"}, []),
        ({"subject": "le"}, []),
        ({"text": "de"}, ["reply", "council"]),
        ({"subject": "\N{GRINNING FACE}"}, []),
        ({"from": "?"}, []),
        ({"body": "à"}, []),
        ({"text": "   "}, ALL),
        ({"text": "de conseil"}, ["reply", "council"]),
    ],
)
def test_4_4_1_what_is_not_indexed_is_looked_for_as_written(
    school: School, filter_: dict[str, str], found: list[str]
) -> None:
    assert school(filter_) == found
