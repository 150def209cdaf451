"""The out-of-time record: what trees forecast of rows before their outcomes, block after block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import t as students_t

from ml.learning.splits import label_windows
from ml.learning.statistics import FEWEST_TICKERS_PER_DATE

Floats = NDArray[np.float64]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Record:
    """Forecasts of some sample quarters by trees that were fitted on windows closed before them.

    Attributes:
        quarters: sample quarter of each of n rows.
        outcome: (n,) what the trees were to learn, in standard deviations of its quarter.
        learned: (n,) what they forecast of it.
    """

    quarters: pl.Series
    outcome: Floats
    learned: Floats

    @classmethod
    def join(cls, parts: Sequence["Record"]) -> "Record":
        """One record of several that follow each other."""
        if not parts:
            return cls(pl.Series(dtype=pl.Date), np.empty(0), np.empty(0))
        return cls(
            pl.concat([part.quarters for part in parts]),
            np.concatenate([part.outcome for part in parts]),
            np.concatenate([part.learned for part in parts]),
        )

    def windows(self, horizon_months: int) -> float:
        """Label windows that do not overlap in the time which the record spans."""
        if self.quarters.is_empty():
            return 0.0
        quarters = self.quarters.sort()
        return label_windows(quarters[0], quarters[-1], horizon_months)

    def slopes(self) -> Floats:
        """Each quarter's part in the slope of outcome on forecast (Mincer and Zarnowitz, 1969).

        Their mean is the slope of all quarters, each of which weighs the same. Both sides are taken
        against the mean of the quarter; quarters with fewer than `FEWEST_TICKERS_PER_DATE` rows
        are left out.
        """
        frame = pl.DataFrame(
            {"quarter": self.quarters, "outcome": self.outcome, "learned": self.learned}
        )
        quarters = (
            frame.group_by("quarter")
            .agg(
                pl.cov("outcome", "learned", ddof=0).alias("covariance"),
                pl.col("learned").var(ddof=0).alias("variance"),
                pl.len().alias("rows"),
            )
            .filter(pl.col("rows") >= FEWEST_TICKERS_PER_DATE)
            .sort("quarter")
        )
        variance = quarters["variance"].mean()
        if not variance:
            return np.empty(0)
        return (quarters["covariance"] / variance).to_numpy()

    def confirmed(self, horizon_months: int) -> float:
        """Share of what the trees forecast that the outcomes confirm, between 0 and 1.

        The lower end of a one-sided `CONFIDENCE` interval of the slope by Student's t, with as many
        observations as windows do not overlap: quarters whose windows overlap tell the same story.
        Fewer than two windows confirm nothing.
        """
        slopes, windows = self.slopes(), self.windows(horizon_months)
        if len(slopes) < 2 or windows < 2:
            return 0.0
        error = float(slopes.std(ddof=1)) / np.sqrt(windows)
        lower = float(slopes.mean()) - float(students_t.ppf(CONFIDENCE, windows - 1)) * error
        return float(np.clip(lower, 0.0, 1.0))
