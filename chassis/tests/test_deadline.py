import math
import time

from chassis.deadline import deadline, deadline_at, expired, expires_at, remaining


def test_without_a_deadline_there_is_all_the_time() -> None:
    assert remaining() == math.inf and not expired() and expires_at() is None


def test_the_time_left_shrinks_and_never_goes_below_nothing() -> None:
    with deadline(0.05):
        assert 0 < remaining() <= 0.05 and not expired()
        time.sleep(0.06)
        assert remaining() == 0 and expired()
    assert remaining() == math.inf


def test_an_inner_deadline_can_only_be_nearer() -> None:
    with deadline(10), deadline(60):
        assert remaining() <= 10
    with deadline(60), deadline(10):
        assert remaining() <= 10
    with deadline_at(time.time() - 1), deadline(60):
        assert expired()
