"""What to expect of a stock before any data: the literature's forecast, and how much it weighs."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The factors of Fama and French, Choosing factors (2018), but market and size.
FACTOR_SCORES = ("value_score", "profitability_score", "investment_score", "momentum_score")
# Correlation of forecast and outcome that a good forecaster has (Grinold and Kahn, Active
# Portfolio Management, 2000, ch. 6).
PRIOR_IC = 0.05
# Standard deviation of what the literature leaves open of that correlation in a given market.
PRIOR_IC_STD = 0.03


def factor_score(panel: pl.DataFrame, scores: Sequence[str]) -> Floats:
    """Standardised sum of factor scores, (n,); an unknown score counts as average.

    Args:
        panel: n rows.
        scores: names of the columns to add up.

    Returns:
        Mean zero and standard deviation one; all zeros where the rows do not differ.
    """
    total = np.zeros(panel.height)
    for name in scores:
        total += panel[name].fill_null(0.0).to_numpy()
    centred = total - total.mean()
    deviation = float(centred.std())
    return centred / deviation if deviation > 0 else np.zeros(panel.height)


def credibility(rank_ics: Floats, windows: float) -> float:
    """Weight of what the data say beside what the literature expects, between 0 and 1.

    n / (n + k), with n windows of data and k the variance of what one window shows over the
    variance of what is looked for (Bühlmann, Experience rating and credibility, 1967). Many stocks
    on one date do not make n larger: they share what happened.

    Args:
        rank_ics: rank IC of the factor score on each date of the data.
        windows: label windows of the data that do not overlap, as a number.

    Returns:
        0 where fewer than two dates show how much one window differs from the next.
    """
    if len(rank_ics) < 2:
        return 0.0
    k = float(np.var(rank_ics, ddof=1)) / PRIOR_IC_STD**2
    return windows / (windows + k)
