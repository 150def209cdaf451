"""The hold-out study: how a model forecasts tickers that it never saw."""

from typing import Any

import polars as pl

from ml.learning.boosting import to_pool
from ml.warehouse.explaining import StoredModel

SCHEMA: dict[str, Any] = {
    "model_id": pl.String,
    "seen_model_id": pl.String,
    "pred_col": pl.String,
    "ticker": pl.String,
    "date": pl.Date,
    "predicted_mean": pl.Float64,
    "predicted_std": pl.Float64,
    "seen_predicted_mean": pl.Float64,
    "seen_predicted_std": pl.Float64,
    "actual": pl.Float64,
    "in_seen_training": pl.Boolean,
    "training_date": pl.Date,
    "trained_at": pl.Datetime("us", "UTC"),
}


def compare(panel: pl.DataFrame, study: StoredModel, seen: StoredModel) -> pl.DataFrame:
    """Forecasts of both models for every row of the panel, beside the outcome.

    Args:
        panel: columns ticker, date, the models' label and the features of both.
        study: the model that was trained without the panel's tickers.
        seen: the model that had them.

    Returns:
        One row per row of the panel, sorted by ticker and date, with the columns of `SCHEMA`.

    Raises:
        FeatureMismatchError: the panel lacks a feature of a model.
    """
    panel = panel.sort("ticker", "date")
    mean, std = study.forecast(to_pool(panel, study.features))
    seen_mean, seen_std = seen.forecast(to_pool(panel, seen.features))
    label = pl.col(study.row["pred_col"])
    window_end = pl.col("date").dt.offset_by(f"{study.row['horizon_months']}mo")
    return panel.select(
        model_id=pl.lit(study.row["model_id"]),
        seen_model_id=pl.lit(seen.row["model_id"]),
        pred_col=pl.lit(study.row["pred_col"]),
        ticker="ticker",
        date="date",
        predicted_mean=pl.Series(mean),
        predicted_std=pl.Series(std),
        seen_predicted_mean=pl.Series(seen_mean),
        seen_predicted_std=pl.Series(seen_std),
        actual=label,
        in_seen_training=label.is_not_null() & (window_end <= seen.row["market_end"]),
        training_date=pl.lit(study.row["training_date"]),
        trained_at=pl.lit(study.row["trained_at"]),
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
