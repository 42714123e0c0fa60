"""JMAP errors below the request level: method errors (RFC 8620 §3.6.2) and SetErrors (§5.3)."""

from typing import Any

from contracts.jmap import JsonObject


class MethodError(Exception):
    """Ends one method call with an "error" response. `type` is a word of RFC 8620 or of the data type's RFC."""

    def __init__(self, type: str, description: str = "", **properties: object) -> None:
        super().__init__(f"{type}: {description}" if description else type)
        self.type = type
        self.description = description
        self.properties = properties

    def as_json(self) -> JsonObject:
        body: JsonObject = {"type": self.type}
        if self.description:
            body["description"] = self.description
        return body | self.properties


class InvalidArguments(MethodError):
    def __init__(self, description: str = "", **properties: object) -> None:
        super().__init__("invalidArguments", description, **properties)


class SetError(Exception):
    """Refuses one create, update or destroy of a /set; the others go on. `properties` names what was invalid."""

    def __init__(self, type: str, description: str = "", properties: list[str] | None = None, **more: Any) -> None:
        super().__init__(f"{type}: {description}" if description else type)
        self.type = type
        self.description = description
        self.properties = properties
        self.more = more

    def as_json(self) -> JsonObject:
        body: JsonObject = {"type": self.type}
        if self.description:
            body["description"] = self.description
        if self.properties is not None:
            body["properties"] = self.properties
        return body | self.more


class InvalidProperties(SetError):
    def __init__(self, *properties: str, description: str = "") -> None:
        super().__init__("invalidProperties", description, list(properties))
