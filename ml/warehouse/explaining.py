"""Taking forecasts apart: one row for each feature's contributions to a forecast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from duckdb import DuckDBPyRelation
from numpy.typing import NDArray

from ml.learning import boosting, statistics
from ml.learning.boosting import Booster, Pool, to_pool
from ml.learning.contributions import LeafContributions
from ml.learning.matrix import FeatureSet, prepare
from ml.warehouse import integrity
from ml.warehouse.progress import Progress

Floats = NDArray[np.float64]

# Four of DuckDB's groups of rows: more of them need more memory, fewer more time.
ROWS_AT_ONCE = 122_880

# Each value of a forecast or a feature is held once, and its rows point to it.
TEXT = pa.dictionary(pa.int32(), pa.string())
NUMBER = pa.dictionary(pa.int32(), pa.float64())
DAY = pa.dictionary(pa.int32(), pa.date32())
SCHEMA = pa.schema(
    {
        "model_id": TEXT,
        "pred_col": TEXT,
        "ticker": TEXT,
        "date": DAY,
        "feature": TEXT,
        "shap_value": pa.float64(),
        "feature_value": pa.float64(),
        "feature_category": TEXT,
        "bias": NUMBER,
        "predicted_mean": NUMBER,
        "predicted_std": NUMBER,
        "predicted_return": NUMBER,
        "predicted_return_std": NUMBER,
        "actual": NUMBER,
        "training_date": DAY,
        "trained_at": pa.dictionary(pa.int32(), pa.timestamp("us", "UTC")),
        "seed": pa.dictionary(pa.int32(), pa.int64()),
        "risk_shap_value": pa.float64(),
        "risk_bias": NUMBER,
    }
)


@dataclass(frozen=True)
class StoredModel:
    """A row of `trained_<horizon>m` and the model in it, ready to forecast."""

    row: dict[str, Any]
    features: FeatureSet
    booster: Booster

    @classmethod
    def load(cls, row: dict[str, Any]) -> "StoredModel":
        """The model of a row of `trained_<horizon>m`.

        Raises:
            DamagedModelError: the row is not what training wrote.
        """
        integrity.require_whole(row)
        features = FeatureSet(tuple(row["features"]), frozenset(row["categorical_features"]))
        return cls(row, features, boosting.from_bytes(row["model"]))

    def forecast(self, pool: Pool) -> tuple[Floats, Floats]:
        """Mean and calibrated standard deviation of the log excess return, each (n,)."""
        mean, variance = boosting.predict(self.booster, pool)
        return mean, np.sqrt(variance)

    @property
    def error_quantiles(self) -> Floats:
        """Quantiles of standardised errors; a normal distribution's where none were stored."""
        stored = self.row.get("error_quantiles")
        return statistics.NORMAL_QUANTILES if stored is None else np.array(stored)

    def contributions(self, pool: Pool) -> Floats:
        """SHAP contributions to the mean and to the log of the standard deviation.

        Returns:
            (n, 2, features + 1): the last column is the bias.
        """
        if self._by_leaf is not None:
            return self._by_leaf.sum(boosting.leaves(self.booster, pool))
        return boosting.contributions(self.booster, pool)

    @cached_property
    def _by_leaf(self) -> LeafContributions | None:
        ensemble = boosting.ensemble(self.booster)
        return None if ensemble is None else LeafContributions.of(ensemble)


def rows_to_explain(
    features: DuckDBPyRelation, excess_returns: DuckDBPyRelation, since: date | None
) -> DuckDBPyRelation:
    """The panel's rows since a day, with their labels; without a day, each ticker's latest row."""
    if since is not None:
        rows = features.filter(f"date >= date '{since}'")
    else:
        latest = features.aggregate("ticker, max(date) as date", "ticker").set_alias("latest")
        rows = features.join(latest, "ticker, date", how="semi")
    return rows.join(excess_returns.set_alias("labels"), "ticker, date")


def explanations(
    rows: DuckDBPyRelation, models: Sequence[StoredModel], progress: Progress
) -> pa.RecordBatchReader:
    """What `explain` returns for all rows and models, ticker by ticker.

    Rows are read and explained in chunks while the reader is read, so that memory does not grow
    with them.

    Args:
        rows: what `rows_to_explain` returns.
        models: what forecasts.
        progress: is told of each forecast explained.
    """
    names = {name: None for model in models for name in model.features.names}
    known = [name for name in names if name in rows.columns]
    labels = {model.row["pred_col"]: None for model in models}
    columns = ", ".join(["ticker", "date", *labels, *known])
    forecasts_at_once = ROWS_AT_ONCE // len(names)

    def batches() -> Iterator[pa.RecordBatch]:
        ordered = rows.project(columns).order("ticker, date")
        for block in ordered.to_arrow_reader(forecasts_at_once):
            for batch in explain(pl.DataFrame(block), models):
                yield batch
                progress.add(len(batch["ticker"].dictionary))
        progress.finish()

    return pa.RecordBatchReader.from_batches(SCHEMA, batches())


