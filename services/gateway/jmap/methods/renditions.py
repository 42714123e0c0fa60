"""Body texts enter the response after the bus: an Email's `_rendition` is filled from the rendition blob."""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import orjson
from pydantic import ValidationError

from chassis.blobs import BlobStore
from contracts.jmap import Invocation, JsonObject
from contracts.mail import Rendition
from services.gateway.blobs.threads import DiskThreads
from services.gateway.jmap.budget import Budget

KEY = "_rendition"
CACHE_BYTES = 32_000_000
LARGEST_KEPT = 2_000_000
UNREADABLE: JsonObject = {"parts": {}, "safe": None}

log = logging.getLogger(__name__)


class RenditionFill:
    """Reads renditions in threads; keeps the most recently used of them, CACHE_BYTES of JSON in all."""

    def __init__(self, store: BlobStore, threads: DiskThreads, cache_bytes: int = CACHE_BYTES) -> None:
        self._store = store
        self._threads = threads
        self._cache: OrderedDict[str, tuple[int, JsonObject]] = OrderedDict()
        self._room = cache_bytes

    async def finish(self, invocation: Invocation, budget: Budget) -> Invocation:
        """Raises MethodError requestTooLarge when the values pass the budget of the response."""
        emails = _emails(invocation)
        asked = [(email, _asked(email.pop(KEY))) for email in emails if isinstance(email, dict) and KEY in email]
        if asked:
            documents = await self._documents(dict.fromkeys(rendition.sha256 for _, rendition in asked))
            for email, rendition in asked:
                email.update(_filled(email, rendition, documents[rendition.sha256], budget))
        return invocation

    async def document(self, sha256: str) -> JsonObject:
        """The whole rendition (contracts.mail.Rendition)."""
        return (await self._documents([sha256]))[sha256]

    async def _documents(self, names: Iterable[str]) -> dict[str, JsonObject]:
        documents: dict[str, JsonObject] = {}
        missing: list[str] = []
        for sha256 in names:
            if (kept := self._cache.get(sha256)) is None:
                missing.append(sha256)
            else:
                self._cache.move_to_end(sha256)
                documents[sha256] = kept[1]
        if missing:
            for sha256, size, document in await self._threads.run(self._read_all, missing):
                documents[sha256] = document
                self._keep(sha256, size, document)
        return documents

    def _read_all(self, names: list[str]) -> list[tuple[str, int, JsonObject]]:
        return [(sha256, *self._read(sha256)) for sha256 in names]

    def _read(self, sha256: str) -> tuple[int, JsonObject]:
        """One unreadable rendition must not hide the other emails: it is logged, and shown as an encoding problem."""
        try:
            data = self._store.read(sha256)
            return len(data), orjson.loads(data)
        except (OSError, ValueError):
            log.exception("a rendition can't be read", extra={"rendition": sha256})
            return LARGEST_KEPT + 1, UNREADABLE

    def _keep(self, sha256: str, size: int, document: JsonObject) -> None:
        if size > LARGEST_KEPT or sha256 in self._cache:
            return
        self._cache[sha256] = (size, document)
        self._room -= size
        while self._room < 0:
            _, (freed, _) = self._cache.popitem(last=False)
            self._room += freed


def _emails(invocation: Invocation) -> Iterable[Any]:
    """Of an Email/get, or of an Email/parse."""
    emails = invocation.arguments.get({"Email/get": "list", "Email/parse": "parsed"}.get(invocation.name, ""))
    if isinstance(emails, dict):
        return emails.values()
    return emails if isinstance(emails, list) else ()


def _asked(value: Any) -> Rendition:
    try:
        return Rendition.model_validate(value)
    except ValidationError:
        raise ValueError("mail sent a malformed rendition") from None


def _filled(email: JsonObject, asked: Rendition, document: JsonObject, budget: Budget) -> JsonObject:
    filled: JsonObject = {}
    if asked.body_values:
        html = _html_parts(email)
        filled["bodyValues"] = {
            part_id: _body_value(document["parts"].get(part_id), asked.max_bytes, part_id in html, budget)
            for part_id in asked.body_values
        }
    if asked.safe_html:
        filled["safeHtml"] = _safe_html(document.get("safe"), asked, budget)
    return filled


def _body_value(part: JsonObject | None, max_bytes: int, html: bool, budget: Budget) -> JsonObject:
    if part is None:
        return {"value": "", "isEncodingProblem": True, "isTruncated": False}
    value, cut = truncate(part["value"], max_bytes, html=html)
    budget.take(len(value))
    return {
        "value": value,
        "isEncodingProblem": bool(part.get("isEncodingProblem")),
        "isTruncated": cut or bool(part.get("isTruncated")),
    }


def truncate(value: str, max_bytes: int, *, html: bool = False) -> tuple[str, bool]:
    """At most `max_bytes` octets of UTF-8 (0: all), never inside a character, nor, in HTML, inside a tag (RFC 8621
    §4.2). Second: whether something was cut."""
    if not max_bytes or len(value) * 4 <= max_bytes:
        return value, False
    encoded = value.encode()
    if len(encoded) <= max_bytes:
        return value, False
    kept = encoded[:max_bytes].decode(errors="ignore")
    if html and kept.rfind("<") > kept.rfind(">"):
        kept = kept[: kept.rfind("<")]
    return kept, True


def _safe_html(safe: JsonObject | None, asked: Rendition, budget: Budget) -> JsonObject | None:
    if safe is None:
        return None
    budget.take(len(safe["html"]))
    cids = [image["cid"] if isinstance(image, dict) else image for image in safe.get("cids", [])]
    remote = safe.get("blocked_remote", 0)
    return {
        "html": safe["html"],
        "blockedRemote": len(remote) if isinstance(remote, list) else remote,
        "cids": {cid: asked.inline[cid] for cid in cids if cid in asked.inline},
    }


def _html_parts(email: JsonObject) -> frozenset[str]:
    parts = [part for name in ("textBody", "htmlBody", "attachments") for part in email.get(name) or []]
    return frozenset(part["partId"] for part in parts if part.get("type") == "text/html" and part.get("partId"))
