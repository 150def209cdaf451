"""Statistics of forecasts of log excess returns, out of sample."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Two-sided quantiles of the standard normal distribution.
Z_68 = 0.994457883
Z_95 = 1.959963985
FEWEST_TICKERS_PER_DATE = 5


@dataclass(frozen=True)
class RankIC:
    """Rank information coefficient over dates: mean, its t statistic, number of dates."""

    mean: float | None
    t: float | None
    dates: int


def rmse(actual: Floats, predicted: Floats) -> float:
    """Root mean squared error, in the unit of the inputs (log excess return); arrays are (n,)."""
    return float(np.sqrt(np.mean((actual - predicted) ** 2)))


def mape_of_gross(actual: Floats, predicted: Floats) -> float:
    """Mean absolute percentage error of gross excess returns exp(x), as a share.

    Gross returns are positive, so the error is defined for every row, unlike that of returns
    that may be zero. Inputs are (n,) log excess returns.
    """
    return float(np.mean(np.abs(np.expm1(predicted - actual))))


def r2_against(actual: Floats, predicted: Floats, benchmark: float) -> float:
    """Out-of-sample R²: one minus squared error over that of a constant forecast.

    With `benchmark` the mean label of the training rows (Campbell and Thompson, 2008, eq. 1):
    what was known then, not the mean of the test rows.
    """
    return float(1 - np.sum((actual - predicted) ** 2) / np.sum((actual - benchmark) ** 2))


def coverage(actual: Floats, mean: Floats, std: Floats, z: float) -> float:
    """Share of rows whose outcome lies within `z` standard deviations of the forecast mean."""
    return float(np.mean(np.abs(actual - mean) <= z * std))


def newey_west_t(series: Floats, lags: int) -> float | None:
    """T statistic of the mean of a (n,) serially correlated series.

    Newey and West (1987): long-run variance with Bartlett weights 1 - l / (lags + 1). None where
    it would mislead: without two stretches of lags + 1 values each the estimated variance tends to
    zero, so that t explodes; nor is it defined without any variance.
    """
    n = len(series)
    if n < max(3, 2 * (lags + 1)):
        return None
    demeaned = series - series.mean()
    variance = float(demeaned @ demeaned) / n
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        variance += 2 * weight * float(demeaned[lag:] @ demeaned[:-lag]) / n
    if variance <= 0:
        return None
    return float(series.mean() / math.sqrt(variance / n))


def rank_ic(dates: pl.Series, actual: Floats, predicted: Floats, overlap: int) -> RankIC:
    """Spearman correlation of forecast and outcome across the tickers of each date, averaged.

    Args:
        dates: (n,) sample date of each row.
        actual: (n,) outcomes.
        predicted: (n,) forecasts.
        overlap: sample dates over which label windows overlap (horizon in quarters, less one);
            the number of lags in the t statistic of the mean.

    Dates with fewer than `FEWEST_TICKERS_PER_DATE` tickers, or without any spread in forecast or
    outcome, do not count.
    """
    by_date = (
        pl.DataFrame({"date": dates, "actual": actual, "predicted": predicted})
        .group_by("date")
        .agg(
            pl.corr("predicted", "actual", method="spearman").alias("ic"),
            pl.len().alias("tickers"),
        )
        .filter((pl.col("tickers") >= FEWEST_TICKERS_PER_DATE) & pl.col("ic").is_finite())
        .sort("date")
    )
    series = by_date["ic"].to_numpy()
    if len(series) == 0:
        return RankIC(None, None, 0)
    return RankIC(float(series.mean()), newey_west_t(series, overlap), len(series))
