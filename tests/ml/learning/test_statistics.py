import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from ml.learning import statistics


def test_rmse_of_errors_three_and_four():
    assert statistics.rmse(np.array([3.0, 0.0]), np.array([0.0, 4.0])) == pytest.approx(
        math.sqrt(12.5)
    )


def test_r2_against_what_was_known_then():
    actual = np.array([1.0, 3.0])
    # squared errors 0 + 1 against those of the constant 1: 0 + 4
    assert statistics.r2_against(actual, np.array([1.0, 2.0]), 1.0) == pytest.approx(0.75)


def test_windows_that_overlap_count_for_fewer():
    # Correlations of 1, 3/4, 1/2, 1/4 and 0 add up to 15 over all 25 pairs: 25 / 15.
    assert statistics.effective_windows(5, overlap=3) == pytest.approx(5 / 3)
    assert statistics.effective_windows(5, overlap=0) == 5


def test_t_of_overlapping_windows_by_hand():
    # mean 6, variance 30 / 5: t = 6 / sqrt(6 / (5/3 - 1))
    series = np.array([2.0, 9.0, 8.0, 5.0, 6.0])
    assert statistics.overlapping_t(series, overlap=3) == pytest.approx(2)


def test_without_overlap_t_and_p_are_students():
    series = np.array([0.1, 0.3, 0.2, 0.4])
    plain = series.mean() / (series.std(ddof=1) / math.sqrt(4))
    t = statistics.overlapping_t(series, overlap=0)
    assert t == pytest.approx(plain)
    # Student's distribution of two degrees of freedom: 1 - t / sqrt(t² + 2).
    t = np.array([0.5, 2.0, 10.0])
    assert statistics.chance_of_t(t, 3, 0) == pytest.approx(1 - t / np.sqrt(t**2 + 2), abs=1e-4)


def test_t_needs_two_windows_that_lie_apart_and_some_variance():
    assert statistics.overlapping_t(np.arange(4.0), overlap=3) is None
    assert statistics.overlapping_t(np.arange(5.0), overlap=3) is not None
    assert statistics.overlapping_t(np.ones(20), overlap=3) is None


def test_rank_ic_averages_dates_not_rows():
    dates = pl.Series([date(2020, 2, 17)] * 5 + [date(2020, 5, 18)] * 6 + [date(2020, 8, 17)] * 4)
    actual = np.array([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4], dtype=float)
    predicted = np.array([1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 1, 2, 3, 4], dtype=float)
    ic = statistics.rank_ic(dates, actual, predicted, overlap=0)
    # 1 and -1; the third date has too few tickers
    assert (ic.mean, ic.dates) == (0.0, 2)


def test_the_smearing_estimate_of_a_normal_error_is_the_lognormal_mean():
    mean, std = np.array([0.1]), np.array([0.4])
    gross, gross_std = statistics.gross_returns(mean, std, statistics.NORMAL_QUANTILES)
    # exp(mean + std² / 2), and that times sqrt(exp(std²) - 1); quantiles stop at half a percent.
    assert gross[0] == pytest.approx(np.exp(0.18), rel=0.005)
    assert gross_std[0] == pytest.approx(np.exp(0.18) * np.sqrt(np.expm1(0.16)), rel=0.05)


def test_without_a_date_there_is_no_mean():
    dates = pl.Series([date(2020, 2, 17)] * 4)
    none = statistics.Mean(None, None, None, 0)
    assert statistics.rank_ic(dates, np.arange(4.0), np.arange(4.0), overlap=0) == none


def test_each_quarter_weighs_the_same_in_a_calibration():
    quarters = pl.Series([date(2010, 1, 1)] * 10 + [date(2010, 4, 1)] * 1000)
    errors = np.concatenate([np.full(10, 2.0), np.full(1000, -1.0)])
    calibration = statistics.calibrate(errors, quarters)
    # Squares 4 and 1.
    assert calibration.variance_factor == pytest.approx(2.5)
    lower, upper = calibration.interval(0.68)
    assert (lower, upper) == pytest.approx((-1 / np.sqrt(2.5), 2 / np.sqrt(2.5)))
    # An outcome beats SPY where its error is above -mean / std, here between both.
    chance = calibration.chance_above_zero(np.array([0.1]), np.array([1.0]))
    assert chance[0] == pytest.approx(0.5, abs=0.005)
    assert calibration.chance_above_zero(np.array([9.0]), np.array([1.0])) == 1 - 0.5 / 200
