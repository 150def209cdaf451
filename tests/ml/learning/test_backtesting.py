from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from test_forecasting import FEATURES, sample

from ml.learning.splits import FEWEST_LABELS, YearByYear
from ml.warehouse.backtesting import backtest
from ml.warehouse.settings import Settings

CATALOGUE = pl.DataFrame(
    {
        "feature": FEATURES.names,
        "kind": ["numeric", "numeric", "numeric", "categorical"],
        "in_model": [True] * 4,
    }
)
SETTINGS = Settings(steps=20, seed=1, cutoff_date=None, holdout_tickers=(), threads=2)


def run(panel, labels, folds, warn=print):
    return backtest(
        panel, labels, CATALOGUE, pl.DataFrame({"seed": [1]}), SETTINGS, [12], folds, warn
    )


@given(
    days=st.lists(st.dates(date(1990, 1, 1), date(2020, 12, 31)), min_size=200, max_size=400),
    months=st.sampled_from([12, 24, 36]),
    folds=st.integers(1, 8),
)
@settings(max_examples=50, deadline=None)
def test_a_fold_knows_only_windows_that_have_closed(days, months, folds):
    dates = pl.Series("date", sorted(days), dtype=pl.Date)
    years = YearByYear(months, folds)
    found = list(years.split(dates, groups=dates))
    assert len(found) == years.get_n_splits(groups=dates) <= folds
    for known, year in found:
        assert len(known) >= FEWEST_LABELS
        assert dates[known].dt.offset_by(f"{months}mo").max() < dates[year].min()
        assert (dates[year].max() - dates[year].min()).days > 0
    for (_, earlier), (_, later) in pairwise(found):
        assert dates[earlier].max() < dates[later].min()


def test_the_last_years_are_forecast_once():
    rows = sample(effect=0.1, years=10)
    labels = rows.panel.select("ticker", "date", excess_return_ln_12m=pl.Series(rows.actual))
    said: list[str] = []
    forecasts = run(rows.panel, labels, folds=3, warn=said.append)
    assert said == []
    # 41 quarters until February 2010; the last twelve begin in May 2007.
    assert forecasts["date"].min() == date(2007, 5, 17)
    assert forecasts.height == 12 * 30
    assert forecasts.select("ticker", "date").is_duplicated().sum() == 0
    assert forecasts["fold"].unique().sort().to_list() == [1, 2, 3]
    coverage = forecasts.select(pl.col("actual").is_between("lower_95", "upper_95").mean()).item()
    assert 0.8 < coverage <= 1


def test_a_later_outcome_does_not_change_an_earlier_fold():
    rows = sample(effect=0.1, years=10)
    is_late = (rows.panel["date"] >= date(2008, 5, 17)).to_numpy()
    changed = np.where(is_late, -rows.actual, rows.actual)
    first, second = (
        run(
            rows.panel,
            rows.panel.select("ticker", "date", excess_return_ln_12m=pl.Series(actual)),
            folds=3,
        ).filter(pl.col("fold") == 1)["predicted_mean"]
        for actual in (rows.actual, changed)
    )
    assert first.equals(second)


def test_years_without_enough_history_are_left_out_and_said():
    rows = sample(effect=0.1, years=4)
    labels = rows.panel.select("ticker", "date", excess_return_ln_12m=pl.Series(rows.actual))
    said: list[str] = []
    # 17 quarters: before the second of the last four years fewer than 100 labels were known.
    forecasts = run(rows.panel, labels, folds=4, warn=said.append)
    assert forecasts["fold"].unique().sort().to_list() == [1, 2]
    assert said == [
        "backtest of 12 months: 2 of 4 years; before the others fewer than 100 labels were known"
    ]
