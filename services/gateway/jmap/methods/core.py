"""The core capability and its one method (RFC 8620 §2, §4)."""

from chassis.jmap.standard import COLLATIONS
from contracts.jmap import JsonObject
from services.gateway.limits import Limits

CAPABILITY = "urn:ietf:params:jmap:core"
ECHO = "Core/echo"


def announced(limits: Limits) -> JsonObject:
    return {
        "maxSizeUpload": limits.max_size_upload,
        "maxConcurrentUpload": limits.max_concurrent_upload,
        "maxSizeRequest": limits.max_size_request,
        "maxConcurrentRequests": limits.max_concurrent_requests,
        "maxCallsInRequest": limits.max_calls_in_request,
        "maxObjectsInGet": limits.max_objects_in_get,
        "maxObjectsInSet": limits.max_objects_in_set,
        "collationAlgorithms": list(COLLATIONS),
    }
