"""The settings of `make run`, changed where waiting would be the only difference."""

from pathlib import Path

from deploy.local.layout import SETTINGS

HELD = "undo_send_seconds = 15"
AT_ONCE = "undo_send_seconds = 0"


def sending_at_once(folder: Path) -> Path:
    """A settings file in `folder` by which what agents send leaves at once. A test of undoing asks for HOLDFOR."""
    settings = SETTINGS.read_text(encoding="utf-8")
    if HELD not in settings:
        raise ValueError(f"{SETTINGS}: no line {HELD!r} any more")
    folder.mkdir(parents=True, exist_ok=True)
    changed = folder / "webmail.toml"
    changed.write_text(settings.replace(HELD, AT_ONCE), encoding="utf-8")
    return changed
