import math
import statistics

import pytest
from hypothesis import given, strategies as st

from tool import run

numbers = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=60)


def summary(values, quantiles=()):
    return run({"values": list(values), "quantiles": list(quantiles)}, None)


def test_summarizes_a_small_list():
    assert summary([4, 1, 3, 2]) == {
        "count": 4, "sum": 10, "mean": 2.5, "stdev": 1.29099444873581, "min": 1, "q1": 1.75,
        "median": 2.5, "q3": 3.25, "max": 4, "outliers": [], "quantiles": [],
    }


def test_a_single_value_has_no_deviation():
    one = summary([7])
    assert (one["stdev"], one["median"], one["q1"], one["q3"]) == (None, 7, 7, 7)


def test_quantiles_may_be_left_out():
    assert run({"values": [1, 2]}, None)["quantiles"] == []


def test_gives_the_quantiles_that_are_wanted():
    assert summary(range(101), [0, 0.1, 0.95, 1])["quantiles"] == [0, 10, 95, 100]


def test_outliers_lie_behind_the_fences():
    assert summary([1, 2, 3, 4, 100])["outliers"] == [100]
    assert summary([-100, 1, 2, 3, 4])["outliers"] == [-100]
    # q1 is 2 and q3 is 4: the fences stand at -1 and 7, and what stands on one is inside.
    assert summary([1, 2, 3, 4, 7])["outliers"] == []


def test_small_differences_of_large_numbers_are_kept():
    assert summary([1e15, 1e15 - 1, 1e15 - 2])["stdev"] == 1
    assert summary([0.1] * 10)["sum"] == 1


@given(numbers)
def test_agrees_with_the_standard_library(values):
    found = summary(values)
    assert found["mean"] == pytest.approx(statistics.mean(values))
    assert found["median"] == statistics.median(values)
    if len(values) > 1:
        assert found["stdev"] == pytest.approx(statistics.stdev(values))
        quartiles = statistics.quantiles(values, n=4, method="inclusive")
        assert [found["q1"], found["median"], found["q3"]] == pytest.approx(quartiles)


@given(numbers)
def test_the_order_says_nothing_and_marks_are_in_order(values):
    found = summary(values)
    assert found == summary(reversed(values))
    marks = [found[name] for name in ("min", "q1", "median", "q3", "max")]
    assert marks == sorted(marks)


@given(numbers, st.lists(st.floats(0, 1), max_size=5))
def test_every_quantile_lies_between_the_ends(values, wanted):
    found = summary(values, wanted)
    assert all(found["min"] <= one <= found["max"] for one in found["quantiles"])


def test_the_greatest_and_smallest_numbers_are_summarized():
    found = summary([1e15, -1e15, 5e-324, 0.0])
    assert all(math.isfinite(found[name]) for name in ("sum", "mean", "stdev"))
    assert math.copysign(1, summary([-0.0])["mean"]) == 1


def test_the_longest_list_is_summarized():
    assert summary(range(10_000))["count"] == 10_000


@pytest.mark.parametrize("wrong", [["1"], [None], [[]]])
def test_what_is_no_number_is_not_counted_as_one(wrong):
    with pytest.raises((TypeError, ValueError)):
        summary(wrong + [1])
