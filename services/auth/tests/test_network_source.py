"""Where a failure is counted to come from."""

import pytest

from services.auth.domain.network_source import UNKNOWN, network_source


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:201", "192.0.2.1"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:0DB8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", UNKNOWN),
        ("testclient", UNKNOWN),
        ("192.0.2.1, 198.51.100.7", UNKNOWN),
        ("x" * 5_000, UNKNOWN),
    ],
)
def test_the_source_of_an_address(address: str, source: str) -> None:
    assert network_source(address) == source
