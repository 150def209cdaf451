"""Does the model rank stocks better than the public system that it replaces?

Fits both on the same walk-forward folds and rows, and prints rank IC and R² of each. The public
system's fit: CatBoost RMSEWithUncertainty with its own parameters, six string categories, its own
features, raw labels, and early stopping on a random 5 % of the rows.

    python -m benchmarks.public_system warehouse/study.duckdb --folds 5

The warehouse needs `features`, `excess_returns` and `feature_catalogue`; see benchmarks/README.md.
"""

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from catboost import CatBoostRegressor

from benchmarks.panel import HORIZONS, read_panel
from ml.learning import forecasting, statistics
from ml.learning.baselines import ridge_on_all
from ml.learning.boosting import to_pool
from ml.learning.forecasting import Learner, Sample
from ml.learning.matrix import FeatureSet
from ml.learning.splits import WalkForward, YearByYear
from ml.learning.training import labelled_rows

CATEGORIES = ("exchange", "sector", "industry", "sic_sector", "sic_industry", "location")
OVERVIEW = ("market_cap", "enterprise_val", "pe_ratio", "pb_ratio", "trailing_peg_1y")
SIGNALS = (
    "relative_sma_development_12m",
    "relative_sma_development_36m",
    "volatility_12m",
    "volatility_36m",
    "relative_volume_12m",
    "volume_volatility_12m",
)
COMBINED = (
    "operating_efficiency",
    "growth_investment_intensity",
    "asset_productivity",
    "margin_stability",
    "working_capital_days",
    "ev_to_ebitda",
    "ev_to_fcf",
    "ev_to_sales",
    "financial_health_score",
)
PARAMETERS = {
    "loss_function": "RMSEWithUncertainty",
    "iterations": 200,
    "learning_rate": 0.15,
    "depth": 6,
    "l2_leaf_reg": 15,
    "min_data_in_leaf": 10,
    "model_size_reg": 0.08,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.9,
}


def public_forecast(train: Sample, test: Sample, features: FeatureSet, seed: int) -> np.ndarray:
    """Mean forecast of the public system's fit."""
    stops = np.random.default_rng(seed).random(len(train.actual)) < 0.05
    fitted_on, stopped_on = train.take(~stops), train.take(stops)
    model = CatBoostRegressor(
        **PARAMETERS, random_seed=seed, thread_count=2, allow_writing_files=False, verbose=False
    )
    model.fit(
        to_pool(fitted_on.panel, features, fitted_on.actual),
        eval_set=to_pool(stopped_on.panel, features, stopped_on.actual),
        early_stopping_rounds=25,
    )
    return model.predict(to_pool(test.panel, features), prediction_type="RMSEWithUncertainty")[:, 0]


def main() -> None:
    """Print the table for one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--folds", type=int, default=5, help="years of the backtest")
    parser.add_argument("--steps", type=int, default=200, help="our upper bound on trees")
    parser.add_argument("--seeds", type=int, default=2, help="fits of each model")
    arguments = parser.parse_args()

    panel, excess_returns, catalogue = read_panel(arguments.warehouse)
    items = catalogue.filter(pl.col("family") == "statement item")["feature"]
    ours = FeatureSet.from_catalogue(catalogue)
    theirs = FeatureSet(
        (*items, *OVERVIEW, *SIGNALS, *COMBINED, *CATEGORIES), frozenset(CATEGORIES)
    )

    print("| horizon | seed | model | rank IC | by fold | R² |\n|---|--:|---|--:|---|--:|")
    for horizon in HORIZONS:
        labelled = labelled_rows(panel, excess_returns, f"excess_return_ln_{horizon}m")
        folds = labelled.folds(YearByYear(horizon, arguments.folds))
        for seed in range(arguments.seeds):
            ics: dict[str, list[np.ndarray]] = {"ours": [], "public system": [], "ridge": []}
            errors = {"ours": 0.0, "public system": 0.0, "ridge": 0.0, "naive": 0.0}
            for known, year in folds:
                train, test = labelled.take(known), labelled.take(year)
                model = forecasting.fit(Learner(ours, horizon, arguments.steps, seed, 2), train)
                ridge = ridge_on_all(train, ours, train.folds(WalkForward(horizon)))
                forecasts = {
                    "ours": model.forecast(test.panel)[0],
                    "public system": public_forecast(train, test, theirs, seed),
                    "ridge": ridge(test.panel),
                }
                errors["naive"] += np.sum((test.actual - model.mean) ** 2)
                for name, mean in forecasts.items():
                    ics[name].append(statistics.rank_ic_by_date(test.quarters, test.actual, mean))
                    errors[name] += np.sum((test.actual - mean) ** 2)
            for name, by_fold in ics.items():
                folds_text = ", ".join(f"{fold.mean():+.2f}" for fold in by_fold)
                print(
                    f"| {horizon}m | {seed} | {name} | {np.concatenate(by_fold).mean():+.3f} "
                    f"| {folds_text} | {1 - errors[name] / errors['naive']:+.3f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
