"""The guard at work: against servers of our own on loopback, which are all forbidden but those that a test allows."""

import asyncio
import gzip
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpcore
import pytest

from chassis.outward.client import Answer, Fetch, Outward
from chassis.outward.errors import OutwardError, Reason
from chassis.outward.settings import OutwardSettings
from tests.infra.outside import Authority, Names, Page, Site, content, redirect

WEB = Fetch(frozenset({"http", "https"}), max_bytes=100_000, redirects=3)
POST = Fetch(frozenset({"https"}), max_bytes=10_000)

FORBIDDEN_HOSTS = """
    127.0.0.1 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 0 0.0.0.0 localhost
    [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::]
    10.0.0.1 10.255.255.255 10.1 167772161 0xa.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521
    169.254.169.254 169.254.0.1 2852039166 0xa9fea9fe 0251.0376.0251.0376 [::ffff:169.254.169.254] [fd00:ec2::254]
    168.63.129.16 100.100.100.200 192.0.0.192 198.18.0.1 224.0.0.1 239.255.255.250 255.255.255.255 [ff02::1]
    [fe80::1] [fe80::1%25lo] [fc00::1] [fec0::1] １２７.０.０.１ 127。0。0。1 ①②⑦.⓪.⓪.① user@127.0.0.1
""".split()  # noqa: SIM905


