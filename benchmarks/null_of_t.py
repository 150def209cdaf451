"""Writes seeds/null_of_t.csv: how large t of a mean over overlapping windows is by chance.

For the macro `overlapping_mean`, which interpolates `chance_of_t` in ml/learning/statistics.py.
Takes a minute:

    python -m benchmarks.null_of_t
"""

from pathlib import Path

import numpy as np
import polars as pl

from ml.learning.statistics import chance_of_t

SEED = Path(__file__).parents[1] / "seeds" / "null_of_t.csv"
# Horizons of 6, 12, 24 and 36 months.
OVERLAPS = (1, 3, 7, 11)
# Each number of quarters up to ten years, then each year up to thirty.
QUARTERS = (*range(1, 40), *range(40, 121, 4))
LEVELS = (0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 1e-4, 1e-5)
LARGEST_T = 3000


def quantiles(quarters: int, overlap: int) -> pl.DataFrame:
    """The |t| that chance exceeds with each probability."""
    grid = np.geomspace(0.05, LARGEST_T, 140)
    chances = np.maximum(chance_of_t(grid, quarters, overlap), 1e-9)
    ln_t = np.interp(-np.log(LEVELS), -np.log(chances), np.log(grid))
    points = pl.DataFrame({"p": [1.0, *LEVELS], "t": [0.0, *np.exp(ln_t).round(4)]})
    return points.select(overlap=pl.lit(overlap), quarters=pl.lit(quarters), t="t", p="p")


if __name__ == "__main__":
    pl.concat(
        quantiles(quarters, overlap)
        for overlap in OVERLAPS
        for quarters in QUARTERS
        if quarters >= overlap + 2
    ).write_csv(SEED)
