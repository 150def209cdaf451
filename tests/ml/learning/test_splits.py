from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import jinja2
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit, cross_val_score
from test_forecasting import FEATURES, sample

from ml.learning import forecasting, training
from ml.learning.splits import (
    Block,
    LatestBlock,
    OverQuarters,
    TooLittleHistoryError,
    WalkForward,
    YearByYear,
    label_windows,
    sample_quarters,
)


def quarters(years: int) -> pl.Series:
    return pl.date_range(date(2000, 2, 17), date(2000 + years, 2, 17), "3mo", eager=True)


def three_blocks(dates: pl.Series, months: int) -> list[pl.Series]:
    """Dates of the training, validation and test rows."""
    [(known, test)] = LatestBlock(months).split(dates, groups=dates)
    folds = list(WalkForward(months).split(dates[known], groups=dates[known]))
    validation = np.concatenate([later for _, later in folds])
    return [dates[known][folds[0][0]], dates[known][validation], dates[test]]


def test_blocks_of_fifteen_years_at_a_twelve_month_horizon():
    train, validation, test = three_blocks(quarters(15), 12)
    # 5,479 days less two gaps of a year leave 4,748.5: a quarter, 1,187, for test. That many days
    # before the last date is 18 November 2011; the next sample date begins the block.
    assert test.min() == date(2012, 2, 17)
    assert test.max() == date(2015, 2, 17)
    # The window that begins a year before closes on that very day: the one before it is the last.
    assert validation.max() == date(2010, 11, 17)
    # Eighteen months from the first date on, and a gap of a year after the last of them.
    assert train.min() == date(2000, 2, 17)
    assert train.max() == date(2001, 8, 17)
    assert validation.min() == date(2002, 11, 17)


def test_blocks_of_a_walk_forward_follow_each_other():
    # 2,923 days are left, from 17 November 2002 on: four blocks of 730.75.
    dates = quarters(15).filter(quarters(15) <= date(2010, 11, 17))
    assert WalkForward(12).blocks(dates) == [
        (date(2002, 11, 17), date(2004, 8, 17)),
        (date(2004, 11, 17), date(2006, 8, 17)),
        (date(2006, 11, 17), date(2008, 8, 17)),
        (date(2008, 11, 17), date(2010, 11, 17)),
    ]
    folds = list(WalkForward(12).split(dates, groups=dates))
    assert WalkForward(12).get_n_splits(groups=dates) == len(folds) == 4
    later = np.concatenate([later for _, later in folds])
    assert later.tolist() == list(range(11, len(dates)))
    # The window of 17 August 2001 closes a year later, that of November on the block's first day.
    assert folds[0][0].tolist() == list(range(7))


def test_a_short_history_is_halved():
    # 731 days less a gap of a year leave 365.75. Half of them come first: until 17 August, whose
    # windows close a year later; one block begins in the next quarter.
    assert WalkForward(12).blocks(quarters(2)) == [(date(2001, 11, 17), date(2002, 2, 17))]
    # Dates that span less than the gap leave nothing to forecast.
    ends = [date(2000, 2, 17), date(2000, 5, 17)]
    assert WalkForward(12).blocks(pl.Series([*ends, date(2001, 2, 16)])) == []
    dates = pl.Series([*ends, date(2001, 8, 17)])
    [(_, later)] = WalkForward(12).split(dates, groups=dates)
    assert later.tolist() == [2]


def test_a_history_begins_with_the_first_date_though_it_stands_alone():
    dates = pl.concat([quarters(15)[:1], quarters(15)[3:]])
    # Eighteen months after 17 February 2000, as with the dates between.
    assert WalkForward(12).blocks(dates)[0].first == date(2002, 11, 17)


def test_a_test_block_begins_on_the_very_day():
    # 1,187 days before the last date, see above.
    dates = quarters(15).to_list()
    dates[dates.index(date(2011, 11, 17))] = date(2011, 11, 18)
    assert LatestBlock(12).blocks(pl.Series(dates))[0].first == date(2011, 11, 18)


def test_years_are_four_quarters_each_and_the_first_may_have_fewer():
    # 25 quarters: the last of seven years has one, which is forecast too.
    assert YearByYear(12, years=7).blocks(quarters(6))[:2] == [
        (date(2000, 2, 17), date(2000, 2, 17)),
        (date(2000, 5, 17), date(2001, 2, 17)),
    ]
    assert YearByYear(12, years=2).blocks(quarters(6)) == [
        Block(date(2004, 5, 17), date(2005, 2, 17)),
        Block(date(2005, 5, 17), date(2006, 2, 17)),
    ]
    # Twenty labels a quarter: before the year that begins in May 2002 five quarters had closed.
    dates = pl.concat([quarters(6)] * 20).sort()
    folds = list(YearByYear(12, years=7).split(dates, groups=dates))
    assert len(folds) == 4
    assert len(folds[0][0]) == 100
    assert YearByYear(12, years=7).get_n_splits(groups=dates) == 4


def test_rows_without_dates_are_refused():
    with pytest.raises(ValueError, match="groups takes the sample date of each"):
        list(WalkForward(12).split(quarters(15)))