@dataclass
class World:
    """site: allowed. canary: the same port of another address, which nobody may reach."""

    site: Site
    canary: Site
    names: Names
    connected: list[tuple[str, int]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    def outward(self) -> Outward:
        given = {"outward_nameservers": self.names.endpoint, "outward_allowed_for_tests": self.site.endpoint}
        return Outward(OutwardSettings(**given | self.settings))

    def get(self, url: str, fetch: Fetch = WEB) -> Answer:
        return asyncio.run(self.outward().get(url, fetch))

    def refused(self, url: str, fetch: Fetch = WEB) -> Reason:
        with pytest.raises(OutwardError) as refusal:
            self.get(url, fetch)
        assert url not in str(refusal.value)
        return refusal.value.reason


@pytest.fixture(scope="module")
def servers() -> Iterator[World]:
    site = Site()
    with site.open(), Site("127.0.0.2", site.port).open() as canary, Names().open() as names:
        yield World(site, canary, names)


@pytest.fixture
def world(servers: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Every connection that is tried is noted, with its numeric address."""
    world = World(servers.site, servers.canary, servers.names)
    world.site.forget()
    world.names.forget()
    connect = httpcore.AnyIOBackend.connect_tcp

    async def noted(self: httpcore.AnyIOBackend, host: str, port: int, *rest: Any) -> Any:
        world.connected.append((host, port))
        return await connect(self, host, port, *rest)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", noted)
    yield world
    assert not world.canary.connections


def test_an_allowed_server_is_reached_with_nothing_that_tells_of_anybody(world: World) -> None:
    world.site.pages["/a"] = content(b"picture", Set_Cookie="id=1", ETag='"x"')
    for _ in range(2):
        answer = world.get(world.site.url("/a?for=you"))
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"picture", "image/png")
    assert [hit.path for hit in world.site.hits] == ["/a?for=you"] * 2
    assert world.site.hits[1].headers == {
        "host": world.site.endpoint,
        "user-agent": "Mozilla/5.0",
        "accept": "*/*",
        "accept-encoding": "identity",
    }


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_notation_of_a_forbidden_address_is_connected_to(world: World, scheme: str) -> None:
    """On the ports that are allowed: the address alone is what is refused."""
    world.settings["outward_allowed_for_tests"] = ""
    for host in FORBIDDEN_HOSTS:
        assert world.refused(f"{scheme}://{host}/") == Reason.FORBIDDEN, host
        assert world.connected == [], host
    assert not world.names.asked


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("A", "127.0.0.2"),
        ("A", "10.0.0.1"),
        ("A", "169.254.169.254"),
        ("A", "0.0.0.0"),
        ("A", "100.64.1.1"),
        ("AAAA", "::1"),
        ("AAAA", "::ffff:127.0.0.2"),
        ("AAAA", "::127.0.0.2"),
        ("AAAA", "64:ff9b::7f00:2"),
        ("AAAA", "2002:7f00:2::1"),
        ("AAAA", "2001:0:7f00:2::"),
        ("AAAA", "fd12::1"),
        ("AAAA", "fe80::1"),
    ],
)
def test_a_name_that_leads_to_a_forbidden_address_is_not_connected_to(world: World, kind: str, address: str) -> None:
    world.names.set("inside.example", [address], kind=kind)
    assert world.refused("http://inside.example/") == Reason.FORBIDDEN
    assert world.connected == []


def test_one_forbidden_address_among_others_refuses_the_name(world: World) -> None:
    world.names.set("mixed.example", [world.site.address, "127.0.0.2"])
    assert world.refused(world.site.url("/a", "mixed.example")) == Reason.FORBIDDEN
    world.names.set("six.example", [world.site.address])
    world.names.set("six.example", ["fd00::1"], kind="AAAA")
    assert world.refused(world.site.url("/a", "six.example")) == Reason.FORBIDDEN
    assert world.connected == []


def test_aliases_are_judged_by_where_they_end(world: World) -> None:
    world.site.pages["/a"] = content(b"fine")
    world.names.set("www.example.org", "CNAME cdn.example.net")
    world.names.set("cdn.example.net", "CNAME node.example.net")
    world.names.set("node.example.net", [world.site.address])
    assert world.get(world.site.url("/a", "www.example.org")).body == b"fine"
    world.names.set("node.example.net", ["127.0.0.2"])
    assert world.refused(world.site.url("/a", "www.example.org")) == Reason.FORBIDDEN
    world.names.set("loop.example.org", "CNAME gone.example.org")
    assert world.refused(world.site.url("/a", "loop.example.org")) == Reason.UNREACHABLE
    assert len(world.connected) == 1


def test_a_name_that_rebinds_is_asked_for_once_and_connected_to_as_it_was_checked(world: World) -> None:
    """The second answer would be the canary's: nobody asks a second time."""
    world.site.pages["/a"] = content(b"fine")
    world.names.set("rebind.example", [world.site.address], ["127.0.0.2"])
    assert world.get(world.site.url("/a", "rebind.example")).body == b"fine"
    assert world.names.asked == {("rebind.example", "A"): 1, ("rebind.example", "AAAA"): 1}
    assert world.connected == [(world.site.address, world.site.port)]
    assert world.refused(world.site.url("/a", "rebind.example")) == Reason.FORBIDDEN
    assert len(world.connected) == 1


def test_a_name_that_rebinds_between_redirects_is_judged_each_time(world: World) -> None:
    world.names.set("rebind.example", [world.site.address], ["127.0.0.2"])
    world.site.pages["/a"] = redirect("/b")
    assert world.refused(world.site.url("/a", "rebind.example")) == Reason.FORBIDDEN
    assert world.site.paths() == ["/a"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_forbidden_place_is_not_followed(world: World, status: int) -> None:
    world.site.pages["/a"] = redirect(world.canary.url("/secret"), status)
    assert world.refused(world.site.url("/a")) == Reason.FORBIDDEN
    assert world.connected == [(world.site.address, world.site.port)]


@pytest.mark.parametrize(
    "location",
    [
        *("http://127.1/", "http://2130706433/", "//0x7f000001/", "http://169.254.169.254/latest/meta-data/"),
        *("http://[::ffff:127.0.0.1]/", "http://inside.example/", "file:///etc/passwd", "gopher://127.0.0.1:6379/"),
        *("http://user@127.0.0.2/", "http://127.0.0.2\\@site/", "data:image/png;base64,AA", "http:\\\\127.0.0.2/"),
    ],
)
def test_a_redirect_is_judged_as_the_first_address_was(world: World, location: str) -> None:
    world.names.set("inside.example", ["10.0.0.1"])
    world.site.pages["/a"] = redirect("/b")
    world.site.pages["/b"] = redirect(location)
    assert world.refused(world.site.url("/a")) == Reason.FORBIDDEN
    assert world.site.paths() == ["/a", "/b"]
    assert len(world.connected) == 2


def test_redirects_are_followed_three_times_at_most(world: World) -> None:
    world.site.pages |= {f"/{n}": redirect(f"/{n + 1}") for n in range(5)} | {"/5": content(b"end")}
    assert world.get(world.site.url("/2")).body == b"end"
    assert world.refused(world.site.url("/1")) == Reason.BROKEN
    world.site.pages["/loop"] = redirect("/loop")
    assert world.refused(world.site.url("/loop")) == Reason.BROKEN


def test_only_the_usual_ports_and_schemes_are_connected_to(world: World) -> None:
    """8.8.8.8 is public: were its port not refused, a connection would be tried."""
    for url in ("http://8.8.8.8:6379/", "http://8.8.8.8:443/", "https://8.8.8.8:80/", "http://8.8.8.8:25/"):
        assert world.refused(url) == Reason.FORBIDDEN
    assert world.refused("http://8.8.8.8/", POST) == Reason.FORBIDDEN
    assert world.connected == []


def test_networks_that_are_public_but_ours_can_be_forbidden(world: World) -> None:
    world.settings["outward_forbidden"] = "194.254.0.0/16, 2001:660::/32"
    assert world.refused("http://194.254.1.2/") == Reason.FORBIDDEN
    assert world.refused("http://[2001:660::1]/") == Reason.FORBIDDEN
    assert world.connected == []


def endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(10_000):
        to.wfile.write(b"x" * 10_000)


def drip(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for _ in range(100):
        to.wfile.write(b"x")
        time.sleep(0.1)


def drip_headers(to: BaseHTTPRequestHandler) -> None:
    for number in range(100):
        to.wfile.write(b"HTTP/1.1 200 OK\r\n" if not number else b"X-%d: y\r\n" % number)
        time.sleep(0.1)


def silent(_: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def endless_headers(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for _ in range(10_000):
        to.wfile.write(b"X-Filler: " + b"x" * 1_000 + b"\r\n")


def garbage(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"220 smtp.example ESMTP\r\n")


def liar(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")


def both_lengths(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nshort")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (endless, Reason.TOO_LARGE),
        (content(b"x" * 100_001), Reason.TOO_LARGE),
        (drip, Reason.TOO_SLOW),
        (drip_headers, Reason.TOO_SLOW),
        (silent, Reason.TOO_SLOW),
        (endless_headers, Reason.BROKEN),
        (garbage, Reason.BROKEN),
        (liar, Reason.BROKEN),
        (both_lengths, Reason.BROKEN),
        (content(gzip.compress(bytes(10_000_000)), Content_Encoding="gzip"), Reason.BROKEN),
        (content(b"x", Content_Encoding="br"), Reason.BROKEN),
    ],
)
def test_an_answer_without_bounds_is_given_up(world: World, page: Page, reason: Reason) -> None:
    world.settings["outward_seconds"] = 0.6 if reason == Reason.TOO_SLOW else 15
    world.site.pages["/a"] = page
    assert world.refused(world.site.url("/a")) == reason


def test_a_body_of_exactly_the_limit_is_taken(world: World) -> None:
    world.site.pages["/a"] = content(b"x" * 100_000)
    assert len(world.get(world.site.url("/a")).body) == 100_000


def test_a_name_server_that_says_nothing_costs_a_bounded_time(world: World) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        world.settings |= {"outward_nameservers": f"127.0.0.1:{deaf.getsockname()[1]}", "outward_seconds": 0.4}
        assert world.refused("http://somewhere.example/") == Reason.TOO_SLOW
    world.settings.clear()
    assert world.refused("http://nowhere.example/") == Reason.UNREACHABLE


def test_tls_is_verified_against_the_name_that_was_given(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with Site(tls=authority.server("push.example.org", "127.0.0.1")).open() as site:
        world.settings["outward_allowed_for_tests"] = site.endpoint
        world.names.set("push.example.org", ["127.0.0.1"])
        world.names.set("other.example.org", ["127.0.0.1"])
        site.pages["/a"] = content(b"sealed")
        assert world.refused(site.url("/a", "push.example.org")) == Reason.UNREACHABLE
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
        assert world.get(site.url("/a", "push.example.org")).body == b"sealed"
        assert world.get(site.url("/a")).body == b"sealed"
        assert world.refused(site.url("/a", "other.example.org")) == Reason.UNREACHABLE
        assert len(site.hits) == 2


def test_what_is_posted_is_never_posted_elsewhere(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.bundle))
    with Site(tls=authority.server("127.0.0.1")).open() as site:
        world.settings["outward_allowed_for_tests"] = site.endpoint
        site.pages |= {"/push": redirect("/other", 307), "/other": content(b"")}

        async def post() -> Answer:
            return await world.outward().post(site.url("/push"), POST, headers={"TTL": "60"}, body=b"sealed")

        assert asyncio.run(post()).status == 307
        (hit,) = site.hits
        assert (hit.method, hit.path, hit.body, hit.headers["ttl"]) == ("POST", "/push", b"sealed", "60")


def test_the_environment_is_not_asked_for_a_way_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, world.canary.url(""))
    world.site.pages["/a"] = content(b"straight")
    assert world.get(world.site.url("/a")).body == b"straight"
