"""Taking forecasts apart: one row for each contribution of a feature to a forecast."""

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from ml import boosting, lognormal
from ml.matrix import FeatureSet, prepare, to_pool

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


class NoModelError(LookupError):
    """Raised when no stored model was trained as the build asks."""


def newest_model(
    trained: pl.DataFrame, cutoff_date: date | None, holdout_tickers: tuple[str, ...]
) -> dict[str, Any]:
    """The newest row of `trained_<horizon>m` with this cutoff and these tickers left out.

    Raises:
        NoModelError: there is none.
    """
    matching = trained.filter(
        pl.col("cutoff_date").eq_missing(pl.lit(cutoff_date, pl.Date))
        & (pl.col("holdout_tickers").list.join(",") == ",".join(holdout_tickers))
    ).sort("trained_at")
    if matching.is_empty():
        raise NoModelError(
            f"no stored model has cutoff_date {cutoff_date} and holdout_tickers "
            f"{list(holdout_tickers)}: build the trained models with the same vars first"
        )
    return matching.row(-1, named=True)


def rows_to_explain(panel: pl.DataFrame, since: date | None) -> pl.DataFrame:
    """The panel's rows since a day; without one, each ticker's latest row."""
    if since is not None:
        return panel.filter(pl.col("date") >= since)
    return panel.filter(pl.col("date") == pl.col("date").max().over("ticker"))


def explain(panel: pl.DataFrame, trained: dict[str, Any]) -> pl.DataFrame:
    """SHAP contributions of every feature to the forecast of every row, sorted by ticker and date.

    Contributions and bias add up to `predicted_mean` (Lundberg et al., From local explanations to
    global understanding with explainable AI for trees, 2020), all in log excess return.

    Args:
        panel: columns ticker, date, the model's label and its features.
        trained: the model's row of `trained_<horizon>m`.

    Returns:
        One row per row of the panel and feature, with the columns of `SCHEMA`.

    Raises:
        FeatureMismatchError: the panel lacks a feature of the model.
    """
    features = FeatureSet(tuple(trained["features"]), frozenset(trained["categorical_features"]))
    panel = panel.sort("ticker", "date")
    if panel.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    pool = to_pool(panel, features)
    model = boosting.from_bytes(trained["model"])
    mean, variance = boosting.predict(model, pool)
    std = np.sqrt(trained["variance_scale"] * variance)
    contributions = model.get_feature_importance(pool, type="ShapValues")[:, 0, :]

    rows = panel.select(
        model_id=pl.lit(trained["model_id"]),
        pred_col=pl.lit(trained["pred_col"]),
        ticker="ticker",
        date="date",
        bias=pl.Series(contributions[:, -1]),
        predicted_mean=pl.Series(mean),
        predicted_std=pl.Series(std),
        predicted_return=pl.Series(lognormal.mean_return(mean, std)),
        predicted_return_std=pl.Series(lognormal.std_return(mean, std)),
        actual=pl.col(trained["pred_col"]),
        training_date=pl.lit(trained["training_date"]),
        trained_at=pl.lit(trained["trained_at"]),
        seed=pl.lit(trained["seed"]),
    ).with_row_index("row")
    values = prepare(panel, features)
    parts = [
        rows.with_columns(
            feature=pl.lit(name),
            shap_value=pl.Series(contributions[:, position]),
            feature_value=pl.lit(None, pl.Float64)
            if name in features.categorical
            else panel[name].cast(pl.Float64),
            feature_category=values[name]
            if name in features.categorical
            else pl.lit(None, pl.String),
        )
        for position, name in enumerate(features.names)
    ]
    return (
        pl.concat(parts)
        .sort("row", maintain_order=True)
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    )
