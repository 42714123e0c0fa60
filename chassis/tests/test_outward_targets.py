"""Which addresses that strangers give are read at all, and which of them are public."""

from ipaddress import ip_address

import pytest

from chassis.outward.addresses import is_public
from chassis.outward.errors import OutwardError, Reason
from chassis.outward.settings import OutwardSettings, endpoints
from chassis.outward.target import MAX_URL, Target

BOTH = frozenset({"http", "https"})

FORBIDDEN = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
    168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1
    192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1
    255.255.255.255
    :: ::1 ::2 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:7f00:1 64:ff9b::7f00:1
    64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::
    2002:a00:1:: 2002:a9fe:a9fe::1 2620:4f:8000::1 3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 febf::1
    fec0::1 ff02::1 ff0e::1
"""

PUBLIC = """
    1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 169.255.0.0
    172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
    2000::1 2606:4700::1111 2001:200::1 2003::1 2a00:1450::1
"""


@pytest.mark.parametrize("text", FORBIDDEN.split())
def test_an_address_that_is_not_public_unicast_is_known(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC.split())
def test_the_neighbours_of_the_forbidden_networks_are_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "017700000001", "0x7F.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "10.1", "0"),
        *("127.0.0.01", "127.0.0.1.1", "0x", "1.2.3.0x7f", "example.0x7f", "example.1", "00000127.0.0.1"),
        *("localhost", "localhost.", "redis", "metadata", "a..b", ".example.org", "-a.example", "a-.example", "a b.fr"),
        *("exa%6dple.org", "%31%32%37.0.0.1", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::1", "[127.0.0.1]", "[1.2]"),
        *("x" * 64 + ".fr", ".".join(["abcdefgh"] * 30), "xn--.fr\u2488com", "例え..jp", "a.fr:port", "a.fr:70000"),
        *("user@a.fr", "user:secret@a.fr", "a.fr\\@127.0.0.1", "a.fr\t", "a\n.fr", ""),
    ],
)  # fmt: skip
def test_a_host_that_readers_may_read_in_several_ways_is_refused(host: str) -> None:
    with pytest.raises(OutwardError) as refused:
        Target.of(f"http://{host}/x", BOTH)
    assert refused.value.reason == Reason.FORBIDDEN


@pytest.mark.parametrize("host", ["１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①", "127.0.0.1.", "[::ffff:127.0.0.1]"])
def test_an_address_in_disguise_is_seen_as_the_address_it_is(host: str) -> None:
    seen = Target.of(f"http://{host}/", BOTH).host
    assert not isinstance(seen, str)
    assert not is_public(seen)


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a.fr/", "file:///etc/passwd", "gopher://a.fr/", "data:image/png;base64,AA", "javascript:alert(1)"),
        *("//a.fr/x", "/x", "x", "", "http:a.fr", "http:/a.fr", "http://", "https:///x", "unix:///run/x.sock"),
        *("http://a.fr/\r\nHost: b.fr", "http://a.fr/\x00", "http://a.fr/\ud800", "http://a.fr/" + "x" * MAX_URL),
    ],
)
def test_what_is_no_address_of_an_allowed_scheme_is_refused(url: str) -> None:
    with pytest.raises(OutwardError) as refused:
        Target.of(url, BOTH)
    assert refused.value.reason == Reason.FORBIDDEN


def test_an_address_is_read_into_what_is_then_asked_for() -> None:
    target = Target.of("HTTPS://Images.École.FR:443/a b/é.png?x=1&y=%20z#part", BOTH)
    assert (target.scheme, target.host, target.port) == ("https", "images.xn--cole-9oa.fr", 443)
    assert target.resource == "/a%20b/%C3%A9.png?x=1&y=%20z"
    assert target.authority == "images.xn--cole-9oa.fr"
    assert Target.of("http://[2a00:1450::1]:81", BOTH).authority == "[2a00:1450::1]:81"


def test_a_redirect_is_read_as_strictly_and_stays_in_tls() -> None:
    target = Target.of("https://a.fr/x/y?z", BOTH)
    assert target.follow("../w", BOTH).resource == "/w"
    assert target.follow("//b.fr/", BOTH).host == "b.fr"
    for location in ("http://a.fr/", "file:///etc/passwd", "//127.1/", "https://u@b.fr/", "https://b.fr/\x7f"):
        with pytest.raises(OutwardError):
            target.follow(location, BOTH)


def test_endpoints_of_a_setting_carry_their_port_or_the_usual_one() -> None:
    given = endpoints("127.0.0.1:8081, [::1]:53,9.9.9.9,2620:fe::fe", port=53)
    assert given == [
        (ip_address("127.0.0.1"), 8081),
        (ip_address("::1"), 53),
        (ip_address("9.9.9.9"), 53),
        (ip_address("2620:fe::fe"), 53),
    ]
    with pytest.raises(ValueError, match="not appear to be"):
        OutwardSettings(outward_allowed_for_tests="localhost:80")
