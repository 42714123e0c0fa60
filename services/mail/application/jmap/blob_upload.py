"""Blob/upload (RFC 9404 §4.1). Texts that a client sends are blobs already when they come here; what is left to do is
to put pieces together, and to say that the account may read the whole."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, MethodError, SetError
from chassis.jmap.standard import MAX_INT, MAX_OBJECTS_IN_SET, Arguments, Id, SetOutcome, parse_arguments
from contracts.jmap import JsonObject
from contracts.mail import MAX_DATA_SOURCES
from services.mail.application.blob_access import Octets, find_octets, read_octets
from services.mail.application.jmap.context import Mail
from services.mail.application.rows import BlobRow
from services.mail.domain.ids import blob_id
from services.mail.domain.mime.transfer import undo

DEFAULT_TYPE = "application/octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(\s*;[\x20-\x7e]{0,200})?")
_SOURCES = frozenset({"data:asText", "data:asBase64", "blobId"})


class BlobUploadArguments(Arguments):
    create: dict[Id, JsonObject]


def upload_blobs(mail: Mail, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(BlobUploadArguments, arguments)
    if len(asked.create) > MAX_OBJECTS_IN_SET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_SET} blobs")
    named = {source for one in asked.create.values() for source in _named(one)}
    with mail.store.view(call.account_id) as view:
        octets = dict(find_octets(view, named, call.created_ids))
    uploads, outcome = _Uploads(mail, call, octets), SetOutcome()
    for creation_id, one in _sources_first(asked.create):
        outcome.try_create(creation_id, lambda one=one, key=creation_id: uploads.make(key, one))  # type: ignore[misc]
    return {
        "accountId": call.account_id,
        "created": outcome.created or None,
        "notCreated": outcome.not_created or None,
    }


def _named(one: JsonObject) -> Iterator[str]:
    """The blobs that an upload takes octets of; what has another shape is refused later."""
    sources = one.get("data")
    for source in sources if isinstance(sources, list) else ():
        if isinstance(source, dict) and isinstance(source.get("blobId"), str):
            yield source["blobId"]


def _sources_first(create: dict[str, JsonObject]) -> list[tuple[str, JsonObject]]:
    """One upload may take octets of another of the same call (RFC 8620 §5.3), in whatever order they stand."""
    ordered: dict[str, JsonObject] = {}
    for start in create:
        pending, seen = [start], {start}
        while pending:
            one = pending[-1]
            needed = [key[1:] for key in _named(create[one]) if key[:1] == "#" and key[1:] in create]
            fresh = [key for key in needed if key not in ordered and key not in seen]
            if fresh:
                seen.update(fresh)
                pending.extend(fresh)
            else:
                ordered.setdefault(pending.pop(), create[one])
    return list(ordered.items())


class _Uploads:
    """octets: of the blobs that the uploads name, as they were named; those of the same call are added."""

    def __init__(self, mail: Mail, call: Call, octets: dict[str, Octets]) -> None:
        self._mail = mail
        self._call = call
        self._octets = octets

    def make(self, creation_id: str, one: JsonObject) -> JsonObject:
        """Raises SetError invalidProperties, blobNotFound, tooLarge."""
        type_ = one.get("type")
        sources = one.get("data")
        wrong = [name for name in one if name not in ("data", "type")]
        if type_ is not None and not (isinstance(type_, str) and _TYPE.fullmatch(type_)):
            wrong.append("type")
        if not isinstance(sources, list) or len(sources) > MAX_DATA_SOURCES or not all(map(_is_source, sources)):
            wrong.append("data")
        if wrong:
            raise InvalidProperties(*sorted(wrong))
        row = self._store([self._source(source) for source in sources or []], type_ or DEFAULT_TYPE)
        self._mail.store.register_blob(self._call.account_id, row)
        made = blob_id(row.sha256)
        self._call.created_ids[creation_id] = made
        self._octets["#" + creation_id] = Octets(row.sha256, b"", None, None, "identity", row.size, row.type, None)
        return {"id": made, "type": row.type, "size": row.size}

    def _source(self, source: JsonObject) -> tuple[Octets, int, int | None]:
        """Octets, and which of them: from where, and how many (None: all)."""
        if "blobId" not in source:
            (stored,) = source.values()
            return Octets(stored["blob"], b"", None, None, "identity", stored["size"], "", None), 0, None
        if source["blobId"] not in self._octets:
            raise SetError("blobNotFound", notFound=[source["blobId"]])
        return self._octets[source["blobId"]], source.get("offset") or 0, source.get("length")

    def _store(self, sources: list[tuple[Octets, int, int | None]], type_: str) -> BlobRow:
        match sources:
            case [(Octets(is_whole_blob=True, sha256=sha256, size=int(size)), 0, None)] if size <= self._most:
                return BlobRow(sha256, size, type_)
        pieces: list[bytes] = []
        for octets, offset, length in sources:
            pieces.append(self._piece(octets, offset, length))
            if sum(map(len, pieces)) > self._most:
                raise self._too_large()
        return BlobRow(*self._mail.blobs.put(b"".join(pieces)), type_)

    def _piece(self, octets: Octets, offset: int, length: int | None) -> bytes:
        """RFC 9404 §4.1: the whole range has to be there."""
        if octets.encoding != "identity" or octets.size is None:
            whole = undo(read_octets(octets, self._mail.blobs, 2 * self._most), octets.encoding).octets
            return whole[offset : offset + self._wanted(len(whole), offset, length)]
        wanted = self._wanted(octets.size, offset, length)
        return read_octets(replace(octets, start=(octets.start or 0) + offset), self._mail.blobs, wanted)

    def _wanted(self, size: int, offset: int, length: int | None) -> int:
        wanted = size - offset if length is None else length
        if wanted < 0 or offset + wanted > size:
            raise InvalidProperties("data", description="the range is not inside of the blob")
        if wanted > self._most:
            raise self._too_large()
        return wanted

    @property
    def _most(self) -> int:
        return self._mail.max_message_bytes

    def _too_large(self) -> SetError:
        return SetError("tooLarge", maxSize=self._most)


def _is_source(source: Any) -> bool:
    """A DataSourceObject."""
    if not isinstance(source, dict) or len(source.keys() & _SOURCES) != 1:
        return False
    if "blobId" not in source:
        return len(source) == 1 and _is_stored(next(iter(source.values())))
    if not source.keys() <= {"blobId", "offset", "length"} or not isinstance(source["blobId"], str):
        return False
    return all(_is_count(source.get(name)) for name in ("offset", "length"))


def _is_stored(value: Any) -> bool:
    """As the gateway left it (contracts.mail)."""
    match value:
        case {"blob": str(sha256), "size": int()}:
            return _SHA256.fullmatch(sha256) is not None
    return False


def _is_count(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INT)
