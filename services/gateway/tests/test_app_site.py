"""The web app’s files, and their headers."""

import gzip
import re
from pathlib import Path

import pytest

from services.gateway.tests.world import World


def build_web(root: Path) -> None:
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>Messagerie</title>" + " " * 600)
    (root / "assets" / "main-DwFX2cK1.js").write_text("export const x = 1;" * 100)
    (root / "icon.svg").write_text("<svg/>")


def test_the_page_has_the_whole_policy_and_is_asked_for_again(world: World) -> None:
    build_web(world.web)
    answer = world.request("GET", "/")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert re.search(r"default-src 'none'; script-src 'self'; ", policy)
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "media-src 'self'; worker-src 'self'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-cache"
    again = world.request("GET", "/", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_hashed_files_are_kept_for_ever_and_compressed(world: World) -> None:
    build_web(world.web)
    answer = world.request("GET", "/assets/main-DwFX2cK1.js", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.text.startswith("export const")
    plain = world.request("GET", "/assets/main-DwFX2cK1.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert world.request("GET", "/icon.svg").headers["cache-control"] == "no-cache"
    assert gzip.decompress(gzip.compress(plain.content)) == answer.content


@pytest.mark.parametrize("path", ["/nothing", "/assets/gone.js", "/../secret", "/%2e%2e/secret", "/assets/"])
def test_what_is_not_there_is_404(world: World, path: str) -> None:
    build_web(world.web)
    (world.web.parent / "secret").write_text("secret")
    answer = world.request("GET", path)
    assert answer.status_code == 404
    assert "introuvable" in answer.text


def test_a_missing_build_says_so_and_a_new_one_is_served(world: World) -> None:
    answer = world.request("GET", "/")
    assert answer.status_code == 503
    assert "n’est pas installée" in answer.text
    build_web(world.web)
    assert "<title>Messagerie" in world.request("GET", "/").text
    (world.web / "index.html").unlink()
    (world.web / "index.html").write_text("<title>Nouvelle</title>")
    assert "Nouvelle" in world.request("GET", "/").text
