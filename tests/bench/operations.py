"""What is measured: each operation is what a client sends, as the web app sends it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from tests.bench.browser import Browser, Call, Json
from tests.bench.letters import COMMON, WORDS
from tests.bench.seed_agenda import MONTH
from tests.bench.visible import visible

Request = Callable[[int], object]
"""One request; its argument counts them."""
Prepare = Callable[["Client"], Request]

PAGE = 50
MANY = 400
MEGABYTE = 1_000_000
SUMMARY = [
    "id",
    "threadId",
    "mailboxIds",
    "keywords",
    "from",
    "to",
    "subject",
    "receivedAt",
    "preview",
    "hasAttachment",
]
MEMBER = ["id", "threadId", "mailboxIds", "keywords", "hasAttachment"]
BODY = [
    *SUMMARY,
    *("blobId", "size", "messageId", "inReplyTo", "references", "sender", "cc", "bcc", "replyTo", "sentAt"),
    *("textBody", "htmlBody", "attachments", "bodyValues", "safeHtml"),
]
OCCURRENCE = [
    *("id", "baseEventId", "recurrenceId", "calendarIds", "title", "description", "start", "timeZone", "duration"),
    *("showWithoutTime", "locations", "status", "utcStart", "utcEnd"),
]
PAIRS = [" ".join(pair) for pair in zip(COMMON[8:], COMMON[20:], strict=False)]
RARE = WORDS[1_500:1_600]
NEWEST_FIRST = [{"property": "receivedAt", "isAscending": False}]
PREFIXES = ("ma", "mar", "mart", "dup", "sophie", "sophie m", "jean p", "fabr", "lef", "cam", "béno", "zoé d")


@dataclass(frozen=True)
class Client:
    """One of `of` clients at work on one account; they take different emails, or they would undo each other's work."""

    browser: Browser
    number: int
    of: int
    colleague: str
    smtp: tuple[str, int]

    def emails(self, **condition: object) -> list[str]:
        """Its share of the newest of the inbox."""
        query = {"filter": {"inMailbox": self.mailbox("inbox"), **condition}, "sort": NEWEST_FIRST, "limit": MANY}
        ids: list[str] = self.browser.call("Email/query", **query)["ids"]
        return ids[self.number :: self.of]

    def mailbox(self, role: str) -> str:
        boxes = self.browser.call("Mailbox/get")["list"]
        return next(str(box["id"]) for box in boxes if box["role"] == role)


@dataclass(frozen=True)
class Operation:
    """lasts: its work goes on after the answer (delivery, events), and is waited for before the CPU is read."""

    name: str
    title: str
    prepare: Prepare
    lasts: bool = False


def _the_same(*calls: Call) -> Prepare:
    return lambda client: lambda _: client.browser.calls(*calls)


def _ids_of(call: int, name: str) -> Json:
    return {"resultOf": str(call), "name": name, "path": "/ids"}


def _page(condition: Json, position: int) -> list[Call]:
    query = {
        "filter": condition,
        "sort": NEWEST_FIRST,
        "collapseThreads": True,
        "position": position,
        "limit": PAGE,
        "calculateTotal": True,
    }
    return [("Email/query", query), ("Email/get", {"#ids": _ids_of(0, "Email/query"), "properties": SUMMARY})]


def _app_page(condition: Json, position: int) -> list[Call]:
    """With the other messages of each conversation, which its row shows."""
    threads = {"resultOf": "1", "name": "Email/get", "path": "/list/*/threadId"}
    members = {"resultOf": "2", "name": "Thread/get", "path": "/list/*/emailIds"}
    return [
        *_page(condition, position),
        ("Thread/get", {"#ids": threads}),
        ("Email/get", {"#ids": members, "properties": MEMBER}),
    ]


def _listing(page: Callable[[Json, int], list[Call]], **condition: object) -> Prepare:
    """The first page and some further ones, as one who scrolls."""

    def prepare(client: Client) -> Request:
        inbox = {"inMailbox": client.mailbox("inbox"), **condition}
        return lambda n: client.browser.calls(*page(inbox, n % 10 * PAGE))

    return prepare


def _opening(client: Client) -> Request:
    ids = client.emails()
    arguments = {"properties": BODY, "fetchTextBodyValues": True, "maxBodyValueBytes": 512_000}
    return lambda n: client.browser.call("Email/get", ids=[ids[n % len(ids)]], **arguments)


def _searching(terms: Sequence[str], *, snippets: bool) -> Prepare:
    def prepare(client: Client) -> Request:
        hidden = [client.mailbox("junk"), client.mailbox("trash")]

        def request(n: int) -> object:
            condition = {"text": terms[n % len(terms)], "inMailboxOtherThan": hidden}
            marked = {"filter": condition, "#emailIds": _ids_of(0, "Email/query")}
            return client.browser.calls(*_page(condition, 0), *[("SearchSnippet/get", marked)][: int(snippets)])

        return request

    return prepare


