"""How a device and a network are called in an agent's list of sessions."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.settings import Network
from services.auth.adapters.whereabouts import Describer

NETWORKS = [
    Network.model_validate({"cidr": cidr, "name": name})
    for cidr, name in (
        ("198.51.0.0/16", "Réseau de l’académie"),
        ("198.51.100.0/24", "Lycée Marie-Imaginaire"),
        ("2001:db8:34::/48", "Rectorat"),
    )
]
DESCRIBE = Describer(NETWORKS)

Result = TypeVar("Result")


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
            " Safari/537.36 Edg/126.0",
            "Edge",
            "Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari",
            "iOS",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
            " Safari/605.1.15",
            "Safari",
            "macOS",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile"
            " Safari/537.36",
            "Chrome",
            "Android",
        ),
        ("", "", ""),
        ("rien qui se reconnaisse", "", ""),
    ],
)
def test_a_device_is_called_by_its_browser_and_system(user_agent: str, browser: str, system: str) -> None:
    described = DESCRIBE(user_agent, "")
    assert (described.browser, described.system) == (browser, system)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("198.51.100.7", "Lycée Marie-Imaginaire"),
        ("::ffff:198.51.100.7", "Lycée Marie-Imaginaire"),
        ("198.51.7.7", "Réseau de l’académie"),
        ("2001:db8:34::1", "Rectorat"),
        ("203.0.113.9", ""),
        ("2001:db8:35::1", ""),
        ("", ""),
        ("pas une adresse", ""),
    ],
)
def test_a_network_is_called_by_the_smallest_that_holds_it(source: str, place: str) -> None:
    assert DESCRIBE("", source).place == place


@given(st.text(max_size=500), st.text(max_size=60))
def test_whatever_is_sent_is_described(user_agent: str, source: str) -> None:
    DESCRIBE(user_agent, source)


def test_reading_goes_through_the_runner_once_for_each_user_agent() -> None:
    ran: list[str] = []

    def run(read: Callable[[], Result], /) -> Result:
        ran.append("read")
        return read()

    describe = Describer([], run)
    first = describe("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "192.0.2.1")
    again = describe("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "192.0.2.2")
    assert (first, ran) == (again, ["read"])
