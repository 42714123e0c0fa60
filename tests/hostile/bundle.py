"""frames.ts and the modules of the app that it imports, as one script: by the Vite that builds the app."""

from __future__ import annotations

import subprocess
from pathlib import Path

from deploy.local.layout import VENV
from deploy.local.web import WEB

ENTRY = Path(__file__).with_name("frames.ts")
BUILD = """
import {{ build }} from 'vite';
const lib = {{ entry: '{entry}', formats: ['es'], fileName: () => 'frames.js' }};
const made = {{ lib, outDir: '{folder}', emptyOutDir: false }};
await build({{ configFile: false, publicDir: false, logLevel: 'warn', build: made }});
"""
PAGE = '<!doctype html><meta charset="utf-8"><title>frames</title><body><script type="module" src="frames.js"></script>'
BUILD_SECONDS = 60


def build(folder: Path) -> None:
    """Puts frames.js and the page that runs it into `folder`."""
    subprocess.run(
        [VENV / "bin" / "node", "--input-type=module", "--eval", BUILD.format(entry=ENTRY, folder=folder)],
        cwd=WEB,
        check=True,
        timeout=BUILD_SECONDS,
    )
    (folder / "frames.html").write_text(PAGE)
