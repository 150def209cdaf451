import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from tests import oracles


def test_mape_of_gross_returns():
    actual = np.log([1.0, 2.0])
    predicted = np.log([1.1, 1.0])
    assert oracles.mape_of_gross(actual, predicted) == pytest.approx((0.1 + 0.5) / 2)


def test_coverage_counts_outcomes_inside_the_interval():
    actual = np.array([0.0, 0.9, 1.1, -3.0])
    assert oracles.coverage(actual, np.zeros(4), np.ones(4), (-1.0, 1.0)) == 0.5
    assert oracles.coverage(actual, np.zeros(4), np.ones(4), (-3.0, 0.5)) == 0.5


def test_decile_spread_by_hand():
    # Two dates of ten tickers: the highest forecast earns 0.5 more than the lowest, then 0.1 less.
    dates = pl.Series([date(2020, 2, 17)] * 10 + [date(2020, 5, 18)] * 10)
    predicted = np.tile(np.arange(10.0), 2)
    actual = np.zeros(20)
    actual[[9, 19, 10]] = [0.5, 0.1, 0.2]
    spread = oracles.decile_spread(dates, actual, predicted, overlap=0)
    assert spread.mean == pytest.approx((0.5 - 0.1) / 2)
    # 0.5 and -0.1 lie 0.3 from their mean of 0.2: t = 0.2 / 0.3, and Cauchy's distribution.
    assert spread.t == pytest.approx(2 / 3)
    assert spread.p == pytest.approx(1 - 2 * math.atan(2 / 3) / math.pi, abs=1e-3)


def test_lower_deciles_have_one_more_where_rows_do_not_divide_by_ten():
    dates = pl.Series([date(2020, 2, 17)] * 11)
    actual = np.array([1.0, 2.0, *[0.0] * 8, 5.0])
    # Of eleven the lowest decile has two, mean 1.5, and the highest one.
    spread = oracles.decile_spread(dates, actual, np.arange(11.0), overlap=0)
    assert (spread.mean, spread.t, spread.p) == (pytest.approx(3.5), None, None)


def test_rows_come_in_any_order():
    dates = pl.Series([date(2020, 2, 17), date(2020, 5, 18)] * 10)
    predicted = np.arange(20.0)
    # Highest less lowest of each date: 18 - 0, and 19 + 9 - 1.
    actual = np.where(predicted == 19, 28, predicted)
    spread = oracles.decile_spread(dates, actual, predicted, overlap=0)
    assert spread.mean == (18 + 27) / 2
    # 18 and 27 lie 4.5 from their mean.
    assert spread.t == pytest.approx(22.5 / 4.5)
    assert spread.dates == 2


def test_a_constant_forecast_has_no_deciles():
    dates = pl.Series([date(2020, 2, 17)] * 20)
    assert oracles.decile_spread(dates, np.arange(20.0), np.ones(20), overlap=0).mean is None


def test_dates_of_few_tickers_have_no_deciles():
    dates = pl.Series([date(2020, 2, 17)] * 4)
    spread = oracles.decile_spread(dates, np.arange(4.0), np.arange(4.0), overlap=0)
    assert (spread.mean, spread.dates) == (None, 0)
