"""A client that keeps what it once got, and keeps up by /changes and /queryChanges alone (RFC 8620 §5.2, §5.6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.mail.tests.jmap.mailbox_user import MailboxUser

Json = dict[str, Any]
IsForgotten = Callable[[str, str], bool]
"""Whether changes of a type since a state may not be told any more."""

TYPES: dict[str, list[str] | None] = {
    "Mailbox": None,
    "Thread": None,
    "Email": ["blobId", "threadId", "mailboxIds", "keywords", "receivedAt"],
    "EmailSubmission": ["emailId", "undoStatus", "deliveryStatus", "sendAt"],
    "Identity": None,
    "Quota": None,
}
"""With the properties that are kept."""


def get_all(user: MailboxUser, ids: list[str] | None = None, *types: str) -> dict[str, Json]:
    """The /get responses of all types, of one moment."""
    wanted = types or tuple(TYPES)
    answers = user.batch(*((f"{name}/get", {"ids": ids, "properties": TYPES[name]}) for name in wanted))
    return {name: answer.arguments for name, answer in zip(wanted, answers, strict=True)}


@dataclass(frozen=True)
class Query:
    """A /query, with its arguments but for the account and the page. settled: on immutable properties alone."""

    data_type: str
    arguments: Json
    settled: bool = False

    def ask(self, user: MailboxUser) -> Json:
        return user(f"{self.data_type}/query", calculateTotal=True, **self.arguments)


class Cache:
    """All objects of one type as they were at `state`. None for what was told of but is gone meanwhile."""

    def __init__(self, name: str, got: Json) -> None:
        self._name = name
        self._objects: dict[str, Json | None] = {one["id"]: one for one in got["list"]}
        self.state: str = got["state"]

    def catch_up(self, user: MailboxUser, now: Json, step: int | None, pages: int, is_forgotten: IsForgotten) -> None:
        """By at most `pages` calls of at most `step` changes each. Once there are no more, it must be as a full get."""
        for _ in range(pages):
            arguments = {"sinceState": self.state} | ({} if step is None else {"maxChanges": step})
            if is_forgotten(self._name, self.state):
                assert user.error(f"{self._name}/changes", **arguments) == "cannotCalculateChanges"
                self._objects = {one["id"]: one for one in now["list"]}
                self.state = now["state"]
                return
            changes = user(f"{self._name}/changes", **arguments)
            self._apply(changes, {one["id"]: one for one in now["list"]}, step)
            if not changes["hasMoreChanges"]:
                assert self._objects == {one["id"]: one for one in now["list"]}
                assert self.state == now["state"]
                return

    def take_page(self, user: MailboxUser, step: int) -> None:
        """While others write: what is told of is fetched afterwards, and may have gone on since."""
        changes = user(f"{self._name}/changes", sinceState=self.state, maxChanges=step)
        told = [*changes["created"], *changes["updated"]]
        got = get_all(user, told, self._name)[self._name] if told else {"list": []}
        self._apply(changes, {one["id"]: one for one in got["list"]}, step)

    def _apply(self, changes: Json, now: dict[str, Json], step: int | None) -> None:
        created, updated, destroyed = changes["created"], changes["updated"], changes["destroyed"]
        assert changes["oldState"] == self.state
        assert step is None or len(created) + len(updated) + len(destroyed) <= step
        assert len({*created, *updated, *destroyed}) == len(created) + len(updated) + len(destroyed)
        assert not set(created) & self._objects.keys()
        assert set(updated) <= self._objects.keys()
        for id_ in created:
            self._objects[id_] = now.get(id_)
        for id_ in updated:
            self._objects[id_] = _merged(self._objects[id_], now.get(id_), changes.get("updatedProperties"))
        for id_ in destroyed:
            self._objects.pop(id_, None)
        assert changes["newState"] != self.state or not (changes["hasMoreChanges"] or created or updated or destroyed)
        self.state = changes["newState"]


def _merged(old: Json | None, new: Json | None, properties: list[str] | None) -> Json | None:
    """RFC 8621 §2.2: where updatedProperties are told, no other is fetched."""
    if properties is None or old is None or new is None:
        return new
    return old | {name: new[name] for name in properties}


class Listing:
    """The ids of one query as they were at `state`."""

    def __init__(self, query: Query, got: Json) -> None:
        self._query = query
        self._ids: list[str] = got["ids"]
        self.state: str = got["queryState"]

    def catch_up(self, user: MailboxUser, is_forgotten: IsForgotten, up_to: int | None, most: int | None) -> None:
        """`up_to`: the place of the last id that this client knows. `most`: maxChanges."""
        query, now = self._query, self._query.ask(user)
        assert now["canCalculateChanges"] is True
        known = self._ids if up_to is None else self._ids[: up_to + 1]
        arguments = query.arguments | {"sinceQueryState": self.state, "calculateTotal": True}
        if up_to is not None and known:
            arguments["upToId"] = known[-1]
        method = f"{query.data_type}/queryChanges"
        if is_forgotten(query.data_type, self.state):
            assert user.error(method, **arguments) == "cannotCalculateChanges"
        else:
            delta = user(method, **arguments)
            assert (delta["newQueryState"], delta["total"]) == (now["queryState"], now["total"])
            self._check(known, now["ids"], delta, arguments.get("upToId"))
            size = len(delta["removed"]) + len(delta["added"])
            if most is not None and size > most:
                assert user.error(method, **arguments, maxChanges=most) == "tooManyChanges"
        self._ids, self.state = now["ids"], now["queryState"]

    def _check(self, known: list[str], now: list[str], delta: Json, up_to: str | None) -> None:
        removed, added = delta["removed"], delta["added"]
        assert [one["index"] for one in added] == sorted(one["index"] for one in added)
        ids = [id_ for id_ in known if id_ not in removed]
        for one in added:
            assert now[one["index"]] == one["id"]
            ids.insert(one["index"], one["id"])
        if up_to is None:
            assert ids == now
        elif up_to in now:
            end = now.index(up_to) + 1
            assert ids[:end] == now[:end]
