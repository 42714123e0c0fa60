"""The standard methods' arguments and answers (RFC 8620 §5.1 to §5.6), the same for every data type."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chassis.jmap.errors import InvalidArguments, MethodError, SetError
from contracts.jmap import JsonObject

MAX_OBJECTS_IN_GET = 1_000
MAX_OBJECTS_IN_SET = 1_000
MAX_INT = 2**53 - 1
COLLATIONS = ("i;ascii-casemap", "i;unicode-casemap")
"""Announced in the session object (§2)."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Int = Annotated[int, Field(strict=True, ge=-MAX_INT, le=MAX_INT)]
UnsignedInt = Annotated[int, Field(strict=True, ge=0, le=MAX_INT)]
PositiveInt = Annotated[int, Field(strict=True, ge=1, le=MAX_INT)]
Bool = Annotated[bool, Field(strict=True)]


class NoAccountArguments(BaseModel):
    """Arguments of one method. A name that the method doesn't know is invalidArguments (RFC 8620 §3.6.2)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Arguments(NoAccountArguments):
    accountId: Id


ArgumentsModel = TypeVar("ArgumentsModel", bound=NoAccountArguments)


def parse_arguments(model: type[ArgumentsModel], arguments: JsonObject) -> ArgumentsModel:
    """Raises InvalidArguments naming the arguments at fault, never their values."""
    try:
        return model.model_validate(arguments)
    except ValidationError as error:
        names = sorted({str(fault["loc"][0]) if fault["loc"] else "" for fault in error.errors()})
        raise InvalidArguments("wrong or unknown: " + ", ".join(names), arguments=names) from None


class GetArguments(Arguments):
    """§5.1. ids None means all; properties None means the type's default."""

    ids: list[Id] | None = None
    properties: list[str] | None = None


class ChangesArguments(Arguments):
    """§5.2."""

    sinceState: str
    maxChanges: PositiveInt | None = None


class SetArguments(Arguments):
    """§5.3."""

    ifInState: str | None = None
    create: dict[Id, JsonObject] | None = None
    update: dict[Id, JsonObject] | None = None
    destroy: list[Id] | None = None


class Comparator(BaseModel):
    """§5.5. Data types may allow more properties (RFC 8621 §4.4.2: keyword)."""

    model_config = ConfigDict(frozen=True, extra="allow")

    property: str
    isAscending: Bool = True
    collation: str | None = None


class QueryArguments(Arguments):
    """§5.5. `filter` is a condition or an operator tree: see chassis.jmap.filters."""

    filter: JsonObject | None = None
    sort: list[Comparator] | None = None
    position: Int = 0
    anchor: Id | None = None
    anchorOffset: Int = 0
    limit: UnsignedInt | None = None
    calculateTotal: Bool = False


class QueryChangesArguments(Arguments):
    """§5.6."""

    filter: JsonObject | None = None
    sort: list[Comparator] | None = None
    sinceQueryState: str
    maxChanges: PositiveInt | None = None
    upToId: Id | None = None
    calculateTotal: Bool = False


def check_get(arguments: GetArguments, known_properties: Collection[str]) -> list[str] | None:
    """The ids asked for, each once, in order. Raises requestTooLarge, or invalidArguments for unknown properties."""
    if arguments.properties is not None and not set(arguments.properties) <= set(known_properties):
        raise InvalidArguments("unknown property", arguments=["properties"])
    if arguments.ids is None:
        return None
    if len(arguments.ids) > MAX_OBJECTS_IN_GET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_GET} ids")
    return list(dict.fromkeys(arguments.ids))


def check_all(ids: list[str] | None, found: Sequence[object]) -> None:
    """§5.1: who names no ids gets all, or requestTooLarge; never some. `found` may be one more than is allowed."""
    if ids is None and len(found) > MAX_OBJECTS_IN_GET:
        raise MethodError("requestTooLarge", "name the objects")


def get_response(account_id: str, state: str, found: Iterable[JsonObject], ids: list[str] | None) -> JsonObject:
    """§5.1: `list` in the order asked for, `notFound` the rest."""
    objects = {str(item["id"]): item for item in found}
    wanted = list(objects) if ids is None else ids
    return {
        "accountId": account_id,
        "state": state,
        "list": [objects[id_] for id_ in wanted if id_ in objects],
        "notFound": [id_ for id_ in wanted if id_ not in objects],
    }


def pick(item: JsonObject, properties: list[str] | None) -> JsonObject:
    """`item` cut to the properties asked for; the id always stays."""
    if properties is None:
        return item
    return {name: item[name] for name in ("id", *properties) if name in item}


def check_if_in_state(if_in_state: str | None, state: str) -> None:
    """§5.3: raises stateMismatch where the client counts on another state."""
    if if_in_state is not None and if_in_state != state:
        raise MethodError("stateMismatch")


def check_set_size(arguments: SetArguments) -> None:
    size = sum(len(part) for part in (arguments.create, arguments.update, arguments.destroy) if part)
    if size > MAX_OBJECTS_IN_SET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_SET} objects")


