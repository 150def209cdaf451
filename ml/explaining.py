"""Taking forecasts apart: one row for each contribution of a feature to a forecast."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from catboost import CatBoostRegressor, Pool
from duckdb import DuckDBPyRelation
from numpy.typing import NDArray

from ml import boosting, lognormal
from ml.matrix import FeatureSet, prepare, to_pool

Floats = NDArray[np.float64]

# Forecasts taken apart at a time: with 75 features, a chunk of about 30 MB.
FORECASTS_AT_ONCE = 2048

SCHEMA: dict[str, Any] = {
    "model_id": pl.String,
    "pred_col": pl.String,
    "ticker": pl.String,
    "date": pl.Date,
    "feature": pl.String,
    "shap_value": pl.Float64,
    "feature_value": pl.Float64,
    "feature_category": pl.String,
    "bias": pl.Float64,
    "predicted_mean": pl.Float64,
    "predicted_std": pl.Float64,
    "predicted_return": pl.Float64,
    "predicted_return_std": pl.Float64,
    "actual": pl.Float64,
    "training_date": pl.Date,
    "trained_at": pl.Datetime("us", "UTC"),
    "seed": pl.Int64,
}


@dataclass(frozen=True)
class StoredModel:
    """A row of `trained_<horizon>m` and the model in it, ready to forecast."""

    row: dict[str, Any]
    features: FeatureSet
    booster: CatBoostRegressor

    @classmethod
    def load(cls, row: dict[str, Any]) -> "StoredModel":
        """The model of a row of `trained_<horizon>m`."""
        features = FeatureSet(tuple(row["features"]), frozenset(row["categorical_features"]))
        return cls(row, features, boosting.from_bytes(row["model"]))

    def forecast(self, pool: Pool) -> tuple[Floats, Floats]:
        """Mean and calibrated standard deviation of the log excess return, each (n,)."""
        mean, variance = boosting.predict(self.booster, pool)
        return mean, np.sqrt(variance)

    def contributions(self, pool: Pool) -> Floats:
        """SHAP contributions to the mean, (n, features + 1): the last column is the bias."""
        values: Floats = self.booster.get_feature_importance(pool, type="ShapValues")[:, 0, :]
        return values


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


def explanations(rows: DuckDBPyRelation, models: Sequence[StoredModel]) -> pa.RecordBatchReader:
    """What `explain` returns for all rows and models, by model, ticker, date and feature.

    Rows are read and explained in chunks while the reader is read, so that memory does not grow
    with them.
    """

    def batches() -> Iterator[pa.RecordBatch]:
        for model in models:
            known = [name for name in model.features.names if name in rows.columns]
            columns = ", ".join(["ticker", "date", model.row["pred_col"], *known])
            chunks = rows.project(columns).order("ticker, date").to_arrow_reader(FORECASTS_AT_ONCE)
            for chunk in chunks:
                yield from explain(pl.DataFrame(chunk), model).to_arrow().to_batches()

    return pa.RecordBatchReader.from_batches(
        pl.DataFrame(schema=SCHEMA).to_arrow().schema, batches()
    )


def explain(panel: pl.DataFrame, model: StoredModel) -> pl.DataFrame:
    """SHAP contributions of every feature to the forecast of every row, in the panel's order.

    Contributions and bias add up to `predicted_mean` (Lundberg et al., From local explanations to
    global understanding with explainable AI for trees, 2020), all in log excess return.

    Args:
        panel: columns ticker, date, the model's label and its features.
        model: what forecasts.

    Returns:
        One row per row of the panel and feature, with the columns of `SCHEMA`.

    Raises:
        FeatureMismatchError: the panel lacks a feature of the model.
    """
    features, row = model.features, model.row
    pool = to_pool(panel, features)
    mean, std = model.forecast(pool)
    contributions = model.contributions(pool)
    values = prepare(panel, features)
    numbers = [
        pl.lit(None, pl.Float64) if name in features.categorical else panel[name].cast(pl.Float64)
        for name in features.names
    ]
    categories = [
        values[name] if name in features.categorical else pl.lit(None, pl.String)
        for name in features.names
    ]
    return (
        panel.select(
            model_id=pl.lit(row["model_id"]),
            pred_col=pl.lit(row["pred_col"]),
            ticker="ticker",
            date="date",
            feature=pl.lit(list(features.names)),
            shap_value=pl.Series(contributions[:, :-1]).arr.to_list(),
            feature_value=pl.concat_list(numbers),
            feature_category=pl.concat_list(categories),
            bias=pl.Series(contributions[:, -1]),
            predicted_mean=pl.Series(mean),
            predicted_std=pl.Series(std),
            predicted_return=pl.Series(lognormal.mean_return(mean, std)),
            predicted_return_std=pl.Series(lognormal.std_return(mean, std)),
            actual=pl.col(row["pred_col"]),
            training_date=pl.lit(row["training_date"]),
            trained_at=pl.lit(row["trained_at"]),
            seed=pl.lit(row["seed"]),
        )
        .explode("feature", "shap_value", "feature_value", "feature_category")
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    )
