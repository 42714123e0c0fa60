"""Hostile pages in Chromium, framed by the app's own modules: a canary is told when one runs or loads anything.

Each vector is shown six times: as it is, where nothing holds it back, which proves that the canary sings; then behind
each single defence, with the others taken away; then behind all of them, as the app shows it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from services.mail.domain.mime.rendition import Rendition
from services.mail.tests.html.inspection import HARMLESS
from services.mail.tests.parser.running import RunningPool
from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.hostile.bundle import build
from tests.hostile.canary import Canary
from tests.hostile.messages import CASES, html
from tests.hostile.pages import VECTORS, page

pytestmark = pytest.mark.e2e

LAYERS = {
    "control": [],
    "server": [],
    "purified": ["purified"],
    "editor": ["editor"],
    "framed": ["framed"],
    "whole": ["purified", "framed"],
}
"""What holds a page back in the browser; "server" and "whole" have what the parser's pool made of it."""

SING_AT_LEAST = 80
"""Vectors that today's Chromium runs or loads when nothing holds it back; the rest is of other browsers and times."""

BUSY = (
    *(
        "page of line breaks",
        "page of one word",
        "page 10 million wide",
        "20,000 different styles",
        "table never closed",
    ),
    *("1,000 nested tables", "5,000 pictures of elsewhere", "formatting across paragraphs", "quoted lines"),
    *("words of points", "100,000 addresses of the web", "bare carriage returns", "direction turned 100,000 times"),
)
"""What costs a browser most; HOSTILE_ALL=1 tries all that is a page or a text."""

TEXT_MAX = 512_000
PATIENCE_MS = 20_000
"""For one page in this browser, on two busy cores: a page that hangs takes minutes."""

UNHARMFUL = frozenset({"href=http:", "href=https:", "href=mailto:", "href=tel:", "src=data:"}) | HARMLESS


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPool]:
    running = RunningPool.start(tmp_path_factory.mktemp("pool"), children="1", seconds="30")
    yield running
    running.close()


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    folder: Path = tmp_path_factory.mktemp("page")
    build(folder)
    with Canary(folder).serving() as served:
        yield served


@pytest.fixture(scope="module")
def browser_page(canary: Canary) -> Iterator[Page]:
    executable = shutil.which("chromium")
    assert executable, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        opened = browser.new_page()
        opened.on("dialog", lambda dialog: dialog.dismiss())
        opened.goto(f"{canary.address}/page/frames.html")
        yield opened
        browser.close()


def safe_html(pool: RunningPool, source: str) -> str:
    """As the app is given it."""
    safe = pool.rendition(pool.parse(html(source))).safe
    assert safe is not None
    return safe.html


def texts_of(rendition: Rendition) -> list[str]:
    """Its plain texts, cut as the app asks for them."""
    return [part.value[:TEXT_MAX] for part in rendition.parts.values()]


@pytest.fixture(scope="module")
def sanitised(canary: Canary, pool: RunningPool) -> list[str]:
    """The vectors as the parser's pool leaves them."""
    return [safe_html(pool, page(name, canary.of("safe", str(number)))) for number, name in enumerate(VECTORS)]


@pytest.fixture(scope="module")
def told(canary: Canary, sanitised: list[str], browser_page: Page) -> dict[str, dict[str, list[str]]]:
    """layer → vector → what the canary heard of it."""
    heard: dict[str, dict[str, list[str]]] = {}
    for layer, defences in LAYERS.items():
        own = "safe" if layer in {"server", "whole"} else layer
        raw = [page(name, canary.of(own, str(number))) for number, name in enumerate(VECTORS)]
        pages = sanitised if own == "safe" else raw
        canary.documents[layer] = [{"html": source, "layers": defences} for source in pages]
        browser_page.evaluate("name => show(name)", layer)
        heard[layer] = {name: hits for number, name in enumerate(VECTORS) if (hits := canary.told(own, str(number)))}
    return heard


Told = dict[str, dict[str, list[str]]]


def test_the_canary_sings_where_nothing_holds_a_page_back(told: Told) -> None:
    silent = sorted(VECTORS.keys() - told["control"].keys())
    print(f"{len(VECTORS)} vectors, the canary heard {len(told['control'])} of them; not: {', '.join(silent)}")
    assert len(told["control"]) >= SING_AT_LEAST
    assert sum(hit.endswith("/ran") for hits in told["control"].values() for hit in hits) >= SING_AT_LEAST // 2


def test_nothing_runs_or_loads_behind_the_sanitiser_alone(told: Told) -> None:
    assert told["server"] == {}


def test_nothing_runs_behind_the_browsers_sieve_alone(told: Told) -> None:
    """It leaves styles as they are, which load: the frame's policy is there for them."""
    assert [name for name, hits in told["purified"].items() if any(hit.endswith("/ran") for hit in hits)] == []


def test_nothing_runs_or_loads_in_the_editor_which_has_no_frame(told: Told) -> None:
    assert told["editor"] == {}


def test_nothing_runs_or_loads_behind_the_frame_alone(told: Told) -> None:
    assert told["framed"] == {}


def test_nothing_runs_or_loads_as_the_app_shows_it(told: Told) -> None:
    assert told["whole"] == {}


def test_the_page_stood_where_it_was(told: Told, browser_page: Page, canary: Canary) -> None:
    assert told
    assert browser_page.url == f"{canary.address}/page/frames.html"


def test_a_browser_finds_nothing_in_safe_html_that_acts(
    canary: Canary, sanitised: list[str], browser_page: Page
) -> None:
    """Chromium's own parser, which repairs as no other does, has the last word on what the sanitiser left."""
    canary.documents["inventory"] = [{"html": source, "layers": []} for source in sanitised]
    found: list[str] = browser_page.evaluate("name => inventory(name)", "inventory")
    assert [item for item in found if not item.startswith("<") and item not in UNHARMFUL] == []
    assert [
        item for item in found if re.match(r"<(script|style|svg|math|iframe|form|input|link|meta|base)>", item)
    ] == []


def test_no_message_keeps_the_browser_busy(canary: Canary, pool: RunningPool, browser_page: Page) -> None:
    names = CASES if os.environ.get("HOSTILE_ALL") else BUSY
    renditions = [pool.rendition(pool.parse(CASES[name]())) for name in names]
    pages = [(name, one.safe.html) for name, one in zip(names, renditions, strict=True) if one.safe]
    canary.documents["busy"] = [{"html": source, "layers": []} for _, source in pages]
    took, number = browser_page.evaluate("name => slowest(name)", "busy")
    print(f"slowest page in Chromium: {pages[number][0]}, {took:.0f} ms")
    assert took < PATIENCE_MS, pages[number][0]
    texts = [(name, text) for name, one in zip(names, renditions, strict=True) for text in texts_of(one)]
    canary.documents["texts"] = [text for _, text in texts]
    took, number = browser_page.evaluate("name => slowestText(name)", "texts")
    print(f"slowest text in Chromium: {texts[number][0]}, {took:.0f} ms")
    assert took < PATIENCE_MS, texts[number][0]
