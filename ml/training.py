"""Training one model: split, fit, calibrate, test, refit on everything."""

import hashlib
import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import catboost
import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml import boosting, statistics
from ml.matrix import FeatureSet, prepare, to_pool
from ml.splits import Block, split_by_time

SAMPLES_PER_YEAR = 4

PREDICTION = pl.Struct(
    {
        "ticker": pl.String,
        "date": pl.Date,
        "actual": pl.Float64,
        "predicted_mean": pl.Float64,
        "predicted_std": pl.Float64,
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
    "variance_scale": pl.Float64,
    "test_rmse": pl.Float64,
    "test_mape": pl.Float64,
    "test_r2": pl.Float64,
    "test_rank_ic": pl.Float64,
    "test_rank_ic_t": pl.Float64,
    "test_coverage_68": pl.Float64,
    "test_coverage_95": pl.Float64,
    "training_seconds": pl.Float64,
    "catboost_version": pl.String,
    "fingerprint": pl.String,
    "model": pl.Binary,
    "test_predictions": pl.List(PREDICTION),
}


@dataclass(frozen=True)
class Settings:
    """What a build asks of a training run.

    Attributes:
        steps: upper bound on trees.
        seed: seed of the fit; None draws from `training_seeds` by training date.
        cutoff_date: the day as of which the panel was built; None for all data.
        holdout_tickers: tickers left out of training.
        threads: threads of the fit.
    """

    steps: int
    seed: int | None
    cutoff_date: date | None
    holdout_tickers: tuple[str, ...]
    threads: int

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Settings":
        """Settings as dbt passes them on, with `dbt_threads` models training at a time."""
        seed = config["seed"]
        return cls(
            steps=int(config["steps"]),
            seed=None if seed is None else int(seed),
            cutoff_date=to_day(config["cutoff_date"]),
            holdout_tickers=tuple(sorted({str(t).upper() for t in config["holdout_tickers"]})),
            threads=max(1, (os.cpu_count() or 1) // int(config["dbt_threads"])),
        )


def to_day(value: str | None) -> date | None:
    """A day that dbt passes on as text such as 2015-12-31; None stays None."""
    return None if value is None else date.fromisoformat(value)


def model_id(horizon_months: int, training_date: date, settings: Settings) -> str:
    """Id of the model that a day's training with these settings writes: one per study and day."""
    parts = [f"{horizon_months}m", training_date.isoformat()]
    if settings.cutoff_date:
        parts.append(f"cutoff-{settings.cutoff_date.isoformat()}")
    if settings.holdout_tickers:
        tickers = ",".join(settings.holdout_tickers)
        parts.append(f"without-{hashlib.md5(tickers.encode()).hexdigest()[:8]}")
    return "_".join(parts)


def draw_seed(training_seeds: list[int], training_date: date) -> int:
    """The seed of a training date: each of `training_seeds` in turn, day by day."""
    return sorted(training_seeds)[training_date.toordinal() % len(training_seeds)]


def fingerprint(panel: pl.DataFrame, features: FeatureSet, label: str, params: str) -> str:
    """Digest of the training data (rows and columns in order) and the parameters."""
    digest = hashlib.sha256(params.encode())
    for column in [*panel.select("date", "ticker", label), *prepare(panel, features)]:
        digest.update(column.name.encode())
        if column.dtype == pl.String:
            digest.update("\0".join(column).encode())
        else:
            digest.update(column.to_physical().to_numpy().tobytes())
    return digest.hexdigest()


def variance_scale(actual: NDArray[np.float64], mean: Any, variance: Any) -> float:
    """Factor that makes the mean squared standardised error of these rows one."""
    return float(np.mean((actual - mean) ** 2 / variance))


def train(
    panel: pl.DataFrame,
    excess_returns: pl.DataFrame,
    catalogue: pl.DataFrame,
    training_seeds: pl.DataFrame,
    market_end: date,
    settings: Settings,
    horizon_months: int,
) -> pl.DataFrame:
    """Train one model and return its row of `trained_<horizon>m`.

    The statistics are those of a model fitted on the training block, stopped early and calibrated
    on the validation block, on test rows it never saw. The model that is kept is fitted again on
    all labelled rows, with the same number of trees.

    Args:
        panel: columns ticker, date and the features.
        excess_returns: columns ticker, date and excess_return_ln_<horizon>m.
        catalogue: the feature catalogue; see `FeatureSet.from_catalogue`.
        training_seeds: column seed, to draw from when the settings name none.
        market_end: last trading day that the data reach.
        settings: what the build asked for.
        horizon_months: 12, 24 or 36.

    Raises:
        TooLittleHistoryError: the labelled dates cannot hold the split.
    """
    started = time.monotonic()
    trained_at = datetime.now(UTC)
    label = f"excess_return_ln_{horizon_months}m"
    features = FeatureSet.from_catalogue(catalogue)
    labelled = (
        panel.join(
            excess_returns.select("ticker", "date", label).drop_nulls(), on=["ticker", "date"]
        )
        .filter(~pl.col("ticker").is_in(settings.holdout_tickers))
        .sort("date", "ticker")
    )
    actual = labelled[label].to_numpy()
    split = split_by_time(labelled["date"], horizon_months)
    seed = settings.seed
    if seed is None:
        seed = draw_seed(training_seeds["seed"].to_list(), trained_at.date())

    def pool(block: Block) -> Any:
        return to_pool(labelled.filter(block.rows), features, actual[block.rows])

    split_model = boosting.fit(
        pool(split.train),
        trees=settings.steps,
        seed=seed,
        threads=settings.threads,
        validation=pool(split.validation),
    )
    mean, variance = boosting.predict(split_model, pool(split.validation))
    scale = variance_scale(actual[split.validation.rows], mean, variance)

    test_rows = labelled.filter(split.test.rows)
    test_actual = actual[split.test.rows]
    mean, variance = boosting.predict(split_model, pool(split.test))
    std = np.sqrt(scale * variance)
    train_mean = float(actual[split.train.rows].mean())
    overlap = horizon_months * SAMPLES_PER_YEAR // 12 - 1
    ic = statistics.rank_ic(test_rows["date"], test_actual, mean, overlap)
    predictions = test_rows.select("ticker", "date").with_columns(
        actual=pl.Series(test_actual),
        predicted_mean=pl.Series(mean),
        predicted_std=pl.Series(std),
    )

    trees = split_model.tree_count_
    final_model = boosting.fit(
        to_pool(labelled, features, actual), trees=trees, seed=seed, threads=settings.threads
    )
    params = json.dumps(
        {**boosting.PARAMETERS, "early_stopping_rounds": boosting.EARLY_STOPPING_ROUNDS},
        sort_keys=True,
    )
    row = {
        "model_id": model_id(horizon_months, trained_at.date(), settings),
        "pred_col": label,
        "horizon_months": horizon_months,
        "training_date": trained_at.date(),
        "trained_at": trained_at,
        "cutoff_date": settings.cutoff_date,
        "market_end": market_end,
        "holdout_tickers": list(settings.holdout_tickers),
        "seed": seed,
        "steps": settings.steps,
        "trees": trees,
        "params": params,
        "num_rows": labelled.height,
        "num_cols": len(features.names),
        "num_tickers": labelled["ticker"].n_unique(),
        "features": list(features.names),
        "categorical_features": sorted(features.categorical),
        "feature_importances": final_model.get_feature_importance().tolist(),
        "train_mean": train_mean,
        "variance_scale": scale,
        "test_rmse": statistics.rmse(test_actual, mean),
        "test_mape": statistics.mape_of_gross(test_actual, mean),
        "test_r2": statistics.r2_against(test_actual, mean, train_mean),
        "test_rank_ic": ic.mean,
        "test_rank_ic_t": ic.t,
        "test_coverage_68": statistics.coverage(test_actual, mean, std, statistics.Z_68),
        "test_coverage_95": statistics.coverage(test_actual, mean, std, statistics.Z_95),
        "training_seconds": time.monotonic() - started,
        "catboost_version": catboost.__version__,
        "fingerprint": fingerprint(labelled, features, label, params),
        "model": boosting.to_bytes(final_model),
        "test_predictions": predictions.to_dicts(),
    }
    for name, block in (
        ("train", split.train),
        ("validation", split.validation),
        ("test", split.test),
    ):
        row |= {
            f"{name}_rows": block.size,
            f"{name}_from": block.first,
            f"{name}_to": block.last,
        }
    return pl.DataFrame([row], schema=SCHEMA)
