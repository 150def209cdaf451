"""Which parameters of the fit, and how much prior, do best on the purged validation blocks?

Fits each variant on the training block of each horizon, scores it on the validation block, and
prints a markdown table. The test block is never touched.

    python -m benchmarks.parameters warehouse/simulated.duckdb --steps 200

The warehouse needs `features`, `excess_returns` and `feature_catalogue`; see benchmarks/README.md.
"""

import argparse
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.panel import HORIZONS, read_panel
from ml import boosting, forecasting, prior, statistics
from ml.forecasting import Sample
from ml.matrix import FeatureSet
from ml.splits import split_by_time
from ml.training import labelled_rows

DEVIATIONS = Sample.deviations.fget


@dataclass(frozen=True)
class Variant:
    """What a variant changes of the present fit.

    Attributes:
        name: how the table calls it.
        changes: patches under which it is fitted.
        features: the features that it takes, of the present ones.
        seeds: fits whose forecasts are averaged.
    """

    name: str
    changes: tuple[AbstractContextManager[Any], ...] = ()
    features: Callable[[FeatureSet], FeatureSet] = lambda features: features
    seeds: int = 1


def boosted(name: str, **parameters: Any) -> Variant:
    """A variant with other parameters of CatBoost."""
    return Variant(name, (patch.dict(boosting.PARAMETERS, parameters),))


def expecting(name: str, ic: float = prior.PRIOR_IC, std: float = prior.PRIOR_IC_STD) -> Variant:
    """A variant with another prior: mean and standard deviation of its rank IC."""
    return Variant(
        name, (patch.object(forecasting, "PRIOR_IC", ic), patch.object(prior, "PRIOR_IC_STD", std))
    )


def winsorised(share: float) -> AbstractContextManager[Any]:
    """Labels beyond these quantiles, on both sides, count as the quantile."""

    def deviations(sample: Sample) -> np.ndarray:
        found = DEVIATIONS(sample)
        return np.clip(found, *np.quantile(found, [share, 1 - share]))

    return patch.object(Sample, "deviations", property(deviations))


def with_category(name: str) -> Callable[[FeatureSet], FeatureSet]:
    """The features and one category more."""
    return lambda features: FeatureSet((*features.names, name), features.categorical | {name})


def without_categories(features: FeatureSet) -> FeatureSet:
    """The numeric features."""
    return replace(features, names=tuple(features.numeric), categorical=frozenset())


VARIANTS = (
    Variant("present"),
    boosted("depth 1", depth=1),
    boosted("depth 4", depth=4),
    boosted("depth 6", depth=6),
    boosted("learning rate 0.015", learning_rate=0.015),
    boosted("learning rate 0.06", learning_rate=0.06),
    boosted("l2 5", l2_leaf_reg=5),
    boosted("l2 100", l2_leaf_reg=100),
    boosted("all columns a level", rsm=1.0),
    boosted("subsample 0.4", subsample=0.4),
    Variant("no categories", features=without_categories),
    Variant("industry too", features=with_category("industry")),
    Variant("target statistics", (patch.dict(boosting.COMMON, {"one_hot_max_size": 1}),)),
    Variant("rows weigh the same", (patch.object(forecasting, "INTRACLASS_CORRELATION", 0.0),)),
    Variant("quarters weigh the same", (patch.object(forecasting, "INTRACLASS_CORRELATION", 1.0),)),
    Variant("labels winsorised at 1 %", (winsorised(0.01),)),
    Variant("labels winsorised at 5 %", (winsorised(0.05),)),
    Variant("mean of three seeds", seeds=3),
    expecting("no prior (IC 0)", ic=0.0),
    expecting("prior IC 0.03", ic=0.03),
    expecting("prior IC 0.08", ic=0.08),
    expecting("prior IC ± 0.02", std=0.02),
    expecting("prior IC ± 0.04", std=0.04),
    expecting("prior alone", std=1e-9),
    expecting("data as far as the slope", std=1e9),
    Variant(
        "data as far as their credibility", (patch.object(forecasting, "_slope", lambda *_: 1.0),)
    ),
    expecting("data alone", ic=0.0, std=1e9),
)


def main() -> None:
    """Print the table for one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--steps", type=int, default=200, help="upper bound on trees")
    parser.add_argument("--seeds", type=int, default=2, help="fits of each variant")
    arguments = parser.parse_args()

    panel, excess_returns, catalogue = read_panel(arguments.warehouse)
    present = FeatureSet.from_catalogue(catalogue)
    blocks = {}
    for horizon in HORIZONS:
        labelled = labelled_rows(panel, excess_returns, f"excess_return_ln_{horizon}m")
        split = split_by_time(labelled.panel["date"], horizon)
        blocks[horizon] = labelled.take(split.train.rows), labelled.take(split.validation.rows)

    print(
        "| variant |"
        + "".join(f" {h}m: trees | R² | rank IC |" for h in HORIZONS)
        + " mean R² | seconds |"
    )
    print("|---|" + "--:|" * (3 * len(HORIZONS) + 2))
    for variant in VARIANTS:
        features = variant.features(present)
        cells, scores, started = [], [], time.monotonic()
        with ExitStack() as stack:
            for change in variant.changes:
                stack.enter_context(change)
            for horizon, (train, validation) in blocks.items():
                results = []
                for first in range(0, arguments.seeds * variant.seeds, variant.seeds):
                    fits = [
                        forecasting.fit(
                            train,
                            features,
                            horizon,
                            trees=arguments.steps,
                            seed=seed,
                            threads=2,
                            validation=validation,
                        )
                        for seed in range(first, first + variant.seeds)
                    ]
                    mean = np.mean([fit.forecast(validation.panel)[0] for fit in fits], axis=0)
                    r2 = statistics.r2_against(validation.actual, mean, fits[0].mean)
                    ics = statistics.rank_ic_by_date(validation.quarters, validation.actual, mean)
                    trees = np.mean([fit.trees for fit in fits])
                    results.append((trees, r2, ics.mean() if len(ics) else np.nan))
                trees, r2, ic = np.mean(results, axis=0)
                cells.append(f" {trees:.0f} | {r2:+.4f} | {ic:+.3f} |")
                scores.append(r2)
        seconds = (time.monotonic() - started) / arguments.seeds
        print(
            f"| {variant.name} |" + "".join(cells) + f" {np.mean(scores):+.4f} | {seconds:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
