"""Debian's Firefox ESR, headless, by its own remote protocol (Marionette: WebDriver commands as JSON over TCP).

Playwright can't drive it (version 1.65 asks this Firefox for a BiDi command that it doesn't know), Debian packages no
geckodriver, and Mozilla's own client brings fifteen packages: what a smoke test needs of the protocol is this page.
"""

import base64
import json
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

START_SECONDS = 60.0
WAIT_MS = 20_000
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""W3C WebDriver: the key under which an element's reference stands."""

PREFERENCES: dict[str, object] = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "extensions.update.enabled": False,
    "services.settings.server": "data:,",
    "browser.safebrowsing.update.enabled": False,
    "intl.accept_languages": "fr-FR",
}


class FirefoxError(Exception):
    """Firefox answered a command with an error."""


class Firefox:
    """One browser with an empty profile in `folder`. Elements are found by what is written on the screen, and waited
    for as long as WAIT_MS."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        executable = shutil.which("firefox-esr")
        assert executable, "firefox-esr is missing: apt-get install firefox-esr"
        port = _free_port()
        profile = folder / "profile"
        profile.mkdir(parents=True)
        lines = (PREFERENCES | {"marionette.port": port}).items()
        (profile / "user.js").write_text("".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in lines))
        width, height = size
        self._log = (folder / "firefox.log").open("wb")
        self._process = subprocess.Popen(
            [executable, "--headless", "--marionette", "--no-remote", "--profile", str(profile), "about:blank"],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MOZ_HEADLESS": "1"},
        )
        self._number = 0
        self._ended = ExitStack()
        try:
            self._connection = self._ended.enter_context(self._connect(port))
            self._stream = self._ended.enter_context(self._connection.makefile("rb"))
            self._read()
            self._send("WebDriver:NewSession", {})
            self._send("WebDriver:SetTimeouts", {"implicit": WAIT_MS, "pageLoad": 30_000, "script": 30_000})
            self._send("WebDriver:SetWindowRect", {"width": width, "height": height})
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._ended.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        self._log.close()

    def go(self, url: str) -> None:
        self._send("WebDriver:Navigate", {"url": url})

    def fill(self, label: str, text: str) -> None:
        """The field that has this label."""
        field = self._find(f"//*[@id=//label[normalize-space()={_quoted(label)}]/@for]")
        self._send("WebDriver:ElementClear", {"id": field})
        self._send("WebDriver:ElementSendKeys", {"id": field, "text": text})

    def press(self, name: str) -> None:
        """The button or link of this name."""
        wanted = _quoted(name)
        self._send("WebDriver:ElementClick", {"id": self._find(f"(//button|//a)[normalize-space()={wanted}]")})

    def see(self, text: str) -> None:
        """Waits until the text stands on the page."""
        self._find(f"//body[contains(normalize-space(), {_quoted(text)})]")

    def run(self, script: str, *arguments: object) -> Any:
        """The value that the JavaScript function body returns."""
        return self._send("WebDriver:ExecuteScript", {"script": script, "args": list(arguments)})["value"]

    def wait_for(self, script: str) -> None:
        """Until the JavaScript expression is true."""
        end = time.monotonic() + WAIT_MS / 1_000
        while not self.run(f"return Boolean({script})"):
            assert time.monotonic() < end, f"still not so: {script}"
            time.sleep(0.1)

    def photograph(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._send("WebDriver:TakeScreenshot", {"full": False})["value"]))

    def _find(self, xpath: str) -> str:
        found = self._send("WebDriver:FindElement", {"using": "xpath", "value": xpath})
        return str(found["value"][_ELEMENT])

    def _connect(self, port: int) -> socket.socket:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=60)
            except ConnectionRefusedError:
                assert self._process.poll() is None, "Firefox ended: read firefox.log"
                assert time.monotonic() < end, "Firefox did not start"
                time.sleep(0.2)

    def _send(self, command: str, parameters: dict[str, object]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _, number, error, result = self._read()
        assert number == self._number
        if error:
            raise FirefoxError(f"{command}: {error['error']}: {error['message']}")
        return result

    def _read(self) -> Any:
        """One message: its length in bytes, a colon, JSON."""
        digits = b""
        while (octet := self._stream.read(1)) != b":":
            assert octet, "Firefox hung up"
            digits += octet
        return json.loads(self._stream.read(int(digits)))


def _quoted(text: str) -> str:
    """As an XPath 1.0 string, which has no escapes."""
    return f'"{text}"' if '"' not in text else f"'{text}'"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
