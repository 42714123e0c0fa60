from chassis.event_wire import (
    ATTEMPTS_HEADER,
    CORRELATION_HEADER,
    DELIVERY_COUNT_HEADER,
    SUSPECT_HEADER,
    WAITS_HEADER,
    RetryPolicy,
    after_crashes,
    after_failure,
    is_suspect,
)

POLICY = RetryPolicy(delays_ms=(1, 10, 60), attempts=5)


def test_a_failing_event_waits_longer_each_time_then_dies() -> None:
    headers: dict[str, object] = {CORRELATION_HEADER: "r", "x-death": "of the broker"}
    delays = []
    for _ in range(5):
        delay, headers = after_failure(headers, POLICY)
        delays.append(delay)
    assert delays == [1, 10, 60, 60, None]
    assert headers == {CORRELATION_HEADER: "r", ATTEMPTS_HEADER: 5}


def test_outages_are_waited_out_for_ever_and_do_not_count_as_attempts() -> None:
    headers: dict[str, object] = {ATTEMPTS_HEADER: 4}
    for _ in range(100):
        delay, headers = after_failure(headers, POLICY, outage=True)
        assert delay is not None
    assert headers == {ATTEMPTS_HEADER: 4, WAITS_HEADER: 100}
    assert after_failure(headers, POLICY).delay_ms is None


def test_who_comes_back_unacknowledged_is_a_suspect_from_then_on() -> None:
    assert not is_suspect({}) and not is_suspect({DELIVERY_COUNT_HEADER: 1})
    assert is_suspect({DELIVERY_COUNT_HEADER: 2})
    delay, headers = after_crashes({DELIVERY_COUNT_HEADER: 2}, POLICY)
    assert delay == 1 and headers == {SUSPECT_HEADER: True, ATTEMPTS_HEADER: 1}
    assert is_suspect(headers)


def test_headers_of_a_stranger_count_as_nothing() -> None:
    assert after_failure({ATTEMPTS_HEADER: "many"}, POLICY).headers == {ATTEMPTS_HEADER: 1}
