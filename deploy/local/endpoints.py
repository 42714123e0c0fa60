"""The file that tells where a running system answers, and the process numbers of its parts by role."""

import json
from collections.abc import Mapping
from pathlib import Path

from deploy.local.processes import with_children
from deploy.local.supervision import State


class Endpoints:
    """endpoints.json: {"web": address, "smtp": "host:port", "pids": {role: [main process, its descendants…]}}."""

    def __init__(self, file: Path, web: str, smtp: str) -> None:
        self._file = file
        self._addresses = {"web": web, "smtp": smtp}
        self._written = ""

    def write(self, states: Mapping[str, State]) -> None:
        """Rewrite the file, in one step, if a process came or went."""
        pids = with_children({name: state.pid for name, state in states.items()})
        text = json.dumps({**self._addresses, "pids": pids}, indent=1) + "\n"
        if text == self._written and self._file.exists():
            return
        draft = self._file.with_name(self._file.name + ".new")
        draft.write_text(text)
        draft.replace(self._file)
        self._written = text
