"""Every bound of the gateway: those announced in the JMAP session (RFC 8620 §2), and its own."""

from dataclasses import dataclass

from chassis.jmap.standard import MAX_OBJECTS_IN_GET, MAX_OBJECTS_IN_SET


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds. Uploads and requests are counted per account and gateway process."""

    max_size_upload: int = 50_000_000
    max_concurrent_upload: int = 4
    max_size_request: int = 10_000_000
    max_concurrent_requests: int = 16
    max_calls_in_request: int = 64
    max_objects_in_get: int = MAX_OBJECTS_IN_GET
    max_objects_in_set: int = MAX_OBJECTS_IN_SET

    request_seconds: float = 20.0
    """The deadline of one JMAP request, over all the services it needs."""
    patience_seconds: float = 2.0
    """A call that takes longer has its service asked whether it is there."""
    ping_seconds: float = 3.0
    max_response_bytes: int = 32_000_000
    """What one JMAP response may carry in body values and in answers that were fetched in pieces."""
    max_request_items: int = 400_000
    """Signs of structure ({ [ , :) in a request, outside of its texts: what it costs to read."""
    max_nesting: int = 100
    """Depth of arrays and objects in a request."""

    body_idle_seconds: float = 20.0
    """Longest wait for the next bytes of a request body."""
    body_seconds: float = 60.0
    upload_seconds: float = 900.0
    max_waiting_uploads: int = 16
    upload_wait_seconds: float = 60.0
    """Uploads beyond max_concurrent_upload wait their turn, so many and so long."""
    max_concurrent_renderings: int = 8
    max_waiting_renderings: int = 64
    rendering_wait_seconds: float = 4.0
    """Pictures of displayed codes, and sounds: of each so many at once, the others wait."""
    max_remote_image: int = 10_000_000
    max_remote_images_of_email: int = 50_000_000
    remote_images_seconds: float = 600.0
    """The bytes of one picture that a message fetches, and of all of one message within so long."""
    max_concurrent_remote_images: int = 4
    max_remote_images_at_once: int = 24
    max_waiting_remote_images: int = 32
    remote_image_wait_seconds: float = 20.0
    """Those of one account, those of all; the others wait."""
    send_seconds: float = 60.0
    """Longest wait for a client to take what it asked for."""

    max_streams_per_account: int = 20
    max_streams: int = 4_000
