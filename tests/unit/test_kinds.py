"""The kind of a test follows from its folder, and from the servers that it asks for."""

from pathlib import PurePath

import pytest

from tests.infra.kinds import kind_of


@pytest.mark.parametrize(
    ("path", "fixtures", "kind"),
    [
        ("tests/e2e/test_mail.py", {"amqp_url"}, "e2e"),
        ("tests/contract/test_wire.py", {"amqp_url"}, "contract"),
        ("contracts/tests/test_golden.py", set(), "contract"),
        ("services/mail/tests/test_mime.py", {"tmp_path"}, "unit"),
        ("services/mail/tests/test_store.py", {"database_url", "postgres_url"}, "integration"),
        ("chassis/tests/test_rpc.py", {"amqp_url"}, "integration"),
        ("tests/infra/test_bus.py", {"amqp_url"}, "integration"),
    ],
)
def test_kind(path: str, fixtures: set[str], kind: str) -> None:
    assert kind_of(PurePath(path), frozenset(fixtures)) == kind
