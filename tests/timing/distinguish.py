"""Whether samples come from one distribution. Two-sided tests by ranks, which assume no form of it:

- Wilcoxon's signed ranks of the differences within each round, normal approximation with correction for ties: does one
  more often take longer than the other? What burdens the machine for a while burdens a whole round.
- Kolmogorov-Smirnov, asymptotic: does the form differ in any other way (spread, a second hump)?

Every pair of samples is put to both, and Holm's procedure keeps the probability of any false alarm, over all pairs and
both tests together, at or below the level that the adjusted p-values are held against, whatever depends on what.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Comparison:
    """p: of this test alone. adjusted: after Holm, to be held against the level."""

    one: str
    other: str
    test: str
    p: float
    adjusted: float


def compare(samples: Mapping[str, Sequence[float]]) -> list[Comparison]:
    """Every pair by both tests, the least alike first. The values of one round stand at one index."""
    tests = {"Wilcoxon": wilcoxon, "Kolmogorov-Smirnov": kolmogorov_smirnov}
    found = [
        (one, other, name, test(samples[one], samples[other]))
        for one, other in combinations(samples, 2)
        for name, test in tests.items()
    ]
    found.sort(key=lambda comparison: comparison[3])
    adjusted = holm([p for _, _, _, p in found])
    return [Comparison(*comparison, better) for comparison, better in zip(found, adjusted, strict=True)]


def wilcoxon(one: Sequence[float], other: Sequence[float]) -> float:
    """The p-value. Good from some twenty rounds on."""
    differences = [a - b for a, b in zip(one, other, strict=True) if a != b]
    n = len(differences)
    if not n:
        return 1.0
    ranks, ties = _ranks([abs(difference) for difference in differences])
    above = sum(rank for rank, difference in zip(ranks, differences, strict=True) if difference > 0)
    variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    z = max(0.0, abs(above - n * (n + 1) / 4) - 0.5) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def kolmogorov_smirnov(one: Sequence[float], other: Sequence[float]) -> float:
    """The p-value, with Stephens' correction for small samples."""
    distance = _distance(sorted(one), sorted(other))
    root = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    reach = (root + 0.12 + 0.11 / root) * distance
    if reach < 0.2:
        return 1.0
    terms = [math.exp(-2 * (k * reach) ** 2) for k in range(1, 101)]
    return min(1.0, max(0.0, 2 * (sum(terms[::2]) - sum(terms[1::2]))))


def holm(ascending: Sequence[float]) -> list[float]:
    """Adjusted p-values of ascending ones."""
    adjusted: list[float] = []
    for rank, p in enumerate(ascending):
        bound = min(1.0, p * (len(ascending) - rank))
        adjusted.append(max(bound, adjusted[-1] if adjusted else 0.0))
    return adjusted


def _ranks(values: Sequence[float]) -> tuple[list[float], float]:
    """Ranks from 1, shared among equals; and the sum of t³ - t over groups of t equals."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, ties, start = [0.0] * len(values), 0.0, 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = (start + 1 + end) / 2
        ties += (end - start) ** 3 - (end - start)
        start = end
    return ranks, ties


def _distance(one: Sequence[float], other: Sequence[float]) -> float:
    """The greatest difference between the two shares of values that are not above something."""
    i = j = 0
    greatest = 0.0
    while i < len(one) and j < len(other):
        value = min(one[i], other[j])
        while i < len(one) and one[i] == value:
            i += 1
        while j < len(other) and other[j] == value:
            j += 1
        greatest = max(greatest, abs(i / len(one) - j / len(other)))
    return greatest
