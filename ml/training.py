"""Training one model: split, fit, calibrate, test, refit on everything."""

import ast
import hashlib
import importlib.metadata
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from duckdb import DuckDBPyRelation
from numpy.typing import NDArray

from ml import baselines, boosting, forecasting, integrity, out_of_time, prior, statistics
from ml.clock import now_after
from ml.forecasting import Sample
from ml.matrix import FeatureSet, prepare
from ml.progress import Progress
from ml.splits import FEWEST_LABELS, TooLittleHistoryError, split_by_time

Floats = NDArray[np.float64]

SAMPLES_PER_YEAR = 4
# Modules of this folder that decide a model.
CODE = (
    "baselines",
    "boosting",
    "forecasting",
    "matrix",
    "prior",
    "out_of_time",
    "splits",
    "statistics",
    "training",
)
LIBRARIES = ("catboost", "numpy", "polars", "scipy", "scikit-learn", "duckdb")

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
        """Settings as dbt passes them on, with all cores: two models at a time share them well."""
        seed = config["seed"]
        return cls(
            steps=int(config["steps"]),
            seed=None if seed is None else int(seed),
            cutoff_date=to_day(config["cutoff_date"]),
            holdout_tickers=tuple(sorted({str(t).upper() for t in config["holdout_tickers"]})),
            threads=os.cpu_count() or 1,
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


def fingerprint(labelled: Sample, features: FeatureSet, label: str, settings: Settings) -> str:
    """Digest of all that decides a model but its seed: same digest and seed, same model.

    That is the training data (rows and columns in order), the parameters and the bound on trees,
    and the versions of code and libraries.
    """
    panel = labelled.panel
    digest = hashlib.sha256(f"{parameters()} {settings.steps} {versions()}".encode())
    for column in [*panel.select("date", "ticker", label), *prepare(panel, features)]:
        digest.update(column.name.encode())
        if column.dtype == pl.String:
            digest.update("\0".join(column).encode())
        else:
            digest.update(column.to_physical().to_numpy().tobytes())
    return digest.hexdigest()


def versions() -> str:
    """Versions of all code that a model depends on (JSON).

    Python, the libraries and, as `ml`, a digest of this project's own code: comments and layout
    do not count.
    """
    digest = hashlib.sha256()
    for module in CODE:
        source = Path(__file__).with_name(f"{module}.py").read_text()
        digest.update(ast.dump(ast.parse(source)).encode())
    installed = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return json.dumps(
        {"ml": digest.hexdigest()[:12], "python": platform.python_version(), **installed}
    )


def parameters() -> str:
    """All that decides a fit beside data, seed and `steps` (JSON)."""
    return json.dumps(
        {
            **boosting.COMMON,
            **boosting.PARAMETERS,
            "early_stopping_rounds": boosting.EARLY_STOPPING_ROUNDS,
            "border_rows": boosting.BORDER_ROWS,
            "prior": boosting.EXACT_PARAMETERS,
            "prior_ic": prior.PRIOR_IC,
            "prior_ic_std": prior.PRIOR_IC_STD,
            "level_std": prior.LEVEL_STD,
            "confidence": out_of_time.CONFIDENCE,
            "intraclass_correlation": forecasting.INTRACLASS_CORRELATION,
        },
        sort_keys=True,
    )


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


def labelled_rows(
    panel: pl.DataFrame,
    excess_returns: pl.DataFrame,
    label: str,
    holdout_tickers: tuple[str, ...] = (),
) -> Sample:
    """The panel's rows with a label, but for some tickers, ordered by date and ticker."""
    labels = excess_returns.select("ticker", "date", label).drop_nulls()
    rows = (
        panel.join(labels, on=["ticker", "date"])
        .filter(~pl.col("ticker").is_in(holdout_tickers))
        .sort("date", "ticker")
    )
    return Sample(rows, rows[label].to_numpy())


def error_quantiles(forecast: baselines.Forecast, known: Sample) -> Floats:
    """Quantiles of a baseline's errors in the rows that it was fitted on (log excess return).

    Args:
        forecast: the baseline.
        known: the rows; each sample quarter of them weighs the same.
    """
    calibration = statistics.calibrate(known.actual - forecast(known.panel), known.quarters)
    return np.asarray(calibration.quantiles * np.sqrt(calibration.variance_factor))


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
) -> pl.DataFrame:
    """Train one model and return its row of `trained_<horizon>m`.

    The test block is forecast by a model fitted on what had closed before it, of whose trees the
    validation block had confirmed so much. The model that is kept is fitted again on all
    labelled rows, with the same number of trees; the test block has its say in their weight.

    Args:
        panel: columns ticker, date and the features.
        excess_returns: columns ticker, date and excess_return_ln_<horizon>m.
        catalogue: the feature catalogue; see `FeatureSet.from_catalogue`.
        training_seeds: column seed, to draw from when the settings name none.
        market_end: last trading day that the data reach.
        settings: what the build asked for.
        horizon_months: length of the label window.
        watch: makes the `Progress` that is told of each tree, of what it counts and how many.
        trained_after: when the newest model was trained; this one counts as newer.

    Raises:
        TooLittleHistoryError: the labels are too few, or their dates cannot hold the split.
    """
    started = time.monotonic()
    training_date = datetime.now(UTC).date()
    trained_at = now_after(trained_after)
    label = f"excess_return_ln_{horizon_months}m"
    features = FeatureSet.from_catalogue(catalogue)
    labelled = labelled_rows(panel, excess_returns, label, settings.holdout_tickers)
    if labelled.panel.height < FEWEST_LABELS:
        raise TooLittleHistoryError(
            f"excess_returns has {labelled.panel.height} labels for {horizon_months} months: a "
            f"model needs {FEWEST_LABELS}; bring more stocks or a longer history of prices"
        )
    split = split_by_time(labelled.panel["date"], horizon_months)
    test_rows = labelled.take(split.test.rows)
    known_rows = labelled.closed_before(split.test.first, horizon_months)
    seed = settings.seed
    if seed is None:
        seed = draw_seed(training_seeds["seed"].to_list(), training_date)

    learner = forecasting.Learner(
        features,
        horizon_months,
        steps=settings.steps,
        seed=seed,
        threads=settings.threads,
        progress=watch(f"trees for {horizon_months} months", settings.steps) if watch else None,
    )
    split_model = forecasting.fit(learner, known_rows)
    mean, std = split_model.forecast(test_rows.panel)
    naive = baselines.naive(known_rows)
    ridge = baselines.ridge_on_all(known_rows, features, horizon_months)
    predictions = test_rows.panel.select("ticker", "date").with_columns(
        actual=pl.Series(test_rows.actual),
        predicted_mean=pl.Series(mean),
        predicted_std=pl.Series(std),
        naive_mean=pl.Series(naive(test_rows.panel)),
        ridge_mean=pl.Series(ridge(test_rows.panel)),
    )

    final_model = forecasting.refit(split_model, labelled, test_rows)
    if learner.progress:
        learner.progress.finish()
    lower_68, upper_68 = final_model.calibration.interval(0.68)
    lower_95, upper_95 = final_model.calibration.interval(0.95)
    params = parameters()
    row = {
        "model_id": model_id(horizon_months, training_date, settings),
        "pred_col": label,
        "horizon_months": horizon_months,
        "training_date": training_date,
        "trained_at": trained_at,
        "cutoff_date": settings.cutoff_date,
        "market_end": market_end,
        "holdout_tickers": list(settings.holdout_tickers),
        "seed": seed,
        "steps": settings.steps,
        "trees": final_model.trees,
        "params": params,
        "num_rows": labelled.panel.height,
        "num_cols": len(features.names),
        "num_tickers": labelled.panel["ticker"].n_unique(),
        "features": list(features.names),
        "categorical_features": sorted(features.categorical),
        "feature_importances": final_model.booster.get_feature_importance().tolist(),
        "train_mean": split_model.mean,
        "data_weight": final_model.data_weight,
        "z_68": (upper_68 - lower_68) / 2,
        "z_95": (upper_95 - lower_95) / 2,
        "training_seconds": time.monotonic() - started,
        "library_versions": versions(),
        "fingerprint": fingerprint(labelled, features, label, settings),
        "model": boosting.to_bytes(final_model.booster),
        "score_ic": final_model.score_ic,
        "level": final_model.level,
        "error_quantiles": final_model.calibration.quantiles.tolist(),
        "naive_error_quantiles": error_quantiles(naive, known_rows).tolist(),
        "ridge_error_quantiles": error_quantiles(ridge, known_rows).tolist(),
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
    row["model_sha256"] = integrity.digest(row)
    schema = {name: dtype for name, dtype in SCHEMA.items() if name != "test_predictions"}
    nested = predictions.select(test_predictions=pl.struct(pl.all()).implode())
    return pl.concat([pl.DataFrame([row], schema=schema), nested], how="horizontal").select(*SCHEMA)
