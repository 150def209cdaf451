"""Statistics that SQL computes, in Python as well: what its results are held against."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.learning.statistics import Mean, mean_over_dates

Floats = NDArray[np.float64]


def mape_of_gross(actual: Floats, predicted: Floats) -> float:
    """Mean absolute percentage error of gross excess returns exp(x), as a share.

    Gross returns are positive, so the error is defined for every row, unlike that of returns
    that may be zero. Inputs are (n,) log excess returns.
    """
    return float(np.mean(np.abs(np.expm1(predicted - actual))))


def coverage(actual: Floats, mean: Floats, std: Floats, interval: tuple[float, float]) -> float:
    """Share of rows whose standardised error lies in an interval."""
    lower, upper = interval
    errors = (actual - mean) / std
    return float(np.mean((lower <= errors) & (errors <= upper)))


def decile_spread(dates: pl.Series, actual: Floats, predicted: Floats, overlap: int) -> Mean:
    """Mean outcome of the top decile of forecasts less that of the bottom one, over dates.

    Deciles are those of SQL's ntile(10): where the rows do not divide by ten, the lower deciles
    have one more. Dates without ten tickers with different forecasts at both ends do not count.

    Args:
        dates: (n,) date of the cross-section of each row.
        actual: (n,) outcomes (log excess return).
        predicted: (n,) forecasts.
        overlap: see `rank_ic`.
    """
    spreads = []
    frame = pl.DataFrame({"date": dates, "actual": actual, "predicted": predicted})
    ordered = frame.sort("date", "predicted", maintain_order=True)
    for _, rows in ordered.group_by("date", maintain_order=True):
        tenth = rows.height // 10
        if not tenth:
            continue
        top, bottom = rows.tail(tenth), rows.head(-(-rows.height // 10))
        if bottom["predicted"][-1] < top["predicted"][0]:
            spreads.append(float(top["actual"].mean()) - float(bottom["actual"].mean()))  # type: ignore[arg-type]
    return mean_over_dates(np.array(spreads), overlap)
