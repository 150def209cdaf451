"""What to expect of a stock before any data: the literature's forecast, and how much it weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The factors of Fama and French, Choosing factors (2018), but market and size.
FACTOR_SCORES = ("value_score", "profitability_score", "investment_score", "momentum_score")
# Correlation of forecast and outcome that a good forecaster has (Grinold and Kahn, Active
# Portfolio Management, 2000, ch. 6).
PRIOR_IC = 0.03
# Standard deviation of what the literature leaves open of that correlation in a given market.
PRIOR_IC_STD = 0.03
LOWEST_IC = 0.01
# Standard deviation, per year, of what all stocks may be expected to make beside SPY: equal weights
# have beaten market weights by one or two points (Plyakha, Uppal and Vilkov, 2021).
LEVEL_STD = 0.003


@dataclass(frozen=True)
class FactorScore:
    """Sum of factor scores, standardised; an unknown score counts as average.

    Attributes:
        names: the columns that are added up.
        mean: mean of the sum over the rows that it is standardised on.
        std: its standard deviation there.
    """

    names: tuple[str, ...]
    mean: float
    std: float

    @classmethod
    def of(cls, panel: pl.DataFrame, names: Sequence[str]) -> "FactorScore":
        """The score that has mean zero and standard deviation one on some rows."""
        total = _total(panel, names)
        return cls(tuple(names), float(total.mean()), float(total.std()))

    def __call__(self, panel: pl.DataFrame) -> Floats:
        """Score of each row, (n,); all zeros where the rows it is standardised on do not differ."""
        if self.std == 0:
            return np.zeros(panel.height)
        return (_total(panel, self.names) - self.mean) / self.std


def _total(panel: pl.DataFrame, names: Sequence[str]) -> Floats:
    total = np.zeros(panel.height)
    for name in names:
        total += panel[name].fill_null(0.0).to_numpy()
    return total


def expected_ic(rank_ics: Floats, windows: float) -> float:
    """Correlation of factor score and outcome to expect: the literature's, moved by the data.

    Never below `LOWEST_IC`: a few windows do not turn round what decades have shown.

    Args:
        rank_ics: rank IC of the factor score on each date of the data.
        windows: label windows of the data that do not overlap, as a number.
    """
    if len(rank_ics) < 2:
        return PRIOR_IC
    variance = float(np.var(rank_ics, ddof=1))
    weight = credibility(variance, PRIOR_IC_STD**2, windows)
    return max(LOWEST_IC, PRIOR_IC + weight * (float(rank_ics.mean()) - PRIOR_IC))


def expected_level(
    quarter_means: Floats, median: float, windows: float, horizon_months: int
) -> float:
    """Mean log excess return to expect of all stocks.

    Before any data, half of all stocks beat SPY. What the data show beyond that counts as far as so
    few windows are credible: it is mostly which stocks were listed later.

    Args:
        quarter_means: mean label of each sample quarter.
        median: median label against the mean of all.
        windows: label windows of the data that do not overlap, as a number.
        horizon_months: length of the label window in calendar months.
    """
    even = -median
    if len(quarter_means) < 2:
        return even
    between = float(np.var(quarter_means, ddof=1))
    weight = credibility(between, (LEVEL_STD * horizon_months / 12) ** 2, windows)
    return float(even + weight * (quarter_means.mean() - even))


def credibility(variance: float, prior_variance: float, windows: float) -> float:
    """Weight of what the data say beside what was expected, between 0 and 1.

    n / (n + k), with n windows of data and k the variance of what one window shows over the
    variance of what is looked for (Bühlmann, Experience rating and credibility, 1967). Many stocks
    on one date do not make n larger: they share what happened.

    Args:
        variance: variance, over dates whose windows overlap, of what one window shows; of n windows
            it shows (n - 1) / n.
        prior_variance: variance of what is looked for.
        windows: label windows that do not overlap, as a number.
    """
    if windows <= 1:
        return 0.0
    unbiased = variance * windows / (windows - 1)
    return windows / (windows + unbiased / prior_variance)
