"""Which edits of a contract break a peer that still runs the old one. Additive change is free; everything else needs
the old and the new side by side for one release."""

from collections.abc import Iterator
from typing import Any

Promises = dict[str, Any]

PROSE = frozenset({"title", "description"})


def breaks(old: dict[str, Promises], new: dict[str, Promises]) -> list[str]:
    """One line per broken promise."""
    return [fault for page in sorted(old) for fault in _page(page, old[page], new.get(page))]


def _page(page: str, old: Promises, new: Promises | None) -> Iterator[str]:
    if new is None:
        yield f"{page}: the page is gone"
        return
    for name, schema in old["models"].items():
        yield from _model(f"{page}.{name}", schema, new["models"].get(name))
    for method, models in old["rpc"].items():
        now = new["rpc"].get(method)
        if now != models:
            yield f"{method}: was {' -> '.join(models)}, is {' -> '.join(now) if now else 'gone'}"
    for event, promise in old["events"].items():
        yield from _event(event, promise, new["events"].get(event))
    for code in set(old.get("codes", ())) - set(new.get("codes", ())):
        yield f"error code {code} is gone"


def _model(name: str, old: Promises, new: Promises | None) -> Iterator[str]:
    if new is None:
        yield f"{name} is gone"
        return
    before, after = old.get("properties", {}), new.get("properties", {})
    for field, schema in before.items():
        if field not in after:
            yield f"{name}.{field} is gone"
        elif _bare(schema) != _bare(after[field]):
            yield f"{name}.{field} means something else"
    for field in set(new.get("required", ())) - set(old.get("required", ())):
        yield f"{name}.{field} is required now"


def _event(name: str, old: Promises, new: Promises | None) -> Iterator[str]:
    if new is None:
        yield f"event {name} is gone"
        return
    if old["model"] != new["model"]:
        yield f"event {name} has another model"
    for consumer in set(old["consumers"]) - set(new["consumers"]):
        yield f"event {name} no longer goes to {consumer}"


def _bare(schema: Any) -> Any:
    """The schema without prose."""
    if isinstance(schema, dict):
        return {key: _bare(value) for key, value in schema.items() if key not in PROSE}
    return [_bare(item) for item in schema] if isinstance(schema, list) else schema
