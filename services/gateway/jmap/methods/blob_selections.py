"""Octets enter the response of a Blob/get after the bus (RFC 9404 §4.2)."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from chassis.blobs import BlobStore
from chassis.jmap.errors import MethodError
from contracts.jmap import Invocation, JsonObject
from contracts.mail import BlobSelection
from services.gateway.blobs.download import SegmentReader
from services.gateway.blobs.threads import DiskThreads
from services.gateway.jmap.budget import Budget

KEY = "_selection"
MAX_READ = 200_000_000
"""Octets that one call may have read: of most, a digest alone comes back."""
DATA = frozenset({"data", "data:asText", "data:asBase64"})
_HASHES = {"digest:sha": hashlib.sha1, "digest:sha-256": hashlib.sha256, "digest:sha-512": hashlib.sha512}


class SelectionFill:
    def __init__(self, store: BlobStore, threads: DiskThreads) -> None:
        self._reader = SegmentReader(store, threads)
        self._threads = threads

    async def finish(self, invocation: Invocation, budget: Budget) -> Invocation:
        """Raises MethodError requestTooLarge when the data pass the budget of the response, or what may be read."""
        found = invocation.arguments.get("list")
        if invocation.name != "Blob/get" or not isinstance(found, list):
            return invocation
        left = Budget(MAX_READ)
        for item in found:
            item.update(await self._filled(_asked(item.pop(KEY)), left, budget))
        return invocation

    async def _filled(self, asked: BlobSelection, left: Budget, budget: Budget) -> JsonObject:
        size, selected = asked.location.size, _Selected(asked)
        if size is None or asked.properties != ["size"]:
            try:
                size = await self._read(asked, selected, left, budget)
            except OSError:
                raise MethodError("serverUnavailable", "a blob can't be read") from None
        return selected.described(size)

    async def _read(self, asked: BlobSelection, selected: "_Selected", left: Budget, budget: Budget) -> int:
        """The size of the whole. What comes after the selection is read only where it has to be counted."""
        position = 0
        async for chunk in self._reader.read(asked.location.segments):
            left.take(len(chunk))
            piece = selected.of(chunk, position)
            if piece:
                budget.take(len(piece) if selected.wants_data else 0)
                await self._threads.run(selected.add, piece)
            position += len(chunk)
            if asked.location.size is not None and selected.ends_before(position):
                return asked.location.size
        return position


@dataclass
class _Selected:
    """The octets asked for, as they come by."""

    asked: BlobSelection
    data: list[bytes] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.wants_data = bool(DATA & set(self.asked.properties))
        self._hashes = {name: make(usedforsecurity=False) for name, make in _HASHES.items() if name in self._names}

    @property
    def _names(self) -> list[str]:
        return self.asked.properties

    def of(self, chunk: bytes, position: int) -> bytes:
        """Those of `chunk`, which stands at `position`, that were asked for."""
        end = len(chunk) if self.asked.length is None else self.asked.offset + self.asked.length - position
        return chunk[max(0, self.asked.offset - position) : max(0, end)]

    def ends_before(self, position: int) -> bool:
        return self.asked.length is not None and self.asked.offset + self.asked.length <= position

    def add(self, piece: bytes) -> None:
        self.count += len(piece)
        if self.wants_data:
            self.data.append(piece)
        for hash_ in self._hashes.values():
            hash_.update(piece)

    def described(self, size: int) -> JsonObject:
        """isEncodingProblem and isTruncated stand there only when true, as is their default."""
        described: JsonObject = {"size": size} if "size" in self._names else {}
        described |= {name: b64encode(hash_.digest()).decode() for name, hash_ in self._hashes.items()}
        if self.wants_data:
            described |= self._data()
        if self.asked.offset > size or (self.asked.length is not None and self.asked.offset + self.asked.length > size):
            described["isTruncated"] = True
        return described

    def _data(self) -> JsonObject:
        octets = b"".join(self.data)
        try:
            text: str | None = octets.decode()
        except UnicodeDecodeError:
            text = None
        described: JsonObject = {} if text is not None else {"isEncodingProblem": True}
        if "data:asText" in self._names or ("data" in self._names and text is not None):
            described["data:asText"] = text
        if "data:asBase64" in self._names or ("data" in self._names and text is None):
            described["data:asBase64"] = b64encode(octets).decode()
        return described


def _asked(value: Any) -> BlobSelection:
    try:
        return BlobSelection.model_validate(value)
    except ValidationError:
        raise ValueError("mail sent a malformed selection") from None
