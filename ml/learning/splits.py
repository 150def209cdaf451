"""Splitting labelled rows by time, purged by the length of the label's window.

Splits have scikit-learn's interface: `split(X, y, groups)` yields the positions of the rows to fit
on, and of those to forecast. `groups` is the sample date of each row; X and y are not looked at.
scikit-learn's own splitters, and skfolio's, stand in as `OverQuarters(...)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

Positions = NDArray[np.intp]
Fold = tuple[Positions, Positions]

SAMPLES_PER_YEAR = 4
MOST_BLOCKS = 4
TEST_SHARE = 0.25
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
SHORTEST_HISTORY_MONTHS = 18
# Labels without which nothing is fitted.
FEWEST_LABELS = 100


class TooLittleHistoryError(ValueError):
    """Raised when the labels are too few, or their dates cannot hold three blocks and two gaps."""


class CrossValidator(Protocol):
    """What decides which rows are fitted on, and which are forecast by that fit."""

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Fold]:
        """Positions of the rows to fit on and of those to forecast, in order of time."""

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Number of pairs that `split` yields."""


class Block(NamedTuple):
    """First and last of the sample dates that are forecast by one fit."""

    first: date
    last: date


class _Purged:
    """Blocks of dates, each forecast by the rows whose label window closed before its first."""

    horizon_months: int

    def blocks(self, dates: pl.Series) -> list[Block]:
        """The blocks of some sample dates, in any order."""
        raise NotImplementedError

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Fold]:
        """Positions of the rows to fit on and of those to forecast; see `CrossValidator`."""
        dates = _dates(groups)
        window_ends = dates.dt.offset_by(f"{self.horizon_months}mo")
        for block in self.blocks(dates):
            yield (
                np.flatnonzero((window_ends < block.first).to_numpy()),
                np.flatnonzero(dates.is_between(*block).to_numpy()),
            )

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Number of pairs that `split` yields."""
        return sum(1 for _ in self.split(X, y, groups))


@dataclass(frozen=True)
class WalkForward(_Purged):
    """Blocks to forecast one after the other.

    The first dates, up to `SHORTEST_HISTORY_MONTHS` months of them, and the horizon after them come
    before the first block. What is left is at most `MOST_BLOCKS` blocks of equal length, of a year
    or longer where there is more than one; where no date is left, there is none.

    Attributes:
        horizon_months: length of the label window in calendar months.
    """

    horizon_months: int

    def blocks(self, dates: pl.Series) -> list[Block]:
        """The blocks of some sample dates, in any order."""
        days = dates.unique().drop_nulls().sort()
        if days.len() < 2:
            return []
        horizon = timedelta(days=self.horizon_months * DAYS_PER_MONTH)
        usable = days[-1] - days[0] - horizon
        if usable <= timedelta(0):
            return []
        history = min(timedelta(days=SHORTEST_HISTORY_MONTHS * DAYS_PER_MONTH), usable / 2)
        known = days.filter(days <= days[0] + history)
        closed = known.dt.offset_by(f"{self.horizon_months}mo")[-1]
        later = _quarters(days).filter(pl.col("first") > closed)
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
                blocks.append(Block(within["first"][0], within["last"][-1]))
        return blocks


@dataclass(frozen=True)
class LatestBlock(_Purged):
    """The latest dates: `TEST_SHARE` of the time that two gaps of the horizon leave.

    What closed before them is to be split by `WalkForward`, into what is fitted on and what that is
    validated on, so that no two of the three share a label window ("purging": López de Prado,
    Advances in Financial Machine Learning, 2018, ch. 7).

    Attributes:
        horizon_months: length of the label window in calendar months.
    """

    horizon_months: int

    def blocks(self, dates: pl.Series) -> list[Block]:
        """The one block of some sample dates, in any order.

        Raises:
            TooLittleHistoryError: both gaps leave less than `SHORTEST_HISTORY_MONTHS` months, or
                gaps in the dates leave nothing to test, to validate or to fit on.
        """
        days = dates.unique().drop_nulls().sort()
        span = (days[-1] - days[0]).days if len(days) else 0
        usable = span - 2 * self.horizon_months * DAYS_PER_MONTH
        too_little = TooLittleHistoryError(
            f"labels for {self.horizon_months} months span {span / DAYS_PER_MONTH:.0f} months of "
            f"sample dates: train, validation and test need {SHORTEST_HISTORY_MONTHS} months "
            f"beside two gaps of {self.horizon_months} months; bring a longer history of prices"
        )
        if usable < SHORTEST_HISTORY_MONTHS * DAYS_PER_MONTH:
            raise too_little
        since = days[-1] - timedelta(days=TEST_SHARE * usable)
        test = _quarters(days).filter(pl.col("first") >= since)
        if test.is_empty():
            raise too_little
        first = test["first"][0]
        known = days.filter(days.dt.offset_by(f"{self.horizon_months}mo") < first)
        if not WalkForward(self.horizon_months).blocks(known):
            raise too_little
        return [Block(first, days[-1])]


@dataclass(frozen=True)
class YearByYear(_Purged):
    """The last years of sample dates, four sample quarters each.

    A year before which fewer than `FEWEST_LABELS` labels were known is left out.

    Attributes:
        horizon_months: length of the label window in calendar months.
        years: how many.
    """

    horizon_months: int
    years: int

    def blocks(self, dates: pl.Series) -> list[Block]:
        """The years of some sample dates, in any order; fewer where there are no more."""
        quarters = _quarters(dates.unique().drop_nulls())
        blocks = []
        for years_before_last in range(self.years - 1, -1, -1):
            end = quarters.height - years_before_last * SAMPLES_PER_YEAR
            year = quarters[max(0, end - SAMPLES_PER_YEAR) : max(0, end)]
            if not year.is_empty():
                blocks.append(Block(year["first"][0], year["last"][-1]))
        return blocks

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Fold]:
        """Positions of the rows to fit on and of those to forecast; see `CrossValidator`."""
        return (fold for fold in super().split(X, y, groups) if len(fold[0]) >= FEWEST_LABELS)


@dataclass(frozen=True)
class OverQuarters:
    """Splits that another splitter makes of the sample quarters, one observation each.

    Nothing else purges what it makes: let it leave out as many quarters before each block as a
    label's window has, as `TimeSeriesSplit(gap=4)` does for 12 months.

    Attributes:
        splitter: scikit-learn's `TimeSeriesSplit`, skfolio's `WalkForward` or their like.
    """

    splitter: CrossValidator

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[Fold]:
        """Positions of the rows to fit on and of those to forecast; see `CrossValidator`."""
        quarters = sample_quarters(_dates(groups))
        distinct = quarters.unique().sort()
        for fitted_on, forecast in self.splitter.split(distinct.to_frame().to_numpy()):
            yield _rows_of(quarters, distinct[fitted_on]), _rows_of(quarters, distinct[forecast])

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Number of splits that the other one makes."""
        return self.splitter.get_n_splits(sample_quarters(_dates(groups)).unique().to_frame())


def sample_quarters(dates: pl.Series) -> pl.Series:
    """First day of the calendar quarter of each date's sample anchor, (n,).

    Sample dates follow the 17th of February, May, August and November, each ticker on its first
    trading day since: what belongs to one cross-section may lie some days apart.
    """
    return dates.dt.offset_by("-16d").dt.offset_by("-1mo").dt.truncate("1q")


def label_windows(first: date, last: date, horizon_months: int) -> float:
    """Label windows that do not overlap in the time which those of some sample dates span."""
    return 1 + (last - first).days / (DAYS_PER_MONTH * horizon_months)


def _dates(groups: Any) -> pl.Series:
    if groups is None:
        raise ValueError("rows are split by time: groups takes the sample date of each")
    return pl.Series("date", groups).cast(pl.Date)


def _rows_of(quarters: pl.Series, some: pl.Series) -> Positions:
    return np.flatnonzero(quarters.is_in(some.implode()).to_numpy())


def _quarters(days: pl.Series) -> pl.DataFrame:
    """First and last of the days of each sample quarter: no block begins within one."""
    return (
        pl.DataFrame({"day": days, "quarter": sample_quarters(days)})
        .group_by("quarter")
        .agg(pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
        .sort("quarter")
    )