def explain(panel: pl.DataFrame, models: Sequence[StoredModel]) -> Iterator[pa.RecordBatch]:
    """SHAP contributions of every feature to the forecast of every row, in the panel's order.

    Contributions and bias add up to `predicted_mean` (Lundberg et al., From local explanations to
    global understanding with explainable AI for trees, 2020), all in log excess return; those to
    the risk add up to the log of `predicted_std`.

    Args:
        panel: columns ticker, date, the models' labels and their features.
        models: what forecasts.

    Yields:
        By model, one row per row of the panel and feature, with the columns of `SCHEMA`.

    Raises:
        FeatureMismatchError: the panel lacks a feature of a model.
    """
    inputs: dict[FeatureSet, _Inputs] = {}
    for model in models:
        if model.features not in inputs:
            inputs[model.features] = _Inputs.of(panel, model.features)
        yield _explain(panel, model, inputs[model.features])


@dataclass(frozen=True)
class _Inputs:
    """What models with the same features share: their input, and which row holds which value."""

    pool: Pool
    numbers: pa.DoubleArray
    categories: pa.StringArray
    of_model: pa.Int32Array
    of_forecast: pa.Int32Array
    of_feature: pa.Int32Array
    of_category: pa.Int32Array

    @classmethod
    def of(cls, panel: pl.DataFrame, features: FeatureSet) -> "_Inputs":
        pool = to_pool(panel, features)
        width = len(features.names)
        forecasts = np.arange(panel.height, dtype=np.int32)
        categorical = [name for name in features.names if name in features.categorical]
        # -1: a number, which has no category.
        of_category = np.full((len(forecasts), width), -1, np.int32)
        for position, name in enumerate(categorical):
            column = features.names.index(name)
            of_category[:, column] = forecasts * len(categorical) + position
        numbers = panel.select(
            pl.lit(None, pl.Float64).alias(name)
            if name in features.categorical
            else pl.col(name).cast(pl.Float64)
            for name in features.names
        ).to_numpy(order="c")
        categories = prepare(panel, replace(features, names=tuple(categorical))).to_numpy()
        return cls(
            pool=pool,
            numbers=pa.array(numbers.ravel(), mask=np.isnan(numbers).ravel()),
            categories=pa.array(categories.ravel(), pa.string()),
            of_model=pa.array(np.zeros(len(forecasts) * width, np.int32)),
            of_forecast=pa.array(np.repeat(forecasts, width)),
            of_feature=pa.array(np.tile(np.arange(width, dtype=np.int32), len(forecasts))),
            of_category=pa.array(of_category.ravel(), mask=of_category.ravel() < 0),
        )


def _explain(panel: pl.DataFrame, model: StoredModel, inputs: _Inputs) -> pa.RecordBatch:
    row, names = model.row, model.features.names
    mean, std = model.forecast(inputs.pool)
    gross, gross_std = statistics.gross_returns(mean, std, model.error_quantiles)
    contributions, risk_contributions = model.contributions(inputs.pool).swapaxes(0, 1)
    ticker, date_, actual = (panel[name].to_arrow() for name in ("ticker", "date", row["pred_col"]))
    # Each row's position in a short list of values.
    columns = {
        "model_id": (inputs.of_model, [row["model_id"]]),
        "pred_col": (inputs.of_model, [row["pred_col"]]),
        "ticker": (inputs.of_forecast, ticker),
        "date": (inputs.of_forecast, date_),
        "feature": (inputs.of_feature, names),
        "feature_category": (inputs.of_category, inputs.categories),
        "bias": (inputs.of_forecast, contributions[:, -1]),
        "risk_bias": (inputs.of_forecast, risk_contributions[:, -1]),
        "predicted_mean": (inputs.of_forecast, mean),
        "predicted_std": (inputs.of_forecast, std),
        "predicted_return": (inputs.of_forecast, gross - 1),
        "predicted_return_std": (inputs.of_forecast, gross_std),
        "actual": (inputs.of_forecast, actual),
        "training_date": (inputs.of_model, [row["training_date"]]),
        "trained_at": (inputs.of_model, [row["trained_at"]]),
        "seed": (inputs.of_model, [row["seed"]]),
    }
    arrays = {
        "shap_value": pa.array(contributions[:, :-1].ravel()),
        "risk_shap_value": pa.array(risk_contributions[:, :-1].ravel()),
        "feature_value": inputs.numbers,
    }
    for name, (index, values) in columns.items():
        kind = SCHEMA.field(name).type.value_type
        array = values if isinstance(values, pa.Array) else pa.array(values, kind)
        arrays[name] = pa.DictionaryArray.from_arrays(index, array.cast(kind))
    return pa.RecordBatch.from_arrays([arrays[name] for name in SCHEMA.names], schema=SCHEMA)
