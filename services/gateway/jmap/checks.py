"""What the gateway refuses itself, before a service is asked."""

from chassis.jmap.errors import InvalidArguments, MethodError
from contracts.jmap import JsonObject
from services.gateway.limits import Limits


def check_account(arguments: JsonObject, account_id: str) -> None:
    """RFC 8620 §3.6.2, §5.4: only the caller's own account. A reference under "#" is checked by the service."""
    given = arguments.get("accountId")
    if given is None and "#accountId" not in arguments:
        raise InvalidArguments("accountId is required", arguments=["accountId"])
    if isinstance(given, str) and given != account_id:
        raise MethodError("accountNotFound")
    source = arguments.get("fromAccountId")
    if isinstance(source, str) and source != account_id:
        raise MethodError("fromAccountNotFound")


def check_size(method: str, arguments: JsonObject, limits: Limits) -> None:
    """The announced maxObjectsInGet and maxObjectsInSet."""
    ids = arguments.get("ids")
    if method.endswith("/get") and isinstance(ids, list) and len(ids) > limits.max_objects_in_get:
        raise MethodError("requestTooLarge", f"at most {limits.max_objects_in_get} ids")
    if method.endswith(("/set", "/copy", "/import", "/upload")):
        parts = [arguments.get(name) for name in ("create", "update", "destroy", "emails", "blobIds")]
        if sum(len(part) for part in parts if isinstance(part, dict | list)) > limits.max_objects_in_set:
            raise MethodError("requestTooLarge", f"at most {limits.max_objects_in_set} objects")