def test_scikit_learn_takes_these_splits():
    rows = sample(effect=0.3)
    features = rows.panel.select(FEATURES.numeric).to_numpy()
    dates = rows.panel["date"]
    for splits in (WalkForward(12), YearByYear(12, years=3), LatestBlock(12)):
        scores = cross_val_score(Ridge(), features, rows.actual, groups=dates, cv=splits)
        assert len(scores) == splits.get_n_splits(groups=dates)
        assert (scores > 0).all()


def test_scikit_learns_own_splits_stand_in():
    # Three tickers, each a day later than the one before: a quarter is one observation.
    dates = pl.concat([quarters(15).dt.offset_by(f"{day}d") for day in range(3)])
    splits = OverQuarters(TimeSeriesSplit(n_splits=4, test_size=8, gap=5))
    folds = list(splits.split(dates, groups=dates))
    assert splits.get_n_splits(groups=dates) == len(folds) == 4
    of_quarters = sample_quarters(dates).to_numpy()
    distinct = np.unique(of_quarters)
    for (known, later), (first, second) in zip(
        folds, TimeSeriesSplit(n_splits=4, test_size=8, gap=5).split(distinct), strict=True
    ):
        assert (np.unique(of_quarters[known]) == distinct[first]).all()
        assert (np.unique(of_quarters[later]) == distinct[second]).all()
        assert (len(known), len(later)) == (3 * len(first), 3 * len(second))
        # A gap of a year and a quarter: what was fitted on had closed, whatever the day.
        assert dates[known].dt.offset_by("12mo").max() < dates[later].min()


def test_a_model_is_trained_by_splits_of_scikit_learn():
    rows = sample(effect=0.3)
    learner = forecasting.Learner(FEATURES, 12, steps=10, seed=1, threads=1)
    test, validation = (
        OverQuarters(TimeSeriesSplit(n_splits=number, test_size=4, gap=4)) for number in (2, 3)
    )
    trained = training.train(learner, rows, test, validation)
    # 49 quarters until February 2012: the last four, and the four of each of three blocks that end
    # four quarters before them.
    assert trained.blocks["test"].min() == date(2011, 5, 17)
    assert trained.blocks["validation"].max() == date(2010, 2, 17)
    assert trained.blocks["validation"].min() == date(2007, 5, 17)
    assert trained.blocks["train"].max() == date(2006, 2, 17)
    assert trained.predictions.height == 4 * 30
    with pytest.raises(TooLittleHistoryError, match="leave none to validate on"):
        training.train(
            learner, rows, OverQuarters(TimeSeriesSplit(n_splits=9, gap=4)), WalkForward(120)
        )
    own = training.train(learner, rows)
    assert own.blocks["test"].min() < trained.blocks["test"].min()


def test_sample_quarters_begin_on_the_anchors():
    days = [date(2012, 2, 16), date(2012, 2, 17), date(2012, 5, 16), date(2012, 5, 17)]
    assert sample_quarters(pl.Series(days)).to_list() == [
        date(2011, 10, 1),
        date(2012, 1, 1),
        date(2012, 1, 1),
        date(2012, 4, 1),
    ]


def test_sample_quarters_are_those_of_the_macro():
    macro = Path(__file__).parents[3] / "macros" / "panel" / "sample_anchor.sql"
    anchor = jinja2.Template(macro.read_text() + "{{ sample_anchor('day') }}").render()
    days = pl.date_range(date(1999, 12, 1), date(2005, 1, 31), eager=True)
    frame = duckdb.sql(
        "select day::date as day, " + anchor + " as anchor from generate_series("
        "date '1999-12-01', date '2005-01-31', interval 1 day) as days (day) order by 1"
    ).pl()
    assert frame["day"].to_list() == days.to_list()
    assert (
        sample_quarters(days).dt.offset_by("1mo").dt.offset_by("16d").to_list()
        == frame["anchor"].to_list()
    )


def test_windows_that_do_not_overlap():
    # 1,461 days are four years, or 48 months.
    first, last = date(2000, 2, 17), date(2004, 2, 17)
    assert [label_windows(first, last, months) for months in (12, 24, 36)] == [5, 3, 1 + 4 / 3]
    assert label_windows(first, first, 12) == 1


def test_no_block_begins_within_a_quarter():
    # Stragglers a month after each anchor.
    dates = pl.concat([quarters(15), quarters(15).dt.offset_by("40d")]).sort()
    blocks = [*LatestBlock(12).blocks(dates), *WalkForward(12).blocks(dates)]
    assert all(block.first in quarters(15) for block in blocks)


def test_too_short_a_history_has_no_blocks():
    assert WalkForward(36).blocks(quarters(3)) == []


@given(
    days=st.lists(st.dates(date(1990, 1, 1), date(2020, 12, 31)), min_size=30, max_size=200),
    months=st.sampled_from([12, 24, 36]),
)
@settings(max_examples=100, deadline=None)
def test_no_two_blocks_share_a_label_window(days, months):
    dates = pl.Series("date", sorted(days), dtype=pl.Date)
    try:
        blocks = three_blocks(dates, months)
    except TooLittleHistoryError:
        return
    for earlier, later in pairwise(blocks):
        assert earlier.dt.offset_by(f"{months}mo").max() < later.min()
    assert all(len(block) > 0 for block in blocks)


def test_too_little_history_says_how_much_is_needed():
    with pytest.raises(TooLittleHistoryError, match="two gaps of 36 months"):
        list(LatestBlock(36).split(None, groups=quarters(7)))
