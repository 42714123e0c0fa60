"""What an account signed in from before: browsers by their device cookie, mail clients by their place."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class DeviceKind(StrEnum):
    COOKIE = "cookie"
    PLACE = "place"


class Devices(Protocol):
    def is_known_device(self, account_id: str, digest: bytes) -> bool: ...

    def remember_device(
        self, account_id: str, digest: bytes, now: datetime, kind: DeviceKind = DeviceKind.COOKIE
    ) -> None:
        """Those seen longest ago give way to it. For a cookie: digests.device_hash."""
        ...

    def forget_devices(self, account_id: str) -> None: ...