def _marking(client: Client) -> Request:
    ids = client.emails(notKeyword="$seen")

    def request(n: int) -> object:
        patch = {"keywords/$seen": True if n % 2 == 0 else None}
        return client.browser.call("Email/set", update={ids[n // 2 % len(ids)]: patch})

    return request


def _moving(client: Client) -> Request:
    ids = client.emails()
    places = (client.mailbox("archive"), client.mailbox("inbox"))

    def request(n: int) -> object:
        return client.browser.call("Email/set", update={ids[n // 2 % len(ids)]: {"mailboxIds": {places[n % 2]: True}}})

    return request


def _asking_for_changes(client: Client) -> Request:
    """A state from before twenty-five changes."""
    state = client.browser.call("Email/get", ids=[])["state"]
    for id_ in islice(cycle(client.emails()), 25):
        client.browser.call("Email/set", update={id_: {"keywords/$flagged": True}})
    return lambda _: client.browser.call("Email/changes", sinceState=state, maxChanges=500)


def _sending(attached: int) -> Prepare:
    def prepare(client: Client) -> Request:
        drafts, sent = client.mailbox("drafts"), client.mailbox("sent")
        identity = client.browser.call("Identity/get", ids=None)["list"][0]
        blob = client.browser.upload(secrets.token_bytes(attached)) if attached else None
        draft: Json = {
            "mailboxIds": {drafts: True},
            "keywords": {"$draft": True, "$seen": True},
            "from": [{"name": identity["name"], "email": identity["email"]}],
            "to": [{"email": client.colleague}],
            "textBody": [{"partId": "t", "type": "text/plain"}],
            "htmlBody": [{"partId": "h", "type": "text/html"}],
        }
        if blob:
            document = {"blobId": blob, "type": "application/pdf", "name": "bilan.pdf", "disposition": "attachment"}
            draft["attachments"] = [document]
        moved = {f"mailboxIds/{drafts}": None, f"mailboxIds/{sent}": True, "keywords/$draft": None}
        submission = {
            "create": {"s": {"emailId": "#d", "identityId": identity["id"]}},
            "onSuccessUpdateEmail": {"#s": moved},
        }

        def request(n: int) -> object:
            text = f"Bonjour, voici le compte rendu {client.number}.{n}. " + "À demain pour la suite. " * 30
            values = {"t": {"value": text}, "h": {"value": f"<p>{text}</p>"}}
            whole = draft | {"subject": f"Compte rendu {client.number}.{n}", "bodyValues": values}
            return client.browser.calls(("Email/set", {"create": {"d": whole}}), ("EmailSubmission/set", submission))

        return request

    return prepare


def _uploading(client: Client) -> Request:
    data = secrets.token_bytes(MEGABYTE)
    return lambda n: client.browser.upload(b"%d.%d" % (client.number, n) + data)


def _downloading(client: Client) -> Request:
    blob = client.browser.upload(secrets.token_bytes(MEGABYTE))
    return lambda _: client.browser.download(blob)


def _a_month() -> Prepare:
    query = {
        "filter": {"after": MONTH[0], "before": MONTH[1]},
        "sort": [{"property": "start", "isAscending": True}],
        "expandRecurrences": True,
        "timeZone": "Europe/Paris",
        "limit": 500,
    }
    get = {"#ids": _ids_of(1, "CalendarEvent/query"), "properties": OCCURRENCE}
    return _the_same(("Calendar/get", {"ids": None}), ("CalendarEvent/query", query), ("CalendarEvent/get", get))


def _completing(client: Client) -> Request:
    def request(n: int) -> object:
        query = {
            "filter": {"text": PREFIXES[n % len(PREFIXES)]},
            "sort": [{"property": "name/full", "isAscending": True}],
            "limit": 8,
        }
        return client.browser.calls(
            ("ContactCard/query", query), ("ContactCard/get", {"#ids": _ids_of(0, "ContactCard/query")})
        )

    return request


OPERATIONS = (
    Operation("echo", "Core/echo", _the_same(("Core/echo", {"hello": True}))),
    Operation("mailboxes", "Mailbox/get", _the_same(("Mailbox/get", {"ids": None}))),
    Operation("list", "listing: query, get of 50", _listing(_page)),
    Operation("list-app", "the same with conversations", _listing(_app_page)),
    Operation("unread", "unread listing", _listing(_page, notKeyword="$seen")),
    Operation("open", "open a message", _opening),
    Operation("search", "search a word", _searching(COMMON, snippets=False)),
    Operation("search-rare", "search a rare word", _searching(RARE, snippets=False)),
    Operation("search-app", "search a word, snippets", _searching(COMMON, snippets=True)),
    Operation("search-two", "search two words, snippets", _searching(PAIRS, snippets=True)),
    Operation("mark", "mark seen, unseen", _marking, lasts=True),
    Operation("move", "move", _moving, lasts=True),
    Operation("changes", "Email/changes (25)", _asking_for_changes),
    Operation("month", "month of the agenda", _a_month()),
    Operation("complete", "complete a name", _completing),
    Operation("upload", "upload 1 MB", _uploading),
    Operation("download", "download 1 MB", _downloading),
    Operation("visible", "from SMTP to the open page", visible, lasts=True),
    Operation("send", "send to a colleague", _sending(0), lasts=True),
    Operation("send-1mb", "send with 1 MB attached", _sending(MEGABYTE), lasts=True),
)
