"""An account that everything happens to, in any order, with clients who look now and then."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.blobs import BlobStore
from chassis.db import Database
from services.mail.adapters.store.forgetting import PostgresChangeLog
from services.mail.application.jmap.mailboxes import COUNTS
from services.mail.application.ports import RecipientStatus
from services.mail.application.rows import MailboxEdit
from services.mail.domain.dates import utc_date
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.states.client import Cache, Json, Listing, Query, get_all
from services.mail.tests.states.model import Account, Key
from services.mail.tests.store.empty_database import empty
from services.mail.tests.store.world import AGENT, START, World, summary

SELF, JEAN = "claire.fontaine@ac-montpellier.example", "jean.dupont@ac-montpellier.example"
CLIENTS = 3
WHICH = st.integers(0, CLIENTS - 1)
NUMBERS = st.integers(1, 6)
SUBJECTS = st.sampled_from(["Conseil", "Conseil", "Conseil", "Conseil", "Sortie"])
Letter = tuple[int, set[int], str, int]
"""Its number, those that it answers, its subject, and when it came."""
LETTERS = st.tuples(NUMBERS, st.sets(NUMBERS, max_size=2), SUBJECTS, st.integers(0, 20))
KEYWORDS = st.sets(st.sampled_from(["$seen", "$flagged", "$draft"]))
STEPS = st.sampled_from([None, 1, 2, 3, 7])
BOX_PROPERTIES = ("name", "parentId", "role", "sortOrder", "isSubscribed")


def email_queries(inbox: str, trash: str) -> list[Query]:
    seen, flagged = "$seen", "$flagged"
    filters: list[tuple[Json | None, bool]] = [
        ({"inMailbox": inbox}, False),
        ({"inMailbox": trash}, False),
        (None, True),
        ({"after": "2026-09-01T08:10:00Z"}, True),
        ({"operator": "NOT", "conditions": [{"hasAttachment": True}, {"maxSize": 60}]}, True),
        ({"inMailboxOtherThan": [trash]}, False),
        ({"operator": "AND", "conditions": [{"inMailbox": inbox}, {"notKeyword": seen}]}, False),
        ({"hasKeyword": flagged}, False),
        ({"someInThreadHaveKeyword": flagged}, False),
        ({"operator": "OR", "conditions": [{"allInThreadHaveKeyword": seen}, {"inMailbox": trash}]}, False),
        ({"noneInThreadHaveKeyword": seen}, False),
    ]
    sorts: list[tuple[list[Json] | None, bool]] = [
        (None, True),
        ([{"property": "receivedAt"}], True),
        ([{"property": "subject"}, {"property": "size"}], True),
        ([{"property": "hasKeyword", "keyword": seen}], False),
        ([{"property": "someInThreadHaveKeyword", "keyword": flagged, "isAscending": False}], False),
    ]
    return [
        Query(
            "Email",
            {"filter": filter_, "sort": sort, "collapseThreads": collapse},
            settled=filter_settled and sort_settled and not collapse,
        )
        for filter_, filter_settled in filters
        for sort, sort_settled in sorts
        for collapse in (False, True)
    ]


MAILBOX_QUERIES = [
    Query("Mailbox", {"filter": filter_, "sort": sort, "sortAsTree": sorted_, "filterAsTree": filtered})
    for filter_ in (None, {"isSubscribed": True}, {"operator": "NOT", "conditions": [{"name": "2"}]})
    for sort in (None, [{"property": "name", "isAscending": False}])
    for sorted_ in (False, True)
    for filtered in (False, True)
]
SUBMISSION_QUERIES = [
    Query("EmailSubmission", {"filter": filter_, "sort": sort}, settled=filter_ is None)
    for filter_ in (None, {"undoStatus": "pending"})
    for sort in (None, [{"property": "emailId"}])
]


EMAIL_QUERIES = len(email_queries("", ""))
QUERIES = st.tuples(
    *[st.integers(0, EMAIL_QUERIES - 1)] * 4,
    *[st.integers(EMAIL_QUERIES, EMAIL_QUERIES + len(MAILBOX_QUERIES) - 1)] * 2,
    st.integers(0, len(SUBMISSION_QUERIES) - 1).map(lambda place: place + EMAIL_QUERIES + len(MAILBOX_QUERIES)),
)
"""Of one client: places in States.queries."""


class Client:
    def __init__(self, user: MailboxUser, queries: list[Query]) -> None:
        self.caches = {name: Cache(name, got) for name, got in get_all(user).items()}
        self.listings = [(query, Listing(query, query.ask(user))) for query in queries]


class States(RuleBasedStateMachine):
    database: Database
    blobs: BlobStore

    @initialize(
        letters=st.lists(LETTERS, min_size=4, max_size=8),
        queries=st.tuples(*[QUERIES] * CLIENTS),
    )
    def start(self, letters: list[Letter], queries: tuple[tuple[int, ...], ...]) -> None:
        """Folders in folders and a mail on its way out; clients look before, amid and after the first mails."""
        empty(self.database)
        self.user = MailboxUser(World(self.database), self.blobs)
        self.names = 0
        self.thread_of: dict[str, str] = {}
        self.written: set[str] = set()
        got = get_all(self.user)
        self.account = Account(
            {box["id"]: {name: box[name] for name in BOX_PROPERTIES} for box in got["Mailbox"]["list"]}
        )
        self.inbox = self.user.mailbox("inbox")
        self.queries = [*email_queries(self.inbox, self.account.trash), *MAILBOX_QUERIES, *SUBMISSION_QUERIES]
        self.clients: list[Client] = []
        self.now = got
        parent = None
        for _ in range(3):
            parent = self._make_mailbox(parent, 0, is_subscribed=True)
        self.a_draft_is_written(1, 2, "Conseil")
        self.the_account_is_as_the_model()
        self._submit(next(iter(self.written)), hold=True)
        self.the_account_is_as_the_model()
        half = len(letters) // 2
        for some, chosen in zip(([], letters[:half], letters[half:]), queries, strict=True):
            self.mails_are_delivered(some)
            self.clients.append(Client(self.user, [self.queries[place] for place in chosen]))

    # What happens to the account

    @rule(letters=st.lists(LETTERS, min_size=1, max_size=3))
    def mails_are_delivered(self, letters: list[Letter]) -> None:
        for number, parents, subject, minutes in letters:
            made = summary(subject, message_id=f"{number}@x", references=[f"{parent}@x" for parent in sorted(parents)])
            email = self.user.world.deliver(made, minutes=minutes).email_id
            blob = self.user.email(f"e{email}", "blobId")["blobId"]
            self.account.arrive(blob, _keys(subject, {number, *parents}), [], [self.inbox])

    @rule(letters=st.lists(LETTERS, min_size=1, max_size=3), data=st.data())
    def mails_are_imported(self, letters: list[Letter], data: st.DataObject) -> None:
        boxes = self._some_mailboxes(data)
        emails = {
            f"k{place}": {
                "blobId": self.user.upload(_octets(number, parents, subject)),
                "mailboxIds": dict.fromkeys(boxes, True),
                "keywords": {"$seen": True},
                "receivedAt": utc_date(START.replace(minute=minutes)),
            }
            for place, (number, parents, subject, minutes) in enumerate(letters)
        }
        created = self.user("Email/import", emails=emails)["created"]
        for place, (number, parents, subject, _) in enumerate(letters):
            keys = _keys(subject, {number, *parents})
            self.account.arrive(created[f"k{place}"]["blobId"], keys, ["$seen"], boxes)
        self._see_created(created)

    @rule(number=NUMBERS, parent=NUMBERS, subject=SUBJECTS)
    def a_draft_is_written(self, number: int, parent: int, subject: str) -> None:
        drafts = self.user.mailbox("drafts")
        draft = {
            "mailboxIds": {drafts: True},
            "keywords": {"$draft": True},
            "from": [{"email": SELF}],
            "to": [{"email": JEAN}],
            "subject": subject,
            "messageId": [f"{number}@x"],
            "inReplyTo": [f"{parent}@x"],
        }
        created = self.user("Email/set", create={"k": draft})["created"]
        self.account.arrive(created["k"]["blobId"], _keys(subject, {number, parent}), ["$draft"], [drafts])
        self.written.add(created["k"]["blobId"])
        self._see_created(created)

    @rule(data=st.data())
    @precondition(lambda self: self.account.emails)
    def emails_are_marked_and_moved(self, data: st.DataObject) -> None:
        update: Json = {}
        for blob in self._some_emails(data):
            email = self.account.emails[blob]
            id_ = self._id(blob)
            if data.draw(st.booleans()):
                keywords = data.draw(KEYWORDS)
                update[id_] = {"keywords": dict.fromkeys(sorted(keywords), True)}
                email.keywords = keywords
            else:
                boxes = self._some_mailboxes(data)
                update[id_] = {"mailboxIds": dict.fromkeys(boxes, True)}
                email.mailboxes = set(boxes)
        assert self.user("Email/set", update=update)["notUpdated"] is None

    @rule(data=st.data())
    @precondition(lambda self: self.account.emails)
    def emails_are_destroyed(self, data: st.DataObject) -> None:
        blobs = self._some_emails(data)
        assert self.user("Email/set", destroy=[self._id(blob) for blob in blobs])["notDestroyed"] is None
        for blob in blobs:
            self.account.depart(blob)

    @rule(data=st.data())
    def a_mailbox_is_made(self, data: st.DataObject) -> None:
        parent = data.draw(st.sampled_from([None, *self._own_mailboxes()]))
        self._make_mailbox(parent, data.draw(st.integers(0, 3)), is_subscribed=data.draw(st.booleans()))

    def _make_mailbox(self, parent: str | None, sort_order: int, *, is_subscribed: bool) -> str | None:
        self.names += 1
        box = {
            "name": f"Dossier {self.names}",
            "parentId": parent,
            "role": None,
            "sortOrder": sort_order,
            "isSubscribed": is_subscribed,
        }
        answer = self.user("Mailbox/set", create={"k": box})
        if answer["created"] is None:
            assert answer["notCreated"]["k"]["properties"] == ["parentId"], "too deep"
            return parent
        id_ = str(answer["created"]["k"]["id"])
        self.account.mailboxes[id_] = box
        return id_

    @rule(data=st.data())
    @precondition(lambda self: self._own_mailboxes())
    def a_mailbox_is_changed(self, data: st.DataObject) -> None:
        """Into a circle, it is refused."""
        box = data.draw(st.sampled_from(self._own_mailboxes()))
        self.names += 1
        patches: list[Json] = [
            {"name": f"Dossier {self.names}"},
            {"isSubscribed": not self.account.mailboxes[box]["isSubscribed"]},
            *({"parentId": parent} for parent in [None, *self._own_mailboxes()]),
        ]
        patch = data.draw(st.sampled_from(patches))
        if self.user("Mailbox/set", update={box: patch})["updated"] is not None:
            self.account.mailboxes[box] |= patch

    @rule(data=st.data(), remove=st.booleans())
    @precondition(lambda self: self._own_mailboxes())
    def a_mailbox_is_destroyed(self, data: st.DataObject, remove: bool) -> None:
        box = data.draw(st.sampled_from(self._own_mailboxes()))
        inside = self.account.inside(box)
        is_parent = any(other["parentId"] == box for other in self.account.mailboxes.values())
        answer = self.user("Mailbox/set", destroy=[box], onDestroyRemoveEmails=remove)
        if is_parent or (inside and not remove):
            assert answer["destroyed"] is None
            return
        assert answer["destroyed"] == [box]
        del self.account.mailboxes[box]
        for email in inside:
            email.mailboxes.discard(box)
            if not email.mailboxes:
                self.account.depart(email.blob)

    @rule(data=st.data(), hold=st.booleans())
    @precondition(lambda self: self._own_emails())
    def an_email_is_submitted(self, data: st.DataObject, hold: bool) -> None:
        self._submit(data.draw(st.sampled_from(self._own_emails())), hold)

    def _submit(self, blob: str, hold: bool) -> None:
        parameters = {"HOLDFOR": "3600"} if hold else None
        envelope = {"mailFrom": {"email": SELF, "parameters": parameters}, "rcptTo": [{"email": JEAN}]}
        identity = self.now["Identity"]["list"][0]["id"]
        submission = {"identityId": identity, "emailId": self._id(blob), "envelope": envelope}
        answer = self.user(
            "EmailSubmission/set",
            create={"s": submission},
            onSuccessUpdateEmail={"#s": {"keywords/$draft": None, "keywords/$seen": True}},
        )
        id_ = answer["created"]["s"]["id"]
        self.account.submissions[id_] = "pending" if hold else "final"
        email = self.account.emails[blob]
        if hold:
            self.account.held[id_] = email.thread
        email.keywords = email.keywords - {"$draft"} | {"$seen"}

    @rule(data=st.data(), what=st.sampled_from(["cancel", "destroy", "deliver"]))
    @precondition(lambda self: self.account.submissions)
    def a_submission_goes_on(self, data: st.DataObject, what: str) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.account.submissions)))
        if what == "deliver":
            with self.database.transaction() as tx:
                statuses = {JEAN: RecipientStatus(f"250 {self.names}", "yes")}
                self.user.world.mailstore.record_delivery(tx, AGENT, int(id_[1:]), statuses)
            self.names += 1
            return
        if what == "destroy":
            assert self.user("EmailSubmission/set", destroy=[id_])["destroyed"] == [id_]
            del self.account.submissions[id_]
        else:
            answer = self.user("EmailSubmission/set", update={id_: {"undoStatus": "canceled"}})
            can_be = self.account.submissions[id_] != "final"
            assert (answer["notUpdated"] is None) is can_be
            if not can_be:
                return
            self.account.submissions[id_] = "canceled"
        self.account.held.pop(id_, None)

    @rule(signature=st.sampled_from(["", "Claire", "C. F."]))
    def the_identity_is_signed(self, signature: str) -> None:
        identity = self.now["Identity"]["list"][0]["id"]
        self.user("Identity/set", update={identity: {"textSignature": signature}})

    @rule()
    def a_write_fails_half_way(self) -> None:
        with pytest.raises(ZeroDivisionError), self.user.world.store.write(AGENT) as write:
            write.create_mailbox(MailboxEdit(None, "Perdu", None, 9, True))
            write.destroy_emails(write.email_ids(2))
            raise ZeroDivisionError

    @rule(most=st.integers(1, 5))
    def what_went_long_ago_is_forgotten(self, most: int) -> None:
        with self.database.transaction() as tx:
            tx.execute("UPDATE tombstone SET buried_at = buried_at - interval '1 day'")
        PostgresChangeLog(self.database).forget(older_than_days=0, most=most)

    # What clients do

    @rule(place=WHICH, queries=QUERIES)
    def a_client_starts_anew(self, place: int, queries: tuple[int, ...]) -> None:
        self.clients[place] = Client(self.user, [self.queries[number] for number in queries])

    @rule(place=WHICH, step=STEPS, pages=st.sampled_from([1, 1_000, 1_000]))
    def a_client_catches_up(self, place: int, step: int | None, pages: int) -> None:
        for name, cache in self.clients[place].caches.items():
            cache.catch_up(self.user, self.now[name], step, pages, self._is_forgotten)

    @rule(place=WHICH, data=st.data(), most=STEPS)
    def a_client_asks_again(self, place: int, data: st.DataObject, most: int | None) -> None:
        for query, listing in self.clients[place].listings:
            up_to = data.draw(st.integers(0, 4)) if query.settled and data.draw(st.booleans()) else None
            listing.catch_up(self.user, self._is_forgotten, up_to, most)

    def teardown(self) -> None:
        """Whoever looked once can follow to the end."""
        for client in getattr(self, "clients", ()):
            for name, cache in client.caches.items():
                cache.catch_up(self.user, self.now[name], 2, 1_000, self._is_forgotten)
            for _, listing in client.listings:
                listing.catch_up(self.user, self._is_forgotten, None, None)

    # What must always be so

    @invariant()
    def the_account_is_as_the_model(self) -> None:
        self.now = got = get_all(self.user)
        emails = {one["blobId"]: one for one in got["Email"]["list"]}
        assert emails.keys() == self.account.emails.keys()
        for blob, email in self.account.emails.items():
            one = emails[blob]
            assert set(one["keywords"]) == email.keywords
            assert set(one["mailboxIds"]) == email.mailboxes
            email.received_at = email.received_at or one["receivedAt"]
            assert one["receivedAt"] == email.received_at
            assert self.thread_of.setdefault(one["id"], one["threadId"]) == one["threadId"]
        assert self._threads(emails) == self.account.partition()
        for box in got["Mailbox"]["list"]:
            assert {name: box[name] for name in BOX_PROPERTIES} == self.account.mailboxes[box["id"]]
            assert {name: box[name] for name in COUNTS} == self.account.counts(box["id"])
        assert len(got["Mailbox"]["list"]) == len(self.account.mailboxes)
        submissions = {one["id"]: one["undoStatus"] for one in got["EmailSubmission"]["list"]}
        assert submissions == self.account.submissions

    def _threads(self, emails: dict[str, Json]) -> set[frozenset[str]]:
        """As Thread/get tells them; it must agree with Email/get, and give the oldest first."""
        blob_of = {one["id"]: blob for blob, one in emails.items()}
        by_age = sorted(emails.values(), key=lambda one: (one["receivedAt"], int(one["id"][1:])))
        for thread in self.now["Thread"]["list"]:
            assert thread["emailIds"] == [one["id"] for one in by_age if one["threadId"] == thread["id"]]
        return {frozenset(blob_of[id_] for id_ in thread["emailIds"]) for thread in self.now["Thread"]["list"]}

    @invariant()
    def the_inbox_is_listed_newest_first(self) -> None:
        inside = [one for one in self.now["Email"]["list"] if self.inbox in one["mailboxIds"]]
        inside.sort(key=lambda one: (one["receivedAt"], int(one["id"][1:])), reverse=True)
        firsts = {one["threadId"]: one["id"] for one in reversed(inside)}
        for collapse, expected in (
            (False, [one["id"] for one in inside]),
            (True, [one["id"] for one in inside if firsts[one["threadId"]] == one["id"]]),
        ):
            found = self.user("Email/query", filter={"inMailbox": self.inbox}, collapseThreads=collapse)
            assert found["ids"] == expected

    # Small things

    def _is_forgotten(self, data_type: str, state: str) -> bool:
        with self.database.transaction() as tx:
            row = tx.one("SELECT modseq FROM forgotten WHERE account_id = %s AND type = %s", (AGENT, data_type))
        return row is not None and int(state) < row["modseq"] and state != self.now[data_type]["state"]

    def _id(self, blob: str) -> str:
        return next(str(one["id"]) for one in self.now["Email"]["list"] if one["blobId"] == blob)

    def _see_created(self, created: dict[str, Json]) -> None:
        """What a /set or an import answers is so."""
        got = self.user("Email/get", ids=[one["id"] for one in created.values()], properties=["blobId", "threadId"])
        found = {one["id"]: one for one in got["list"]}
        for one in created.values():
            assert found[one["id"]] == {name: one[name] for name in ("id", "blobId", "threadId")}

    def _own_mailboxes(self) -> list[str]:
        return sorted((id_ for id_, box in self.account.mailboxes.items() if box["role"] is None), key=_number)

    def _own_emails(self) -> list[str]:
        """Those that were written here: submissions are from nobody else."""
        return sorted(self.written & self.account.emails.keys(), key=_number)

    def _some_emails(self, data: st.DataObject) -> list[str]:
        known = sorted(self.account.emails, key=_number)
        return data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True))

    def _some_mailboxes(self, data: st.DataObject) -> list[str]:
        known = sorted(self.account.mailboxes, key=_number)
        return data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))


def _number(id_: str) -> int:
    return int(id_[1:])


def _keys(subject: str, numbers: set[int]) -> frozenset[Key]:
    return frozenset((f"{number}@x", subject.casefold()) for number in numbers)


def _octets(number: int, parents: set[int], subject: str) -> bytes:
    references = " ".join(f"<{parent}@x>" for parent in sorted(parents))
    field = f"References: {references}\r\n" if parents else ""
    return f"From: {JEAN}\r\nMessage-ID: <{number}@x>\r\n{field}Subject: {subject}\r\n\r\nTexte\r\n".encode()
