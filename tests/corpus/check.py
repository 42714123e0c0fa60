"""What a mailbox must show once a corpus has been posted to it: all of it, openable, byte for byte."""

import hashlib
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.mail.domain.trace import without_trace
from services.mail.smtp.data import normalised
from tests.corpus.jmap import Jmap, JmapError

PROPERTIES = [
    *("id", "blobId", "threadId", "mailboxIds", "keywords", "size", "receivedAt", "messageId", "inReplyTo"),
    *("references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt", "hasAttachment", "preview"),
    *("bodyStructure", "bodyValues", "textBody", "htmlBody", "attachments", "headers", "safeHtml"),
]
LIST = ["id", "threadId", "mailboxIds", "keywords", "from", "subject", "receivedAt", "hasAttachment", "preview", "size"]
WORDS = ("linux", "money back", "spamassassin", "réunion", "perl script")
PAGE = 50
TRIES = 7


@dataclass
class Findings:
    """Every fault by name; `times` in milliseconds."""

    listed: int = 0
    opened: int = 0
    identical: int = 0
    faults: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)


def wait_until_stored(jmap: Jmap, wanted: int, seconds: float) -> int:
    """Emails in the account once there are `wanted`, or after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        total = sum(mailbox["totalEmails"] for mailbox in jmap.call("Mailbox/get", ids=None)["list"])
        if total >= wanted or time.monotonic() > end:
            return int(total)
        time.sleep(0.2)


def examine(jmap: Jmap, posted: Iterable[bytes], page: int) -> Findings:
    """`posted`: the messages that were accepted, as they were before the listener. page: emails opened at once."""
    findings = Findings()
    ids = list(jmap.email_ids())
    findings.listed = len(set(ids))
    if len(ids) != findings.listed:
        findings.faults.append("an email is listed twice")
    wanted = Counter(hashlib.sha256(normalised(message)).hexdigest() for message in posted)
    found: Counter[str] = Counter()
    for email in _opened(jmap, ids, page, findings):
        findings.faults += [f"{email['id']}: {fault}" for fault in faults(email)]
        findings.opened += 1
        whole = jmap.download(email["blobId"])
        if len(whole) != email["size"]:
            findings.faults.append(f"{email['id']}: size {email['size']}, downloaded {len(whole)}")
        found[hashlib.sha256(without_trace(whole)).hexdigest()] += 1
    findings.identical = (found & wanted).total()
    findings.times = _times(jmap)
    return findings


def _opened(jmap: Jmap, ids: list[str], page: int, findings: Findings) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), page):
        wanted = ids[start : start + page]
        try:
            yield from jmap.emails(wanted, PROPERTIES, fetchAllBodyValues=True)
        except JmapError as error:
            findings.faults.append(f"{', '.join(wanted)}: {error}")


def faults(email: dict[str, Any]) -> list[str]:
    """What keeps one email from being read as RFC 8621 §4.1 says."""
    told = [f"no {name}" for name in PROPERTIES if name not in email]
    if told:
        return told
    shown = {part["partId"] for part in email["textBody"] + email["htmlBody"] if part["type"].startswith("text/")}
    if missing := shown - email["bodyValues"].keys():
        told.append(f"body values missing: {sorted(missing)}")
    if any(not isinstance(value["value"], str) for value in email["bodyValues"].values()):
        told.append("a body value is not text")
    has_html = any(part["type"] == "text/html" for part in email["htmlBody"])
    safe = email["safeHtml"]
    if not isinstance(safe["html"], str) if safe is not None else has_html:
        told.append("no safe HTML")
    return told


def _times(jmap: Jmap) -> dict[str, float]:
    newest = {"sort": [{"property": "receivedAt", "isAscending": False}], "limit": PAGE}
    times = {
        f"list {PAGE} threads": _median(lambda: _page(jmap, collapseThreads=True, **newest)),
        f"list {PAGE} emails": _median(lambda: _page(jmap, **newest)),
    }
    for word in WORDS:
        times[f"search “{word}”"] = _median(lambda text=word: _page(jmap, filter={"text": text}, **newest))  # type: ignore[misc]
    return times


def _page(jmap: Jmap, **query: Any) -> None:
    ids = {"resultOf": "0", "name": "Email/query", "path": "/ids"}
    jmap.calls(("Email/query", query), ("Email/get", {"#ids": ids, "properties": LIST}))


def _median(act: Callable[[], None]) -> float:
    def once() -> float:
        begun = time.perf_counter()
        act()
        return (time.perf_counter() - begun) * 1_000

    return statistics.median(once() for _ in range(TRIES))
