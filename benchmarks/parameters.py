"""Which parameters of the fit do best on the purged validation blocks?

Fits each variant on the training block of each horizon, scores it on the validation block, and
prints a markdown table. The test block is never touched.

    python -m benchmarks.parameters warehouse/simulated.duckdb --steps 200

The warehouse needs `features`, `excess_returns` and `feature_catalogue`; see benchmarks/README.md.
"""

import argparse
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import numpy as np

from ml import boosting, forecasting, prior, statistics
from ml.matrix import FeatureSet
from ml.splits import split_by_time
from ml.training import labelled_rows

HORIZONS = (12, 24, 36)
# What a variant changes: parameters of the boosting, or constants of the prior.
VARIANTS: dict[str, dict[str, Any]] = {
    "present": {},
    "depth 1": {"depth": 1},
    "depth 4": {"depth": 4},
    "depth 6": {"depth": 6},
    "learning rate 0.015": {"learning_rate": 0.015},
    "learning rate 0.06": {"learning_rate": 0.06},
    "l2 100": {"l2_leaf_reg": 100},
    "l2 5": {"l2_leaf_reg": 5},
    "all columns a level": {"rsm": 1.0},
    "subsample 0.4": {"subsample": 0.4},
    "no prior (IC 0)": {"PRIOR_IC": 0.0},
    "prior IC 0.03": {"PRIOR_IC": 0.03},
    "prior IC 0.08": {"PRIOR_IC": 0.08},
    "prior alone": {"PRIOR_IC_STD": 1e-9},
    "prior IC ± 0.01": {"PRIOR_IC_STD": 0.01},
    "prior IC ± 0.03": {"PRIOR_IC_STD": 0.03},
    "data believed": {"PRIOR_IC_STD": 1e9},
    "data alone": {"PRIOR_IC": 0.0, "PRIOR_IC_STD": 1e9},
}


def main() -> None:
    """Print the table for one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--steps", type=int, default=200, help="upper bound on trees")
    parser.add_argument("--seeds", type=int, default=2, help="fits of each variant")
    arguments = parser.parse_args()

    with duckdb.connect(str(arguments.warehouse), read_only=True) as warehouse:
        panel = warehouse.sql("from features").pl()
        excess_returns = warehouse.sql("from excess_returns").pl()
        features = FeatureSet.from_catalogue(warehouse.sql("from feature_catalogue").pl())

    blocks = {}
    for horizon in HORIZONS:
        labelled = labelled_rows(panel, excess_returns, f"excess_return_ln_{horizon}m")
        split = split_by_time(labelled.panel["date"], horizon)
        blocks[horizon] = labelled.take(split.train.rows), labelled.take(split.validation.rows)

    print(
        "| variant |" + "".join(f" {h}m: trees | R² | rank IC |" for h in HORIZONS) + " mean R² |"
    )
    print("|---|" + "--:|" * (3 * len(HORIZONS) + 1))
    for name, changes in VARIANTS.items():
        constants = {key: value for key, value in changes.items() if key.startswith("PRIOR")}
        parameters = {key: value for key, value in changes.items() if key not in constants}
        with (
            patch.dict(vars(prior), constants),
            patch.dict(vars(forecasting), constants),
            patch.dict(boosting.PARAMETERS, parameters),
        ):
            cells, scores = [], []
            for horizon, (train, validation) in blocks.items():
                results = []
                for seed in range(arguments.seeds):
                    fitted = forecasting.fit(
                        train,
                        features,
                        horizon,
                        trees=arguments.steps,
                        seed=seed,
                        threads=2,
                        validation=validation,
                    )
                    mean, _ = fitted.forecast(validation.panel)
                    r2 = statistics.r2_against(validation.actual, mean, fitted.mean)
                    ics = statistics.rank_ic_by_date(validation.quarters, validation.actual, mean)
                    results.append((fitted.trees, r2, ics.mean() if len(ics) else np.nan))
                trees, r2, ic = np.mean(results, axis=0)
                cells.append(f" {trees:.0f} | {r2:+.4f} | {ic:+.3f} |")
                scores.append(r2)
        print(f"| {name} |" + "".join(cells) + f" {np.mean(scores):+.4f} |", flush=True)


if __name__ == "__main__":
    main()
