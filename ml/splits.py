"""Splitting labelled sample dates by time, purged by the length of the label's window."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

VALIDATION_SHARE = 0.2
TEST_SHARE = 0.25
DAYS_PER_MONTH = 365.25 / 12
SHORTEST_HISTORY_MONTHS = 18


class TooLittleHistoryError(ValueError):
    """Raised when the labelled dates cannot hold three blocks and two gaps."""


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


def validation_split(dates: pl.Series, horizon_months: int) -> tuple[Block, Block] | None:
    """Training and validation rows as in `split_by_time`, with nothing kept for a test.

    Returns:
        None where one gap leaves less than `SHORTEST_HISTORY_MONTHS` months.
    """
    days = dates.unique().drop_nulls().sort()
    if days.is_empty():
        return None
    usable = (days[-1] - days[0]).days - horizon_months * DAYS_PER_MONTH
    if usable < SHORTEST_HISTORY_MONTHS * DAYS_PER_MONTH:
        return None
    since = days.filter(days >= days[-1] - timedelta(days=VALIDATION_SHARE * usable))[0]
    closed = days.filter(days.dt.offset_by(f"{horizon_months}mo") < since)
    if closed.is_empty():
        return None
    return (
        Block((dates <= closed[-1]).to_numpy(), days[0], closed[-1]),
        Block((dates >= since).to_numpy(), since, days[-1]),
    )


def split_by_time(dates: pl.Series, horizon_months: int) -> Split:
    """Split rows by their sample date so that no two blocks share a label window.

    The latest dates are the test block. A block ends so early that its last label window closes
    before the next block's first sample date ("purging": López de Prado, Advances in Financial
    Machine Learning, 2018, ch. 7). Of the time that both gaps leave, `TEST_SHARE` is for test,
    `VALIDATION_SHARE` for validation and the rest for training.

    Args:
        dates: (n,) sample date of each labelled row, in any order.
        horizon_months: length of the label window in calendar months.

    Raises:
        TooLittleHistoryError: both gaps leave less than `SHORTEST_HISTORY_MONTHS` months, or
            gaps in the dates leave a block without any.
    """
    days = dates.unique().drop_nulls().sort()
    distinct: list[date] = days.to_list()
    window_ends: list[date] = days.dt.offset_by(f"{horizon_months}mo").to_list()
    span = (distinct[-1] - distinct[0]).days if distinct else 0
    usable = span - 2 * horizon_months * DAYS_PER_MONTH
    too_little = TooLittleHistoryError(
        f"labels for {horizon_months} months span {span / DAYS_PER_MONTH:.0f} months of sample "
        f"dates: train, validation and test need {SHORTEST_HISTORY_MONTHS} months beside two "
        f"gaps of {horizon_months} months; bring a longer history of prices"
    )
    if usable < SHORTEST_HISTORY_MONTHS * DAYS_PER_MONTH:
        raise too_little

    def first_since(day: date) -> int:
        return next(i for i, candidate in enumerate(distinct) if candidate >= day)

    def last_closed_before(day: date) -> int:
        closed = [i for i, end in enumerate(window_ends) if end < day]
        if not closed:
            raise too_little
        return closed[-1]

    def block(first: int, last: int) -> Block:
        rows = dates.is_between(distinct[first], distinct[last]).to_numpy()
        return Block(rows, distinct[first], distinct[last])

    test_first = first_since(distinct[-1] - timedelta(days=TEST_SHARE * usable))
    validation_last = last_closed_before(distinct[test_first])
    validation_first = first_since(
        distinct[validation_last] - timedelta(days=VALIDATION_SHARE * usable)
    )
    train_last = last_closed_before(distinct[validation_first])
    return Split(
        train=block(0, train_last),
        validation=block(validation_first, validation_last),
        test=block(test_first, len(distinct) - 1),
    )
