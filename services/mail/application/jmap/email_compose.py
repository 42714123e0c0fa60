"""From an Email/set create to a message on disk (RFC 8621 §4.6), in the parser pool, before anything is locked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, MethodError, SetError
from contracts.jmap import JsonObject
from services.mail.application.blob_access import Octets, as_source, find_octets
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.email_values import read_keywords, read_mailboxes, read_received_at
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import BlobSource, ComposeRefused, ComposeRequest, ParserUnavailable

SERVER_SET = frozenset({"id", "blobId", "threadId", "size", "hasAttachment", "preview", "safeHtml"})
NOT_COMPOSED = frozenset({"mailboxIds", "keywords", "receivedAt", "bodyValues"})
MAX_PARTS = 1_000
MAX_DEPTH = 30
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Composed:
    """A message ready to be put into mailboxes."""

    creation_id: str
    summary: ParseSummary
    mailbox_ids: frozenset[int]
    keywords: frozenset[str]
    received_at: datetime


def compose_all(mail: Mail, call: Call, create: Mapping[str, JsonObject]) -> Iterator[Composed | tuple[str, SetError]]:
    """One result for each creation: the message, or why not. Raises serverUnavailable when the pool is away."""
    if not create:
        return
    named = {creation_id: _blob_ids(draft) for creation_id, draft in create.items()}
    with mail.store.view(call.account_id) as view:
        mailboxes = {row.id for row in view.mailboxes()}
        octets = find_octets(view, [id_ for blob_ids in named.values() for id_ in blob_ids], call.created_ids)
    for creation_id, draft in create.items():
        try:
            yield _compose(mail, call, creation_id, draft, mailboxes, octets, named[creation_id])
        except SetError as error:
            yield creation_id, error
        except ParserUnavailable:
            raise MethodError("serverUnavailable") from None


def _compose(
    mail: Mail,
    call: Call,
    creation_id: str,
    draft: JsonObject,
    mailboxes: set[int],
    octets: Mapping[str, Octets],
    blob_ids: list[str],
) -> Composed:
    if wrong := SERVER_SET & draft.keys():
        raise InvalidProperties(*sorted(wrong))
    now = mail.clock()
    mailbox_ids = read_mailboxes(draft.get("mailboxIds"), mailboxes, call.created_ids)
    keywords = read_keywords(draft.get("keywords") or {})
    received_at = read_received_at(draft.get("receivedAt"), now)
    values = _body_values(draft.get("bodyValues"))
    if missing := [blob_id for blob_id in blob_ids if blob_id not in octets]:
        raise SetError("blobNotFound", notFound=missing)
    if wrong_sizes := _wrong_sizes(draft, octets):
        raise InvalidProperties(*wrong_sizes, description="not the size of the blob")
    request = ComposeRequest(
        draft={name: value for name, value in draft.items() if name not in NOT_COMPOSED},
        body_values=values,
        blobs={blob_id: as_source(octets[blob_id]) for blob_id in blob_ids},
        message_id=f"<{uuid4()}@{mail.domain}>",
        date=now.isoformat(timespec="seconds"),
        max_bytes=mail.max_message_bytes,
    )
    try:
        summary = mail.parser.compose(request).summary
    except ComposeRefused as refusal:
        raise _refused(refusal) from None
    return Composed(creation_id, summary, mailbox_ids, keywords, received_at)


def _refused(refusal: ComposeRefused) -> SetError:
    if refusal.code == "invalidProperties":
        return InvalidProperties(*refusal.properties, description=refusal.description)
    if refusal.code == "blobNotFound":
        return SetError("blobNotFound", refusal.description, notFound=refusal.not_found)
    if refusal.code == "tooLarge":
        return SetError("tooLarge", refusal.description)
    return InvalidProperties(description="no message can be made of this")


def _body_values(values: Any) -> dict[str, BlobSource]:
    """The gateway has put {"blob", "size"} in the place of each value (contracts.mail)."""
    if values is None:
        return {}
    if not isinstance(values, dict) or len(values) > MAX_PARTS:
        raise InvalidProperties("bodyValues")
    sources: dict[str, BlobSource] = {}
    for part_id, body in values.items():
        match body:
            case {"value": {"blob": str(sha256)}, **more} if _SHA256.fullmatch(sha256):
                pass
            case _:
                raise InvalidProperties(f"bodyValues/{part_id}")
        if any(more.get(flag) for flag in ("isEncodingProblem", "isTruncated")):
            raise InvalidProperties(f"bodyValues/{part_id}")
        sources[part_id] = BlobSource(sha256=sha256)
    return sources


def _blob_ids(draft: JsonObject) -> list[str]:
    return list(dict.fromkeys(part["blobId"] for _, part in _blob_parts(draft)))


def _wrong_sizes(draft: JsonObject, octets: Mapping[str, Octets]) -> list[str]:
    """§4.6: a size beside a blobId must be that of the blob."""
    return [
        f"{path}/size"
        for path, part in _blob_parts(draft)
        if part.get("size") is not None and octets[part["blobId"]].size not in (None, part["size"])
    ]


def _blob_parts(draft: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """The body parts of a draft that name a blob, with their paths; the parser judges the shape of the rest."""
    pending: list[tuple[str, Any, int]] = [
        (name, draft.get(name), 0) for name in ("bodyStructure", "textBody", "htmlBody", "attachments")
    ]
    seen = 0
    while pending and seen < MAX_PARTS:
        path, node, depth = pending.pop()
        seen += 1
        if isinstance(node, list) and depth <= MAX_DEPTH:
            pending += [(f"{path}[{index}]", child, depth + 1) for index, child in enumerate(node)]
        elif isinstance(node, dict) and depth <= MAX_DEPTH:
            if isinstance(node.get("blobId"), str):
                yield path, node
            pending.append((f"{path}/subParts", node.get("subParts"), depth + 1))
