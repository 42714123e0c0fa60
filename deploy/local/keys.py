"""Random secrets of one system, made once and kept in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

NAMES = (
    "INSTANCE",
    "AUTH_HMAC_KEY",
    "AUTH_VAPID_KEY",
    "ERLANG_COOKIE",
    "AMQP_PASSWORD",
    "POSTGRES_PASSWORD",
    "AUTH_DATABASE_PASSWORD",
    "AUTH_OWNER_PASSWORD",
    "MAIL_DATABASE_PASSWORD",
    "MAIL_OWNER_PASSWORD",
    "CALENDAR_DATABASE_PASSWORD",
    "CALENDAR_OWNER_PASSWORD",
    "CONTACTS_DATABASE_PASSWORD",
    "CONTACTS_OWNER_PASSWORD",
)
KEY_BYTES = 32


def load(path: Path) -> dict[str, str]:
    """Every secret by name, as 64 hexadecimal digits. Missing ones are made and written first (mode 600)."""
    kept = dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}
    missing = {name: secrets.token_hex(KEY_BYTES) for name in NAMES if name not in kept}
    if missing:
        kept |= missing
        write_private(path, "".join(f"{name}={value}\n" for name, value in kept.items()))
    return kept


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one step by a file of mode 600."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
