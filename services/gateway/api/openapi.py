"""The OpenAPI 3.1 document of /api/v1, made from the table of operations and the models."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from services.gateway import problems
from services.gateway.api.models.base import ProblemDocument
from services.gateway.api.operation import JSON, Operation
from services.gateway.api.operations import PREFIX

PATH = "/openapi.json"
Schema = dict[str, Any]


class OpenApiEndpoint:
    def __init__(self, operations: Sequence[Operation]) -> None:
        self._body = orjson.dumps(document(operations))

    async def __call__(self, _: Request) -> Response:
        return Response(self._body, 200, {"Cache-Control": "no-cache"}, JSON)


def document(operations: Sequence[Operation]) -> Schema:
    refs, components = _schemas(operations)
    paths: defaultdict[str, Schema] = defaultdict(dict)
    for operation in operations:
        paths[PREFIX + operation.path][operation.method.lower()] = _operation(operation, refs)
    paths[PREFIX + PATH]["get"] = {
        "summary": "This document",
        "responses": {"200": {"description": "OK", "content": {JSON: {"schema": {"type": "object"}}}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Webmail Montpellier", "version": "1"},
        "paths": dict(paths),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "wm_session"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


def _schemas(operations: Sequence[Operation]) -> tuple[dict[type[BaseModel], Schema], Schema]:
    requests = [operation.request for operation in operations if operation.request is not None]
    answers = [answer for operation in operations for answer in operation.answers]
    models: dict[type[BaseModel], JsonSchemaMode] = dict.fromkeys([*answers, ProblemDocument], "serialization")
    models |= dict.fromkeys(requests, "validation")
    references, definitions = models_json_schema(list(models.items()), ref_template="#/components/schemas/{model}")
    return {model: references[model, mode] for model, mode in models.items()}, definitions["$defs"]


def _operation(operation: Operation, refs: dict[type[BaseModel], Schema]) -> Schema:
    told: Schema = {
        "summary": operation.summary,
        "responses": _successes(operation, refs) | _problems(operation, refs),
    }
    if operation.parameters:
        told["parameters"] = [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.place == "path",
                "schema": parameter.schema,
                "description": parameter.description,
            }
            for parameter in operation.parameters
        ]
    if operation.request is not None:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": refs[operation.request]}}}
    if operation.cookie:
        told["security"] = [{"session": []} if operation.method == "GET" else {"session": [], "csrf": []}]
    return told


def _successes(operation: Operation, refs: dict[type[BaseModel], Schema]) -> Schema:
    whole = {str(operation.status): _success(operation, refs)}
    return whole | {"206": _success(operation, refs)} if operation.ranges else whole


def _success(operation: Operation, refs: dict[type[BaseModel], Schema]) -> Schema:
    if operation.status == 204:
        return {"description": "Done"}
    answers = [refs[model] for model in operation.answers]
    if not answers:
        return {"description": "OK", "content": {operation.media: {}}}
    schema = answers[0] if len(answers) == 1 else {"oneOf": answers}
    return {"description": "OK", "content": {operation.media: {"schema": schema}}}


def _problems(operation: Operation, refs: dict[type[BaseModel], Schema]) -> Schema:
    codes: defaultdict[int, set[str]] = defaultdict(set)
    for name in operation.problems:
        codes[problems.CATALOGUE[name].status].add(problems.code_of(name))
    return {
        str(status): {
            "description": ", ".join(sorted(found)),
            "content": {problems.MEDIA_TYPE: {"schema": refs[ProblemDocument]}},
        }
        for status, found in sorted(codes.items())
    }
