from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.splits import TooLittleHistoryError, split_by_time, walk_forward_blocks


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
