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


def coverage(actual: Floats, mean: Floats, std: Floats, interval: tuple[float, float]) -> float:
    """Share of rows whose standardised error lies in an interval."""
    lower, upper = interval
    errors = (actual - mean) / std
    return float(np.mean((lower <= errors) & (errors <= upper)))


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


def rank_ic(dates: pl.Series, actual: Floats, predicted: Floats, overlap: int) -> RankIC:
    """Mean of `rank_ic_by_date` with its t statistic.

    Args:
        dates: (n,) date of the cross-section of each row.
        actual: (n,) outcomes.
        predicted: (n,) forecasts.
        overlap: dates over which label windows overlap (horizon in quarters, less one); the number
            of lags in the t statistic of the mean.
    """
    series = rank_ic_by_date(dates, actual, predicted)
    if len(series) == 0:
        return RankIC(None, None, 0)
    return RankIC(float(series.mean()), newey_west_t(series, overlap), len(series))


def decile_spread(dates: pl.Series, actual: Floats, predicted: Floats) -> float | None:
    """Mean outcome of the top decile of forecasts less that of the bottom one, averaged over dates.

    Deciles are those of SQL's ntile(10): where the rows do not divide by ten, the lower deciles
    have one more.

    Args:
        dates: (n,) date of the cross-section of each row.
        actual: (n,) outcomes (log excess return).
        predicted: (n,) forecasts.

    Returns:
        None where no date has ten tickers with different forecasts at both ends.
    """
    spreads = []
    frame = pl.DataFrame({"date": dates, "actual": actual, "predicted": predicted})
    for _, rows in frame.sort("date", "predicted", maintain_order=True).group_by("date"):
        tenth = rows.height // 10
        if not tenth:
            continue
        top, bottom = rows.tail(tenth), rows.head(-(-rows.height // 10))
        if bottom["predicted"][-1] < top["predicted"][0]:
            spreads.append(float(top["actual"].mean()) - float(bottom["actual"].mean()))  # type: ignore[arg-type]
    return float(np.mean(spreads)) if spreads else None


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
