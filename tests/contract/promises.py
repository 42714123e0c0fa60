"""The promises that the contracts make, as plain data: models, RPC methods, events, error codes."""

import importlib
import inspect
import pkgutil
import typing
from types import ModuleType
from typing import Any, Protocol

from pydantic.json_schema import models_json_schema

import contracts
from contracts.base import Contract, Event
from contracts.errors import ErrorCode

Promises = dict[str, Any]


def read_promises() -> dict[str, Promises]:
    """By page of contracts/: {"models": {name: schema}, "rpc": {method: [request, reply]}, "events": {…}}."""
    modules = [importlib.import_module(f"contracts.{page.name}") for page in pkgutil.iter_modules(contracts.__path__)]
    definitions = _definitions(modules)
    pages = {module.__name__.partition(".")[2]: _page(module, definitions) for module in modules}
    pages["errors"]["codes"] = sorted(str(code) for code in ErrorCode)
    return pages


def _definitions(modules: list[ModuleType]) -> dict[str, Any]:
    models = [(model, "validation") for module in modules for model in _own(module, Contract)]
    _, schema = models_json_schema(typing.cast(Any, models), ref_template="{model}")
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _page(module: ModuleType, definitions: dict[str, Any]) -> Promises:
    return {
        "models": {model.__name__: definitions[model.__name__] for model in _own(module, Contract)},
        "rpc": dict(sorted(call for protocol in _protocols(module) for call in _calls(protocol))),
        "events": {
            event.type: {"model": event.__name__, "consumers": sorted(event.consumers)}
            for event in _own(module, Event)
            if hasattr(event, "type")
        },
    }


def _own(module: ModuleType, base: type[Contract]) -> list[type[Any]]:
    found = [cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__]
    return [cls for cls in found if issubclass(cls, base)]


def _protocols(module: ModuleType) -> list[type]:
    found = [cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__]
    return [cls for cls in found if Protocol in cls.__mro__]


def _calls(protocol: type) -> list[tuple[str, list[str]]]:
    calls = []
    for member in vars(protocol).values():
        if hasattr(member, "__rpc__"):
            hints = typing.get_type_hints(member)
            calls.append((".".join(member.__rpc__), [hints["request"].__name__, hints["return"].__name__]))
    return calls
