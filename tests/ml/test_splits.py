from datetime import date
from pathlib import Path

import duckdb
import jinja2
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.splits import (
    TooLittleHistoryError,
    label_windows,
    sample_quarters,
    split_by_time,
    walk_forward_blocks,
)


def quarters(years: int) -> pl.Series:
    return pl.date_range(date(2000, 2, 17), date(2000 + years, 2, 17), "3mo", eager=True)


def test_blocks_of_fifteen_years_at_a_twelve_month_horizon():
    split = split_by_time(quarters(15), 12)
    # 5,479 days less two gaps of a year leave 4,748.5: a quarter, 1,187, for test. That many days
    # before the last date is 18 November 2011; the next sample date begins the block.
    assert split.test.first == date(2012, 2, 17)
    assert split.test.last == date(2015, 2, 17)
    # The window that begins a year before closes on that very day: the one before it is the last.
    assert split.validation.last == date(2010, 11, 17)
    # Eighteen months from the first date on, and a gap of a year after the last of them.
    assert split.train.first == date(2000, 2, 17)
    assert split.train.last == date(2001, 8, 17)
    assert split.validation.first == date(2002, 11, 17)


def test_blocks_of_a_walk_forward_follow_each_other():
    # 2,923 days are left, from 17 November 2002 on: four blocks of 730.75.
    dates = quarters(15).filter(quarters(15) <= date(2010, 11, 17))
    blocks = walk_forward_blocks(dates, 12)
    assert [(block.first, block.last) for block in blocks] == [
        (date(2002, 11, 17), date(2004, 8, 17)),
        (date(2004, 11, 17), date(2006, 8, 17)),
        (date(2006, 11, 17), date(2008, 8, 17)),
        (date(2008, 11, 17), date(2010, 11, 17)),
    ]
    assert sum(block.rows.astype(int) for block in blocks).max() == 1


def test_a_short_history_is_halved():
    # 731 days less a gap of a year leave 365.75. Half of them come first: until 17 August, whose
    # windows close a year later; one block begins in the next quarter.
    [block] = walk_forward_blocks(quarters(2), 12)
    assert (block.first, block.last) == (date(2001, 11, 17), date(2002, 2, 17))
    # Dates that span less than the gap leave nothing to forecast.
    ends = [date(2000, 2, 17), date(2000, 5, 17)]
    assert walk_forward_blocks(pl.Series([*ends, date(2001, 2, 16)]), 12) == []
    [block] = walk_forward_blocks(pl.Series([*ends, date(2001, 8, 17)]), 12)
    assert block.rows.tolist() == [False, False, True]


def test_a_history_begins_with_the_first_date_though_it_stands_alone():
    dates = pl.concat([quarters(15)[:1], quarters(15)[3:]])
    # Eighteen months after 17 February 2000, as with the dates between.
    assert walk_forward_blocks(dates, 12)[0].first == date(2002, 11, 17)


def test_a_test_block_begins_on_the_very_day():
    # 1,187 days before the last date, see above.
    dates = quarters(15).to_list()
    dates[dates.index(date(2011, 11, 17))] = date(2011, 11, 18)
    assert split_by_time(pl.Series(dates), 12).test.first == date(2011, 11, 18)


def test_sample_quarters_begin_on_the_anchors():
    days = [date(2012, 2, 16), date(2012, 2, 17), date(2012, 5, 16), date(2012, 5, 17)]
    assert sample_quarters(pl.Series(days)).to_list() == [
        date(2011, 10, 1),
        date(2012, 1, 1),
        date(2012, 1, 1),
        date(2012, 4, 1),
    ]


def test_sample_quarters_are_those_of_the_macro():
    macro = Path(__file__).parents[2] / "macros" / "panel" / "sample_anchor.sql"
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
    split = split_by_time(dates, 12)
    blocks = [split.test, split.validation, *walk_forward_blocks(dates, 12)]
    assert all(block.first in quarters(15) for block in blocks)


def test_too_short_a_history_has_no_blocks():
    assert walk_forward_blocks(quarters(3), 36) == []


@given(
    days=st.lists(st.dates(date(1990, 1, 1), date(2020, 12, 31)), min_size=30, max_size=200),
    months=st.sampled_from([12, 24, 36]),
)
@settings(max_examples=100, deadline=None)
def test_no_two_blocks_share_a_label_window(days, months):
    dates = pl.Series("date", sorted(days), dtype=pl.Date)
    try:
        split = split_by_time(dates, months)
    except TooLittleHistoryError:
        return
    for earlier, later in [(split.train, split.validation), (split.validation, split.test)]:
        window_end = pl.Series([earlier.last]).dt.offset_by(f"{months}mo")[0]
        assert window_end < later.first
    blocks = (split.train, split.validation, split.test)
    assert all(block.size > 0 for block in blocks)
    assert sum(block.rows.astype(int) for block in blocks).max() == 1


def test_too_little_history_says_how_much_is_needed():
    with pytest.raises(TooLittleHistoryError, match="two gaps of 36 months"):
        split_by_time(quarters(7), 36)
