"""The image proxy: what is fetched for whom, what of it is shown, and that nothing forbidden is reached."""

import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import httpx
import orjson
import pytest

from chassis.jmap.batch import Call
from contracts.jmap import JsonObject
from services.gateway.images.allowance import Allowance
from services.gateway.images.kinds import kind_of
from services.gateway.limits import Limits
from services.gateway.tests.people import ACCOUNT, SESSION
from services.gateway.tests.world import BASIC, COOKIE, World, code
from tests.infra.outside import Names, Page, Site, content, redirect

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
GIF = b"GIF89a" + bytes(40)
BITMAPS = {
    "image/png": PNG,
    "image/gif": GIF,
    "image/jpeg": b"\xff\xd8\xff\xe0" + bytes(40),
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40),
    "image/bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(40),
    "image/avif": b"\0\0\0\x1cftypavif\0\0\0\0mif1avif" + bytes(40),
}
NO_BITMAPS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg after xml": b'<?xml version="1.0"?><svg/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "html that begins as a bitmap": b"BM<script>alert(1)</script>aaaaaaaaaaaaaaaaaaaa",
    "javascript": b"alert(1)//GIF89a",
    "pdf": b"%PDF-1.7",
    "a film": b"\0\0\0\x1cftypisom\0\0\0\0isomavc1",
    "a picture after a blank": b" " + PNG,
    "nothing": b"",
}


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Site, Site, Names]]:
    """site: allowed. canary: the same port of an address that is not."""
    site = Site()
    with site.open(), Site("127.0.0.2", site.port).open() as canary, Names().open() as names:
        yield site, canary, names


class Pictures:
    """A message whose remote pictures are `addresses`."""

    def __init__(self, world: World, site: Site, canary: Site, names: Names) -> None:
        self.world, self.site, self.canary, self.names = world, site, canary, names
        self.world.outward = {
            "outward_nameservers": names.endpoint,
            "outward_allowed_for_tests": site.endpoint,
            "outward_seconds": "20",
        }
        self.addresses: list[str] = []
        world.bus.services["mail"] = {"Email/get": self._email}

    def _email(self, call: Call, arguments: JsonObject) -> JsonObject:
        assert "urn:webmail-montpellier:safe-html" in call.using
        found = []
        if arguments["ids"] == ["Mone"]:
            document = {"parts": {}, "safe": {"html": "", "blocked_remote": self.addresses, "cids": []}}
            sha256 = self.world.store.put(orjson.dumps(document)).sha256
            found = [{"id": "Mone", "_rendition": {"sha256": sha256, "safe_html": True}}]
        return {"accountId": ACCOUNT, "state": "s", "list": found, "notFound": []}

    def get(self, number: int = 0, email: str = "Mone", **options: dict[str, str]) -> httpx.Response:
        return self.world.request("GET", f"/jmap/image/{ACCOUNT}/{email}/{number}", **{"headers": COOKIE} | options)

    def show(self, page: Page) -> httpx.Response:
        self.site.pages["/picture"] = page
        self.addresses = [self.site.url("/picture")]
        return self.get()


@pytest.fixture
def pictures(world: World, servers: tuple[Site, Site, Names]) -> Iterator[Pictures]:
    for server in servers:
        server.forget()
    yield Pictures(world, *servers)
    assert not servers[1].connections


@pytest.mark.parametrize("kind", BITMAPS)
@pytest.mark.parametrize("claimed", ["text/html", "image/svg+xml", "image/x"])
def test_a_bitmap_is_served_as_what_it_is_whatever_its_server_says(pictures: Pictures, kind: str, claimed: str) -> None:
    answer = pictures.show(content(BITMAPS[kind], claimed, Set_Cookie="tracked=1"))
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, BITMAPS[kind], kind)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "private, max-age=3600"
    assert "set-cookie" not in answer.headers


def test_nothing_of_the_agent_leaves_with_the_request(pictures: Pictures) -> None:
    pictures.site.pages["/picture"] = content(PNG)
    pictures.addresses = [pictures.site.url("/picture?who=zoe")]
    browser = {"User-Agent": "Firefox", "Referer": "http://localhost:8080/", "Accept-Language": "fr"}
    assert pictures.get(headers=COOKIE | browser | {"X-Forwarded-For": "192.0.2.7"}).status_code == 200
    (hit,) = pictures.site.hits
    assert hit.path == "/picture?who=zoe"
    assert set(hit.headers) == {"host", "user-agent", "accept", "accept-encoding"}
    assert hit.headers["user-agent"] == "Mozilla/5.0"


@pytest.mark.parametrize("what", NO_BITMAPS)
def test_what_is_no_bitmap_is_not_shown(pictures: Pictures, what: str) -> None:
    assert code(pictures.show(content(NO_BITMAPS[what], "image/png"))) == (502, "remote-image")


@pytest.mark.parametrize("page", [content(PNG, status=404), content(PNG, status=206), content(PNG, status=500)])
def test_a_picture_that_its_server_does_not_give_is_not_shown(pictures: Pictures, page: Page) -> None:
    assert code(pictures.show(page)) == (502, "remote-image")


