"""What an account ought to hold, said plainly: no table, no modseq. Emails are known by their blobId, which stays when
an email goes on under another id."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Key = tuple[str, str]
"""Message-ID and base subject."""


@dataclass(eq=False)
class Thread:
    """number: the older, the smaller."""

    number: int


@dataclass(eq=False)
class Email:
    blob: str
    keys: frozenset[Key]
    keywords: set[str]
    mailboxes: set[str]
    thread: Thread
    received_at: str = ""

    @property
    def is_unread(self) -> bool:
        return not self.keywords & {"$seen", "$draft"}


@dataclass
class Account:
    mailboxes: dict[str, Json]
    """By id, without counts and rights."""
    emails: dict[str, Email] = field(default_factory=dict)
    submissions: dict[str, str] = field(default_factory=dict)
    """undoStatus by id."""
    held: dict[str, Thread] = field(default_factory=dict)
    """The thread of each pending submission."""
    keys: dict[Key, tuple[Thread, int]] = field(default_factory=dict)
    """The thread that a message with this key joins, and how many emails have it."""
    threads: int = 0

    @property
    def trash(self) -> str:
        return next(id_ for id_, box in self.mailboxes.items() if box["role"] == "trash")

    def arrive(self, blob: str, keys: frozenset[Key], keywords: Iterable[str], mailboxes: Iterable[str]) -> None:
        """RFC 8621 §3, and docs/adr/0040."""
        found = {thread for key in keys if key in self.keys for thread, _ in [self.keys[key]] if self._size(thread)}
        awaited = {thread for thread in found if self._is_awaited(thread)} if len(found) > 1 else set()
        ordered = sorted(found, key=lambda thread: (thread not in awaited, -self._size(thread), thread.number))
        thread = ordered[0] if ordered else self._new_thread()
        for other in ordered[1:]:
            if other not in awaited:
                self._merge(other, thread)
        apart = awaited - {thread}
        for key in keys:
            at, n = self.keys.get(key, (thread, 0))
            self.keys[key] = (at if at in apart else thread, n + 1)
        self.emails[blob] = Email(blob, keys, set(keywords), set(mailboxes), thread)

    def depart(self, blob: str) -> None:
        for key in self.emails.pop(blob).keys:
            thread, n = self.keys[key]
            if n > 1:
                self.keys[key] = (thread, n - 1)
            else:
                del self.keys[key]

    def inside(self, mailbox: str) -> list[Email]:
        return [email for email in self.emails.values() if mailbox in email.mailboxes]

    def counts(self, mailbox: str) -> Json:
        """RFC 8621 §2: what is in the trash alone is as a thread of its own."""
        inside, trash = self.inside(mailbox), self.trash
        shown = [
            email
            for email in self.emails.values()
            if (trash in email.mailboxes if mailbox == trash else email.mailboxes != {trash})
        ]
        unread = {email.thread for email in shown if email.is_unread}
        return {
            "totalEmails": len(inside),
            "unreadEmails": sum(email.is_unread for email in inside),
            "totalThreads": len({email.thread for email in inside}),
            "unreadThreads": len({email.thread for email in inside} & unread),
        }

    def partition(self) -> set[frozenset[str]]:
        groups: dict[Thread, set[str]] = {}
        for email in self.emails.values():
            groups.setdefault(email.thread, set()).add(email.blob)
        return {frozenset(group) for group in groups.values()}

    def _new_thread(self) -> Thread:
        self.threads += 1
        return Thread(self.threads)

    def _size(self, thread: Thread) -> int:
        return sum(email.thread is thread for email in self.emails.values())

    def _is_awaited(self, thread: Thread) -> bool:
        drafts = any("$draft" in email.keywords for email in self.emails.values() if email.thread is thread)
        return drafts or any(one is thread for one in self.held.values())

    def _merge(self, other: Thread, into: Thread) -> None:
        for email in self.emails.values():
            if email.thread is other:
                email.thread = into
                for key in email.keys:
                    if self.keys[key][0] is other:
                        self.keys[key] = (into, self.keys[key][1])
