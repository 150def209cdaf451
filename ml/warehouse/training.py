"""A row of `trained_<horizon>m`: a model, what it was trained on, and what the test says of it."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from duckdb import DuckDBPyRelation

from ml.learning import boosting, training
from ml.learning.forecasting import Learner, Sample
from ml.learning.matrix import FeatureSet
from ml.warehouse import integrity
from ml.warehouse.clock import now_after
from ml.warehouse.fingerprints import fingerprint, parameters, versions
from ml.warehouse.jobs import HERE, Job, Workplace
from ml.warehouse.progress import Progress
from ml.warehouse.settings import Settings, model_id

PREDICTION = pl.Struct(
    {
        "ticker": pl.String,
        "date": pl.Date,
        "actual": pl.Float64,
        "predicted_mean": pl.Float64,
        "predicted_std": pl.Float64,
        "naive_mean": pl.Float64,
        "ridge_mean": pl.Float64,
    }
)
SCHEMA: dict[str, Any] = {
    "model_id": pl.String,
    "pred_col": pl.String,
    "horizon_months": pl.Int32,
    "training_date": pl.Date,
    "trained_at": pl.Datetime("us", "UTC"),
    "cutoff_date": pl.Date,
    "market_end": pl.Date,
    "holdout_tickers": pl.List(pl.String),
    "seed": pl.Int64,
    "steps": pl.Int32,
    "trees": pl.Int32,
    "params": pl.String,
    "train_rows": pl.Int64,
    "train_from": pl.Date,
    "train_to": pl.Date,
    "validation_rows": pl.Int64,
    "validation_from": pl.Date,
    "validation_to": pl.Date,
    "test_rows": pl.Int64,
    "test_from": pl.Date,
    "test_to": pl.Date,
    "num_rows": pl.Int64,
    "num_cols": pl.Int32,
    "num_tickers": pl.Int64,
    "features": pl.List(pl.String),
    "categorical_features": pl.List(pl.String),
    "feature_importances": pl.List(pl.Float64),
    "train_mean": pl.Float64,
    "score_ic": pl.Float64,
    "level": pl.Float64,
    "data_weight": pl.Float64,
    "z_68": pl.Float64,
    "z_95": pl.Float64,
    "error_quantiles": pl.List(pl.Float64),
    "naive_error_quantiles": pl.List(pl.Float64),
    "ridge_error_quantiles": pl.List(pl.Float64),
    "training_seconds": pl.Float64,
    "library_versions": pl.String,
    "fingerprint": pl.String,
    "model": pl.Binary,
    "model_sha256": pl.String,
    "test_predictions": pl.List(PREDICTION),
}


def read_inputs(
    features: DuckDBPyRelation,
    excess_returns: DuckDBPyRelation,
    catalogue: DuckDBPyRelation,
    training_seeds: DuckDBPyRelation,
) -> dict[str, pl.DataFrame]:
    """The tables that `train` takes, by argument; of the panel only what is in the model.

    Numbers of the panel come as Float32, which is what CatBoost takes, in half the memory.
    """
    entries = catalogue.pl()
    used = FeatureSet.from_catalogue(entries)
    numbers = ", ".join(f"{name}::float as {name}" for name in used.numeric)
    columns = ", ".join(["ticker", "date", *sorted(used.categorical)])
    return {
        "panel": features.project(f"{columns}, {numbers}").pl(),
        "excess_returns": excess_returns.pl(),
        "catalogue": entries,
        "training_seeds": training_seeds.pl(),
    }


def train(
    panel: pl.DataFrame,
    excess_returns: pl.DataFrame,
    catalogue: pl.DataFrame,
    training_seeds: pl.DataFrame,
    market_end: date,
    settings: Settings,
    horizon_months: int,
    watch: Callable[[str, int], Progress] | None = None,
    trained_after: datetime | None = None,
    place: Workplace = HERE,
) -> pl.DataFrame:
    """Train one model and return its row of `trained_<horizon>m`; see `ml.learning.training`.

    Args:
        panel: columns ticker, date and the features.
        excess_returns: columns ticker, date and excess_return_ln_<horizon>m.
        catalogue: the feature catalogue; see `FeatureSet.from_catalogue`.
        training_seeds: column seed, to draw from when the settings name none.
        market_end: last trading day that the data reach.
        settings: what the build asked for.
        horizon_months: length of the label window.
        watch: makes the `Progress` that is told of each tree, of what it counts and how many;
            trees that grow elsewhere are not counted.
        trained_after: when the newest model was trained; this one counts as newer.
        place: where it is trained.

    Raises:
        TooLittleHistoryError: the labels are too few, or their dates cannot hold the split.
    """
    training_date = datetime.now(UTC).date()
    label = f"excess_return_ln_{horizon_months}m"
    labelled = training.labelled_rows(panel, excess_returns, label, settings.holdout_tickers)
    progress = None
    if watch and place.is_here:
        progress = watch(f"trees for {horizon_months} months", settings.steps)
    learner = Learner(
        FeatureSet.from_catalogue(catalogue),
        horizon_months,
        steps=settings.steps,
        seed=settings.seed_of(training_date, training_seeds["seed"].to_list()),
        threads=place.threads(settings),
        progress=progress,
    )
    facts = {
        "model_id": model_id(horizon_months, training_date, settings),
        "pred_col": label,
        "horizon_months": horizon_months,
        "training_date": training_date,
        "trained_at": now_after(trained_after),
        "cutoff_date": settings.cutoff_date,
        "market_end": market_end,
        "holdout_tickers": list(settings.holdout_tickers),
    }
    job = Job(trained_row, (place.share(labelled), learner, settings, facts))
    [row] = place.run([(f"training of {facts['model_id']}", job)])
    if progress:
        progress.finish()
    trained: pl.DataFrame = row
    return trained


def trained_row(
    labelled: Sample, learner: Learner, settings: Settings, facts: Mapping[str, Any]
) -> pl.DataFrame:
    """Train one model: its row of `trained_<horizon>m`.

    Args:
        labelled: all labelled rows.
        learner: what decides the fits beside their rows.
        settings: what the build asked for.
        facts: what the row says of when, for what and of which data it was trained.

    Raises:
        TooLittleHistoryError: the labels are too few, or their dates cannot hold the split.
    """
    started = time.monotonic()
    features = learner.features
    trained = training.train(learner, labelled)
    final_model = trained.final_model
    lower_68, upper_68 = final_model.calibration.interval(0.68)
    lower_95, upper_95 = final_model.calibration.interval(0.95)
    row = {
        **facts,
        "seed": learner.seed,
        "steps": settings.steps,
        "trees": final_model.trees,
        "params": parameters(),
        "num_rows": labelled.panel.height,
        "num_cols": len(features.names),
        "num_tickers": labelled.panel["ticker"].n_unique(),
        "features": list(features.names),
        "categorical_features": sorted(features.categorical),
        "feature_importances": boosting.importances(final_model.booster),
        "train_mean": trained.split_model.mean,
        "data_weight": final_model.data_weight,
        "z_68": (upper_68 - lower_68) / 2,
        "z_95": (upper_95 - lower_95) / 2,
        "training_seconds": time.monotonic() - started,
        "library_versions": versions(),
        "fingerprint": fingerprint(labelled, features, facts["pred_col"], settings),
        "model": boosting.to_bytes(final_model.booster),
        "score_ic": final_model.score_ic,
        "level": final_model.level,
        "error_quantiles": final_model.calibration.quantiles.tolist(),
        "naive_error_quantiles": trained.naive_quantiles.tolist(),
        "ridge_error_quantiles": trained.ridge_quantiles.tolist(),
    }
    for name, dates in trained.blocks.items():
        row |= {
            f"{name}_rows": len(dates),
            f"{name}_from": dates.min(),
            f"{name}_to": dates.max(),
        }
    row["model_sha256"] = integrity.digest(row)
    schema = {name: dtype for name, dtype in SCHEMA.items() if name != "test_predictions"}
    nested = trained.predictions.select(test_predictions=pl.struct(pl.all()).implode())
    return pl.concat([pl.DataFrame([row], schema=schema), nested], how="horizontal").select(*SCHEMA)
