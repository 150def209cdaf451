"""Splitting labelled sample dates by time, purged by the length of the label's window."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

MOST_BLOCKS = 4
TEST_SHARE = 0.25
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
SHORTEST_HISTORY_MONTHS = 18
# Labels without which nothing is fitted.
FEWEST_LABELS = 100


class TooLittleHistoryError(ValueError):
    """Raised when the labels are too few, or their dates cannot hold three blocks and two gaps."""


@dataclass(frozen=True)
class Block:
    """One block of a split: its rows and the first and last of their sample dates."""

    rows: NDArray[np.bool_]
    first: date
    last: date

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.rows.sum())


@dataclass(frozen=True)
class Split:
    """Train, validation and test rows, in this order in time."""

    train: Block
    validation: Block
    test: Block


def sample_quarters(dates: pl.Series) -> pl.Series:
    """First day of the calendar quarter of each date's sample anchor, (n,).

    Sample dates follow the 17th of February, May, August and November, each ticker on its first
    trading day since: what belongs to one cross-section may lie some days apart.
    """
    return dates.dt.offset_by("-16d").dt.offset_by("-1mo").dt.truncate("1q")


def label_windows(first: date, last: date, horizon_months: int) -> float:
    """Label windows that do not overlap in the time which those of some sample dates span."""
    return 1 + (last - first).days / (DAYS_PER_MONTH * horizon_months)


def walk_forward_blocks(dates: pl.Series, horizon_months: int) -> list[Block]:
    """Blocks to forecast one after the other, each by what had closed before its first date.

    The first dates, up to `SHORTEST_HISTORY_MONTHS` months of them, and the horizon after them come
    before the first block. What is left is at most `MOST_BLOCKS` blocks of equal length, of a year
    or longer where there is more than one.

    Args:
        dates: (n,) sample date of each labelled row, in any order.
        horizon_months: length of the label window in calendar months.

    Returns:
        None of them where no date is left.
    """
    days = dates.unique().drop_nulls().sort()
    if days.len() < 2:
        return []
    horizon = timedelta(days=horizon_months * DAYS_PER_MONTH)
    usable = days[-1] - days[0] - horizon
    if usable <= timedelta(0):
        return []
    history = min(timedelta(days=SHORTEST_HISTORY_MONTHS * DAYS_PER_MONTH), usable / 2)
    known = days.filter(days <= days[0] + history)
    later = _quarters(days).filter(pl.col("first") > known.dt.offset_by(f"{horizon_months}mo")[-1])
    if later.is_empty():
        return []
    begin = later["first"][0]
    span = later["last"][-1] - begin + timedelta(days=1)
    number = min(MOST_BLOCKS, max(1, int(span.days // DAYS_PER_YEAR)))
    blocks = []
    for part in range(number):
        since, until = begin + span * part / number, begin + span * (part + 1) / number
        within = later.filter((pl.col("first") >= since) & (pl.col("first") < until))
        if not within.is_empty():
            blocks.append(_block(dates, within["first"][0], within["last"][-1]))
    return blocks


def split_by_time(dates: pl.Series, horizon_months: int) -> Split:
    """Split rows by their sample date so that no two blocks share a label window.

    The latest dates are the test block, `TEST_SHARE` of the time that two gaps of the horizon
    leave. What closed before it is divided by `walk_forward_blocks`: its blocks together are the
    validation block, and what closed before the first of them is the training block ("purging":
    López de Prado, Advances in Financial Machine Learning, 2018, ch. 7).

    Args:
        dates: (n,) sample date of each labelled row, in any order.
        horizon_months: length of the label window in calendar months.

    Raises:
        TooLittleHistoryError: both gaps leave less than `SHORTEST_HISTORY_MONTHS` months, or
            gaps in the dates leave a block without any.
    """
    days = dates.unique().drop_nulls().sort()
    span = (days[-1] - days[0]).days if len(days) else 0
    usable = span - 2 * horizon_months * DAYS_PER_MONTH
    too_little = TooLittleHistoryError(
        f"labels for {horizon_months} months span {span / DAYS_PER_MONTH:.0f} months of sample "
        f"dates: train, validation and test need {SHORTEST_HISTORY_MONTHS} months beside two "
        f"gaps of {horizon_months} months; bring a longer history of prices"
    )
    if usable < SHORTEST_HISTORY_MONTHS * DAYS_PER_MONTH:
        raise too_little
    since = days[-1] - timedelta(days=TEST_SHARE * usable)
    test = _quarters(days).filter(pl.col("first") >= since)
    if test.is_empty():
        raise too_little
    test_first = test["first"][0]

    def closed_before(day: date) -> pl.Series:
        return days.filter(days.dt.offset_by(f"{horizon_months}mo") < day)

    known = closed_before(test_first)
    blocks = walk_forward_blocks(known, horizon_months)
    if not blocks:
        raise too_little
    return Split(
        train=_block(dates, days[0], closed_before(blocks[0].first)[-1]),
        validation=_block(dates, blocks[0].first, blocks[-1].last),
        test=_block(dates, test_first, days[-1]),
    )


def _quarters(days: pl.Series) -> pl.DataFrame:
    """First and last of the days of each sample quarter: no block begins within one."""
    return (
        pl.DataFrame({"day": days, "quarter": sample_quarters(days)})
        .group_by("quarter")
        .agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
        .sort("quarter")
    )


def _block(dates: pl.Series, first: date, last: date) -> Block:
    return Block(dates.is_between(first, last).to_numpy(), first, last)