@dataclass
class SetOutcome:
    """What a /set did so far (§5.3). Errors of single objects are collected; the rest goes on."""

    created: dict[str, JsonObject] = field(default_factory=dict)
    updated: dict[str, JsonObject | None] = field(default_factory=dict)
    destroyed: list[str] = field(default_factory=list)
    not_created: dict[str, JsonObject] = field(default_factory=dict)
    not_updated: dict[str, JsonObject] = field(default_factory=dict)
    not_destroyed: dict[str, JsonObject] = field(default_factory=dict)

    def try_create(self, creation_id: str, create: Callable[[], JsonObject]) -> None:
        """`create` returns the server-set properties, the id among them, or raises SetError."""
        try:
            self.created[creation_id] = create()
        except SetError as error:
            self.not_created[creation_id] = error.as_json()

    def try_update(self, object_id: str, update: Callable[[], JsonObject | None]) -> None:
        """`update` returns the properties that changed in ways the client can't know, or None."""
        try:
            self.updated[object_id] = update()
        except SetError as error:
            self.not_updated[object_id] = error.as_json()

    def try_destroy(self, object_id: str, destroy: Callable[[], None]) -> None:
        try:
            destroy()
            self.destroyed.append(object_id)
        except SetError as error:
            self.not_destroyed[object_id] = error.as_json()

    def response(self, account_id: str, old_state: str, new_state: str) -> JsonObject:
        return {"accountId": account_id, "oldState": old_state, "newState": new_state, **self.changes()}

    def changes(self) -> JsonObject:
        """The response of a type without states."""
        return {
            "created": self.created or None,
            "updated": self.updated or None,
            "destroyed": self.destroyed or None,
            "notCreated": self.not_created or None,
            "notUpdated": self.not_updated or None,
            "notDestroyed": self.not_destroyed or None,
        }


def referred_id(reference: str, created_ids: Mapping[str, str]) -> str | None:
    """An id, or what "#creationId" of the same request stands for (§5.3): None when nothing was created under it."""
    return created_ids.get(reference[1:]) if reference.startswith("#") else reference


def resolve_id(reference: str, created_ids: Mapping[str, str]) -> str:
    """As `referred_id`. Raises SetError when nothing was created under it."""
    id_ = referred_id(reference, created_ids)
    if id_ is None:
        raise SetError("invalidProperties", "no object was created under that creation id")
    return id_


def check_sort(sort: Sequence[Comparator] | None, known: Collection[str]) -> None:
    """§5.5: raises unsupportedSort for a property or a collation that is not known."""
    for comparator in sort or ():
        if comparator.property not in known:
            raise MethodError("unsupportedSort", comparator.property[:100])
        if comparator.collation is not None and comparator.collation not in COLLATIONS:
            raise MethodError("unsupportedSort", "collation")


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a query's result is asked for: `ids[start:start + limit]`."""

    start: int
    limit: int


def window(arguments: QueryArguments, ids: list[str], max_limit: int) -> Window:
    """§5.5: position (negative: from the end) or anchor with offset. Raises anchorNotFound."""
    limit = max_limit if arguments.limit is None else min(arguments.limit, max_limit)
    if arguments.anchor is not None:
        if arguments.anchor not in ids:
            raise MethodError("anchorNotFound")
        return Window(max(0, ids.index(arguments.anchor) + arguments.anchorOffset), limit)
    position = arguments.position
    return Window(position if position >= 0 else max(0, len(ids) + position), limit)


def query_response(
    account_id: str,
    state: str,
    arguments: QueryArguments,
    ids: list[str],
    max_limit: int,
    *,
    can_calculate_changes: bool = False,
) -> JsonObject:
    """§5.5, for a result that is known whole."""
    part = window(arguments, ids, max_limit)
    response: JsonObject = {
        "accountId": account_id,
        "queryState": state,
        "canCalculateChanges": can_calculate_changes,
        "position": part.start,
        "ids": ids[part.start : part.start + part.limit],
    }
    if arguments.calculateTotal:
        response["total"] = len(ids)
    if part.limit != arguments.limit:
        response["limit"] = part.limit
    return response


def query_changes_response(
    account_id: str,
    new_state: str,
    arguments: QueryChangesArguments,
    *,
    removed: Sequence[str],
    added: Sequence[tuple[int, str]],
    total: int | None,
) -> JsonObject:
    """§5.6. `added`: (index in the new result, id), lowest index first. Raises tooManyChanges."""
    if arguments.maxChanges is not None and len(removed) + len(added) > arguments.maxChanges:
        raise MethodError("tooManyChanges")
    response: JsonObject = {
        "accountId": account_id,
        "oldQueryState": arguments.sinceQueryState,
        "newQueryState": new_state,
        "removed": list(removed),
        "added": [{"id": id_, "index": index} for index, id_ in added],
    }
    return response | ({} if total is None else {"total": total})


def query_changes_of_whole(
    account_id: str,
    new_state: str,
    arguments: QueryChangesArguments,
    ids: Sequence[str],
    *,
    removed: Collection[str],
    created: Collection[str],
    is_settled: bool = False,
) -> JsonObject:
    """§5.6, for a result that is known whole. `removed`: what may have left its place in the old one; it is added again
    where it stands now. `is_settled`: filter and sort are on immutable properties only, so that nothing behind upToId
    needs to be told."""
    moved = {*removed, *created}
    seen = len(ids)
    if is_settled and arguments.upToId in ids:
        seen = ids.index(arguments.upToId) + 1
    return query_changes_response(
        account_id,
        new_state,
        arguments,
        removed=sorted(removed),
        added=[(index, id_) for index, id_ in enumerate(ids[:seen]) if id_ in moved],
        total=len(ids) if arguments.calculateTotal else None,
    )
