from datetime import date

import numpy as np
import polars as pl
import pytest

from ml.out_of_time import Record


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


def test_an_empty_record_confirms_nothing():
    assert Record.join([]).confirmed(12) == 0
