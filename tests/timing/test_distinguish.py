"""The tests by which samples are told apart, held against what is known of them."""

import math
import random
from collections.abc import Callable, Sequence

import pytest

from tests.timing.distinguish import compare, holm, kolmogorov_smirnov, wilcoxon

pytestmark = pytest.mark.unit

Test = Callable[[Sequence[float], Sequence[float]], float]


def samples(chance: random.Random, n: int, shift: float = 0.0, spread: float = 1.0) -> list[float]:
    return [chance.gauss(shift, spread) for _ in range(n)]


def rate(test: Test, shift: float, spread: float, level: float, times: int = 400) -> float:
    """How often the test tells two samples of 60 apart."""
    chance = random.Random(7)
    pairs = [(samples(chance, 60), samples(chance, 60, shift, spread)) for _ in range(times)]
    return sum(test(one, other) <= level for one, other in pairs) / times


@pytest.mark.parametrize("test", [wilcoxon, kolmogorov_smirnov])
def test_samples_of_one_distribution_are_told_apart_as_often_as_the_level_says(test: Test) -> None:
    assert rate(test, 0.0, 1.0, 0.05) == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("test", [wilcoxon, kolmogorov_smirnov])
def test_a_shift_is_found(test: Test) -> None:
    assert rate(test, 1.0, 1.0, 0.001) > 0.9


def test_a_wider_spread_is_found_by_one_of_them() -> None:
    assert rate(kolmogorov_smirnov, 0.0, 6.0, 0.001) > 0.9
    assert rate(wilcoxon, 0.0, 6.0, 0.001) < 0.05


def test_a_burden_on_whole_rounds_hides_nothing_from_signed_ranks() -> None:
    chance = random.Random(3)
    burden = [chance.expovariate(0.05) for _ in range(60)]
    one = [load + chance.gauss(0, 1) for load in burden]
    other = [load + chance.gauss(1, 1) for load in burden]
    assert wilcoxon(one, other) < 0.001
    assert kolmogorov_smirnov(one, other) > 0.1


def test_values_that_were_worked_out_by_hand() -> None:
    one, other = [float(number) for number in range(1, 11)], [0.0] * 10
    expected = math.erfc((55 - 27.5 - 0.5) / math.sqrt(10 * 11 * 21 / 24) / math.sqrt(2))
    assert wilcoxon(one, other) == pytest.approx(expected)
    assert wilcoxon(one, one) == 1.0
    assert kolmogorov_smirnov(one, one) == 1.0
    assert kolmogorov_smirnov(one, [100.0 + number for number in one]) < 0.001
    assert holm([0.01, 0.02, 0.03]) == pytest.approx([0.03, 0.04, 0.04])


def test_every_pair_is_compared_by_both_tests() -> None:
    chance = random.Random(1)
    comparisons = compare({"a": samples(chance, 30), "b": samples(chance, 30), "c": samples(chance, 30, 5.0)})
    assert len(comparisons) == 6
    assert all("c" in (comparison.one, comparison.other) for comparison in comparisons[:4])
    assert [comparison.p for comparison in comparisons] == sorted(comparison.p for comparison in comparisons)