def test_only_pictures_of_that_very_message_are_fetched_and_only_for_its_owner(pictures: Pictures) -> None:
    pictures.site.pages |= {"/0": content(PNG), "/1": content(GIF)}
    pictures.addresses = [pictures.site.url("/0"), pictures.site.url("/1")]
    assert pictures.get(1).content == GIF
    assert code(pictures.get(2)) == (404, "not-found")
    assert code(pictures.get(0, email="Mother")) == (404, "not-found")
    assert code(pictures.get(0, email="M" * 300)) == (404, "not-found")
    assert code(pictures.world.request("GET", "/jmap/image/aother/Mone/0", headers=BASIC)) == (404, "not-found")
    assert code(pictures.get(headers={})) == (401, "not-signed-in")
    assert pictures.site.paths() == ["/1"]


def test_a_shared_computer_keeps_no_picture(pictures: Pictures) -> None:
    pictures.world.bus.session = SESSION.model_copy(update={"shared": True})
    assert pictures.show(content(PNG)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.2:{port}/", "http://127.2:{port}/", "http://2130706434:{port}/", "http://0x7f000002:{port}/"),
        *("http://0177.0.0.2:{port}/", "http://[::ffff:127.0.0.2]:{port}/", "http://[::1]:{port}/", "http://10.0.0.1/"),
        *("http://169.254.169.254/latest/meta-data/", "http://localhost:{port}/", "http://inside.example:{port}/"),
        *("http://mapped.example:{port}/", "http://alias.example:{port}/", "http://user@127.0.0.2:{port}/"),
        *("ftp://127.0.0.2:{port}/", "file:///etc/passwd", "https://127.0.0.2:{port}/", "http://127.0.0.2\\@site/"),
        *("http://{site}/to-address", "http://{site}/to-name", "http://{site}/to-decimal", "http://{site}/to-scheme"),
    ],
)
def test_a_forbidden_place_is_not_reached(pictures: Pictures, address: str) -> None:
    port = str(pictures.site.port)
    pictures.names.set("inside.example", ["127.0.0.2"])
    pictures.names.set("alias.example", "CNAME inside.example")
    pictures.names.set("mapped.example", ["::ffff:127.0.0.2"], kind="AAAA")
    pictures.site.pages |= {
        "/to-address": redirect(pictures.canary.url("/")),
        "/to-name": redirect(f"http://inside.example:{port}/"),
        "/to-decimal": redirect(f"http://2130706434:{port}/"),
        "/to-scheme": redirect("file:///etc/passwd"),
    }
    pictures.addresses = [address.replace("{port}", port).replace("{site}", pictures.site.endpoint)]
    assert code(pictures.get()) == (502, "remote-image")
    assert not pictures.canary.connections


def test_a_name_that_rebinds_is_reached_where_it_was_checked(pictures: Pictures) -> None:
    pictures.names.set("rebind.example", [pictures.site.address], ["127.0.0.2"])
    pictures.site.pages["/picture"] = content(PNG)
    pictures.addresses = [pictures.site.url("/picture", "rebind.example")]
    assert pictures.get().status_code == 200
    assert code(pictures.get()) == (502, "remote-image")


def endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    to.wfile.write(PNG)
    for _ in range(1_000):
        to.wfile.write(bytes(100_000))


def test_a_picture_without_end_is_given_up(pictures: Pictures) -> None:
    assert code(pictures.show(endless)) == (502, "remote-image")


def test_the_pictures_of_one_message_have_a_limit_together(pictures: Pictures) -> None:
    pictures.world.limits = Limits(max_remote_images_of_email=len(PNG) + 1)
    assert [pictures.show(content(PNG)).status_code for _ in range(3)] == [200, 200, 502]
    assert len(pictures.site.hits) == 2


def test_an_allowance_comes_back_with_time_and_is_for_one_message() -> None:
    now = 0.0
    allowance = Allowance(100, 60.0, lambda: now)
    allowance.use("a", "m", 80)
    allowance.use("a", "m", 40)
    assert (allowance.left("a", "m"), allowance.left("a", "n"), allowance.left("b", "m")) == (-20, 100, 100)
    now = 60.0
    assert allowance.left("a", "m") == 100


def test_an_account_fetches_a_few_at_a_time_and_a_crowd_is_refused(pictures: Pictures) -> None:
    pictures.world.limits = Limits(max_concurrent_remote_images=2, max_waiting_remote_images=1)
    pictures.site.pages["/picture"] = content(PNG)
    pictures.addresses = [pictures.site.url("/picture")]

    async def crowd(client: httpx.AsyncClient) -> list[int]:
        path = f"/jmap/image/{ACCOUNT}/Mone/0"
        answers = await asyncio.gather(*(client.get(path, headers=COOKIE) for _ in range(5)))
        return sorted(answer.status_code for answer in answers)

    assert pictures.world.run(crowd) == [200, 200, 200, 429, 429]


def test_mail_that_is_away_is_told_as_such(pictures: Pictures) -> None:
    del pictures.world.bus.services["mail"]
    assert code(pictures.get()) == (503, "service-unavailable")


def test_the_first_bytes_tell_what_a_picture_is() -> None:
    assert {kind: kind_of(picture) for kind, picture in BITMAPS.items()} == {kind: kind for kind in BITMAPS}
    assert {what for what, data in NO_BITMAPS.items() if kind_of(data)} == set()
