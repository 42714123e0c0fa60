import psycopg2
import psycopg2.errors
import pytest

from chassis.db import PoolExhaustedError
from chassis.failures import as_service_error, describe, is_outage
from contracts.errors import ErrorCode, ServiceError

SECRET = "NUMEN-20X1234567ABC"


class WithState(psycopg2.OperationalError):
    def __init__(self, state: str | None) -> None:
        super().__init__(SECRET)
        self._state = state

    @property
    def pgcode(self) -> str | None:  # type: ignore[override]  # psycopg2 sets it from the server's answer
        return self._state


def raised(error: Exception) -> Exception:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise error from cause
    except Exception as caught:  # noqa: BLE001  whatever it is
        return caught


def test_an_exception_is_described_by_type_and_place_and_never_by_its_text() -> None:
    told = describe(raised(ValueError(SECRET)))
    assert told["type"] == "builtins.ValueError"
    assert told["at"][0].startswith("chassis/tests/test_failures.py:")
    assert told["cause"]["type"] == "builtins.KeyError"
    assert SECRET not in str(told)


def test_a_service_error_is_described_with_code_and_detail() -> None:
    told = describe(ServiceError(ErrorCode.CONFLICT, "two of them"))
    assert (told["code"], told["detail"]) == ("conflict", "two of them")


def test_a_chain_without_end_is_cut() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert str(describe(one)).count("type") < 10


@pytest.mark.parametrize("state", [None, "08006", "53300", "57P01", "57P03", "25006", "58030"])
def test_a_database_that_is_away_full_or_read_only_is_an_outage(state: str | None) -> None:
    assert is_outage(WithState(state))


@pytest.mark.parametrize("state", ["40001", "40P01", "57014", "22001"])
def test_what_one_statement_brought_upon_itself_is_none(state: str) -> None:
    assert not is_outage(WithState(state))


def test_other_exceptions_are_no_outage() -> None:
    assert is_outage(PoolExhaustedError()) and not is_outage(ValueError()) and not is_outage(psycopg2.DataError())


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (PoolExhaustedError(), ErrorCode.UNAVAILABLE, True),
        (WithState(None), ErrorCode.UNAVAILABLE, True),
        (WithState("40001"), ErrorCode.UNAVAILABLE, True),
        (WithState("57014"), ErrorCode.UNAVAILABLE, True),
        (WithState("22001"), ErrorCode.INTERNAL, False),
        (ValueError(SECRET), ErrorCode.INTERNAL, False),
        (SystemExit(SECRET), ErrorCode.INTERNAL, False),
    ],
)
def test_callers_learn_a_code_and_no_text(error: BaseException, code: ErrorCode, retryable: bool) -> None:
    told = as_service_error(error)
    assert (told.code, told.detail, told.retryable, told.details) == (code, "", retryable, {})


def test_a_service_error_passes_unchanged() -> None:
    error = ServiceError(ErrorCode.NOT_FOUND, "gone")
    assert as_service_error(error) is error
