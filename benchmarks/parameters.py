"""What a variant of the fit does walk-forward: on early years, which may decide, and on late ones.

Each variant forecasts year after year by what had closed before it; a markdown table is printed.
The last five years are those that README reports: look at them when the choice is made.

    python -m benchmarks.parameters warehouse/study.duckdb                # early years
    python -m benchmarks.parameters warehouse/study.duckdb --late

The warehouse needs `features`, `excess_returns` and `feature_catalogue`; see benchmarks/README.md.
Count what you try in var `variants_tried`.
"""

import argparse
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.panel import HORIZONS, read_panel
from ml.learning import boosting, forecasting, out_of_time, prior, statistics
from ml.learning.forecasting import Learner, Sample
from ml.learning.matrix import FeatureSet
from ml.learning.splits import YearByYear
from ml.learning.training import labelled_rows

LATE_YEARS = 5
MOST_YEARS = 20


@dataclass(frozen=True)
class Variant:
    """What a variant changes of the present fit: how the table calls it, and patches."""

    name: str
    changes: tuple[AbstractContextManager[Any], ...] = ()


def boosted(name: str, **parameters: Any) -> Variant:
    """A variant with other parameters of the trees."""
    return Variant(name, (patch.dict(boosting.PARAMETERS, parameters),))


VARIANTS = (
    Variant("present"),
    boosted("depth 1", depth=1),
    boosted("depth 4", depth=4),
    boosted("learning rate 0.06", learning_rate=0.06),
    boosted("l2 5", l2_leaf_reg=5),
    Variant("rows weigh the same", (patch.object(forecasting, "INTRACLASS_CORRELATION", 0.0),)),
    Variant("prior IC 0.05", (patch.object(prior, "PRIOR_IC", 0.05),)),
    Variant("level ± 1 point a year", (patch.object(prior, "LEVEL_STD", 0.01),)),
    Variant("confidence 0.5", (patch.object(out_of_time, "CONFIDENCE", 0.5),)),
    Variant("confidence 0.8", (patch.object(out_of_time, "CONFIDENCE", 0.8),)),
)


def years(rows: Sample, horizon: int, late: bool) -> Iterator[tuple[Sample, Sample]]:
    """What was known before each year, and the year."""
    folds = rows.folds(YearByYear(horizon, MOST_YEARS))
    for known, year in folds[-LATE_YEARS:] if late else folds[:-LATE_YEARS]:
        yield rows.take(known), rows.take(year)


def score(rows: Sample, learner: Learner, late: bool) -> str:
    """Cells of a row of the table: rank IC and that of the scores alone, R², coverage, chance."""
    ics, score_ics, errors, squares, inside, chances = ([] for _ in range(6))
    for known, year in years(rows, learner.horizon_months, late):
        fitted = forecasting.fit(learner, known)
        mean, std = fitted.forecast(year.panel)
        lower, upper = fitted.calibration.interval(0.68)
        ics.append(statistics.rank_ic_by_date(year.quarters, year.actual, mean))
        alone = fitted.score(year.panel)
        score_ics.append(statistics.rank_ic_by_date(year.quarters, year.actual, alone))
        errors.append((year.actual - mean) ** 2)
        squares.append(year.actual**2)
        standardised = (year.actual - mean) / std
        inside.append((lower <= standardised) & (standardised <= upper))
        chances.append(fitted.calibration.chance_above_zero(mean, std) - (year.actual > 0))
    if not ics:
        return " | | | | |"
    means = [float(np.concatenate(values).mean()) for values in (ics, score_ics, inside, chances)]
    r2 = 1 - np.concatenate(errors).sum() / np.concatenate(squares).sum()
    return f" {means[0]:+.3f} | {means[1]:+.3f} | {r2:+.4f} | {means[2]:.3f} | {means[3]:+.3f} |"


def main() -> None:
    """Print the table for one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--steps", type=int, default=200, help="upper bound on trees")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--late", action="store_true", help="the last five years, not those before")
    arguments = parser.parse_args()

    panel, excess_returns, catalogue = read_panel(arguments.warehouse)
    features = FeatureSet.from_catalogue(catalogue)
    heads = "".join(f" {h}m: rank IC | scores' | R², zero | 68 % | said - came |" for h in HORIZONS)
    print(f"| variant |{heads}")
    print("|---|" + "--:|" * (5 * len(HORIZONS)))
    for variant in VARIANTS:
        cells = ""
        with ExitStack() as stack:
            for change in variant.changes:
                stack.enter_context(change)
            for horizon in HORIZONS:
                rows = labelled_rows(panel, excess_returns, f"excess_return_ln_{horizon}m")
                learner = Learner(features, horizon, arguments.steps, arguments.seed, 2)
                cells += score(rows, learner, arguments.late)
        print(f"| {variant.name} |{cells}", flush=True)


if __name__ == "__main__":
    main()
