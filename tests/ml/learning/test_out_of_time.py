from datetime import date

import numpy as np
import polars as pl
import pytest

from ml.learning.out_of_time import Record


def record(outcome, learned, days=(date(2010, 1, 1), date(2011, 1, 1), date(2012, 1, 1))) -> Record:
    """Six rows in each quarter, of which outcome and forecast alternate in sign."""
    signs = np.tile([1.0, -1.0], 3)
    return Record(
        pl.Series([day for day in days for _ in signs]),
        np.concatenate([value * signs for value in outcome]),
        np.concatenate([value * signs for value in learned]),
    )


def test_each_quarter_has_its_part_in_the_slope():
    # Covariances 0.2, 0.1 and 0; the mean variance of forecasts is (1 + 1 + 4) / 3 = 2.
    found = record([0.2, 0.1, 0.0], [1.0, 1.0, 2.0])
    assert found.slopes() == pytest.approx([0.1, 0.05, 0.0])


def test_the_lower_end_of_the_interval_counts():
    # Slopes 0.8, 0.9 and 1.0 in three windows of a year: 0.9 - 2.92 x 0.1 / sqrt(3).
    found = record([0.8, 0.9, 1.0], [1.0, 1.0, 1.0])
    assert found.windows(12) == pytest.approx(3, abs=0.01)
    assert found.confirmed(12) == pytest.approx(0.9 - 2.92 * 0.1 / np.sqrt(3), abs=0.001)


def test_windows_that_overlap_tell_one_story():
    # Two years between the first and the last: 1.7 windows of three years.
    assert record([0.8, 0.9, 1.0], [1.0, 1.0, 1.0]).confirmed(36) == 0


@pytest.mark.parametrize("outcome", [[-1.0, -1.1, -0.9], [3.0, -1.0, 0.5]])
def test_what_is_wrong_or_unsure_does_not_count(outcome):
    assert record(outcome, [1.0, 1.0, 1.0]).confirmed(12) == 0


def test_more_than_all_never_counts():
    assert record([3.0, 3.01, 2.99], [1.0, 1.0, 1.0]).confirmed(12) == 1


def test_two_quarters_may_confirm_something():
    # Slopes 0.8 and 0.9 in three windows: 0.85 - 2.92 x 0.0707 / sqrt(3).
    found = record([0.8, 0.9], [1.0, 1.0], (date(2010, 1, 1), date(2012, 1, 1)))
    assert found.confirmed(12) == pytest.approx(0.85 - 2.92 * np.sqrt(0.005 / 3), abs=0.001)
    assert record([0.8], [1.0], (date(2010, 1, 1),)).confirmed(12) == 0


def test_a_quarter_of_few_rows_does_not_count():
    # The last quarter has four rows of six, which say the opposite.
    whole = record([0.8, 0.9, -5.0], [1.0, 1.0, 1.0])
    found = Record(whole.quarters[:-2], whole.outcome[:-2], whole.learned[:-2])
    assert found.slopes() == pytest.approx([0.8, 0.9])
    assert Record(whole.quarters[:-1], whole.outcome[:-1], whole.learned[:-1]).slopes()[2] < 0


def test_forecasts_that_do_not_differ_confirm_nothing():
    found = record([0.8, 0.9, 1.0], [0.0, 0.0, 0.0])
    assert len(found.slopes()) == 0
    assert found.confirmed(12) == 0


def test_records_are_joined_in_their_order():
    first, second = (
        record([0.8], [1.0], [date(2010, 1, 1)]),
        record([0.9], [2.0], [date(2009, 1, 1)]),
    )
    joined = Record.join([first, second])
    assert joined.quarters.to_list() == [*first.quarters, *second.quarters]
    assert joined.outcome.tolist() == [*first.outcome, *second.outcome]
    assert joined.learned.tolist() == [*first.learned, *second.learned]
    # A year, whichever comes first.
    assert joined.windows(12) == pytest.approx(2, abs=0.01)
    assert joined.slopes() == pytest.approx([0.9 * 2 / 2.5, 0.8 / 2.5])


def test_an_empty_record_confirms_nothing():
    empty = Record.join([])
    assert (len(empty.quarters), len(empty.outcome), len(empty.learned)) == (0, 0, 0)
    assert empty.windows(12) == empty.confirmed(12) == 0
