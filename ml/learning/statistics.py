"""Statistics of forecasts of log excess returns, out of sample."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]

# Every half percent.
PROBABILITIES = np.arange(1, 200) / 200
NORMAL_QUANTILES = norm.ppf(PROBABILITIES)
FEWEST_TICKERS_PER_DATE = 5
INTEGRATION_STEPS = 1000


@dataclass(frozen=True)
class Mean:
    """Mean over dates, its t statistic and p-value under overlap, number of dates."""

    mean: float | None
    t: float | None
    p: float | None
    dates: int


def rmse(actual: Floats, predicted: Floats) -> float:
    """Root mean squared error, in the unit of the inputs (log excess return); arrays are (n,)."""
    return float(np.sqrt(np.mean((actual - predicted) ** 2)))


def r2_against(actual: Floats, predicted: Floats, benchmark: float) -> float:
    """Out-of-sample R²: one minus squared error over that of a constant forecast.

    With `benchmark` the mean label of the training rows (Campbell and Thompson, 2008, eq. 1):
    what was known then, not the mean of the test rows.
    """
    return float(1 - np.sum((actual - predicted) ** 2) / np.sum((actual - benchmark) ** 2))


def effective_windows(quarters: int, overlap: int) -> float:
    """Number of independent values whose mean would be as uncertain as that of these windows.

    Bayley and Hammersley (1946). Windows that start `l` quarters apart share all but `l` of their
    `overlap` + 1 quarters: sums of quarters that do not depend on one another are correlated by
    that share. That is the most there can be where forecasts have no skill; it is less where they
    change from quarter to quarter.
    """
    steps = np.abs(np.subtract.outer(np.arange(quarters), np.arange(quarters)))
    return float(quarters**2 / np.clip(1 - steps / (overlap + 1), 0, None).sum())


def overlapping_t(series: Floats, overlap: int) -> float | None:
    """T statistic of the mean of a (n,) series of overlapping windows, a quarter apart.

    That of independent values, with `effective_windows` in place of their number: never further
    from zero than without overlap. None without two windows that lie apart, or without variance.
    Its distribution is that of `chance_of_t`, not Student's.
    """
    if len(series) < overlap + 2:
        return None
    variance = float(series.var())
    if variance <= 0:
        return None
    standard_error = math.sqrt(variance / (effective_windows(len(series), overlap) - 1))
    return float(series.mean()) / standard_error


def chance_of_t(t: Floats, quarters: int, overlap: int) -> Floats:
    """P-values: how often `overlapping_t` lies at least as far from zero by chance.

    Exact for windows that are sums of independent, normally distributed quarters of mean zero: |t|
    exceeds a value where a quadratic form in normal variables is positive (Imhof 1961, Biometrika
    48, eq. 3.2).

    Args:
        t: (m,) values.
        quarters: length of the series.
        overlap: quarters over which neighbouring windows overlap.
    """
    steps = np.abs(np.subtract.outer(np.arange(quarters), np.arange(quarters)))
    root = np.linalg.cholesky(np.clip(1 - steps / (overlap + 1), 0, None))
    mean_square = np.full((quarters, quarters), 1 / quarters**2)
    variance = np.eye(quarters) / quarters - mean_square
    freedom = effective_windows(quarters, overlap) - 1
    forms = mean_square - (t**2 / freedom)[:, None, None] * variance
    weights = np.linalg.eigvalsh(root.T @ forms @ root)
    return np.array([_chance_above_zero(each) for each in weights])


def _chance_above_zero(weights: Floats) -> float:
    """Probability that a weighted sum of squared independent standard normals is positive."""
    # The integral from 0 to infinity, over u = tan(angle).
    angles = (np.arange(INTEGRATION_STEPS) + 0.5) / INTEGRATION_STEPS * math.pi / 2
    u = np.tan(angles)
    products = np.outer(u, weights / np.abs(weights).max())
    phase = np.arctan(products).sum(axis=1) / 2
    size = np.exp(np.log1p(products**2).sum(axis=1) / 4)
    integrand = np.sin(phase) / (u * size) / np.cos(angles) ** 2
    return min(1.0, 0.5 + float(integrand.mean()) / 2)


def mean_over_dates(series: Floats, overlap: int) -> Mean:
    """Mean of a (n,) series of overlapping windows, a quarter apart, with its t and p."""
    if len(series) == 0:
        return Mean(None, None, None, 0)
    t = overlapping_t(series, overlap)
    p = None if t is None else float(chance_of_t(np.array([t]), len(series), overlap)[0])
    return Mean(float(series.mean()), t, p, len(series))


def rank_ic_by_date(dates: pl.Series, actual: Floats, predicted: Floats) -> Floats:
    """Spearman correlation of forecast and outcome across the tickers of each date, in order.

    Dates with fewer than `FEWEST_TICKERS_PER_DATE` tickers, or without any spread in forecast or
    outcome, do not count. Arrays are (n,).
    """
    return (
        pl.DataFrame({"date": dates, "actual": actual, "predicted": predicted})
        .group_by("date")
        .agg(
            pl.corr("predicted", "actual", method="spearman").alias("ic"),
            pl.len().alias("tickers"),
        )
        .filter((pl.col("tickers") >= FEWEST_TICKERS_PER_DATE) & pl.col("ic").is_finite())
        .sort("date")["ic"]
        .to_numpy()
    )


def rank_ic(dates: pl.Series, actual: Floats, predicted: Floats, overlap: int) -> Mean:
    """Mean of `rank_ic_by_date`.

    Args:
        dates: (n,) date of the cross-section of each row.
        actual: (n,) outcomes.
        predicted: (n,) forecasts.
        overlap: dates over which label windows overlap (horizon in quarters, less one).
    """
    return mean_over_dates(rank_ic_by_date(dates, actual, predicted), overlap)


@dataclass(frozen=True)
class Calibration:
    """How outcomes scatter about forecasts, in forecast standard deviations.

    Attributes:
        variance_factor: what the forecast variance is to be multiplied by, so that standardised
            errors have a mean square of one.
        quantiles: quantiles of these errors at the probabilities `PROBABILITIES`.
    """

    variance_factor: float
    quantiles: Floats

    def interval(self, level: float) -> tuple[float, float]:
        """Multiples of the standard deviation between which a share `level` of errors lies."""
        lower, upper = np.interp([(1 - level) / 2, (1 + level) / 2], PROBABILITIES, self.quantiles)
        return float(lower), float(upper)

    def chance_above_zero(self, mean: Floats, std: Floats) -> Floats:
        """Chance that a log excess return is positive, that is, beats SPY. Shape (n,)."""
        return 1 - (np.searchsorted(self.quantiles, -mean / std, "right") + 0.5) / 200


def gross_returns(mean: Floats, std: Floats, quantiles: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the gross excess return exp(x), each (n,).

    The smearing estimate: exp of the forecast and each quantile of what it leaves open, averaged,
    which holds whatever their distribution (Duan, Smearing estimate, 1983).

    Args:
        mean: (n,) forecast mean of the log excess return.
        std: (n,) forecast standard deviation.
        quantiles: quantiles of standardised errors at `PROBABILITIES`.
    """
    first, second = np.zeros(len(mean)), np.zeros(len(mean))
    for quantile in quantiles:
        gross = np.exp(mean + quantile * std)
        first += gross
        second += gross**2
    first /= len(quantiles)
    return first, np.sqrt(second / len(quantiles) - first**2)


def calibrate(errors: Floats, quarters: pl.Series) -> Calibration:
    """How the errors of some rows scatter; each sample quarter weighs the same.

    Quarters differ in how far all stocks scatter, and in what all of them made: both widen the
    quantiles, as the next quarter may be any of them.

    Args:
        errors: (n,) standardised errors (actual - mean) / std.
        quarters: (n,) sample quarter of each row.
    """
    shares = pl.DataFrame({"quarter": quarters}).select(1 / pl.len().over("quarter"))
    weights = shares.to_series().to_numpy()
    factor = float(np.average(errors**2, weights=weights)) or 1.0
    quantiles = np.quantile(
        errors / np.sqrt(factor), PROBABILITIES, weights=weights, method="inverted_cdf"
    )
    return Calibration(factor, quantiles)
