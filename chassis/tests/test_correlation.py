import pytest

from chassis.correlation import correlated, correlation_id, new_correlation_id


def test_the_id_holds_within_its_block() -> None:
    with correlated("outer") as outer:
        with correlated("inner"):
            assert correlation_id() == "inner"
        assert correlation_id() == outer == "outer"
    assert correlation_id() == ""


@pytest.mark.parametrize("given", [None, "", 7, "a" * 65, 'line\n{"msg":"forged"}', "é"])
def test_what_is_missing_or_unfit_for_a_log_is_replaced(given: object) -> None:
    with correlated(given) as used:
        assert used and used != given and used.isalnum()


def test_ids_differ() -> None:
    assert len({new_correlation_id() for _ in range(1_000)}) == 1_000
