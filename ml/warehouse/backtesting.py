"""Rows of `backtest_forecasts`: year after year, as a model said that knew what was known then."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl

from ml.learning.backtesting import forecast_year
from ml.learning.forecasting import Learner
from ml.learning.matrix import FeatureSet
from ml.learning.splits import FEWEST_LABELS, YearByYear
from ml.learning.training import labelled_rows
from ml.warehouse.clock import now_after
from ml.warehouse.settings import Settings, model_id

SCHEMA: dict[str, Any] = {
    "backtest_id": pl.String,
    "pred_col": pl.String,
    "horizon_months": pl.Int32,
    "fold": pl.Int32,
    "fold_from": pl.Date,
    "fold_to": pl.Date,
    "train_from": pl.Date,
    "train_to": pl.Date,
    "train_rows": pl.Int64,
    "trees": pl.Int32,
    "ticker": pl.String,
    "date": pl.Date,
    "actual": pl.Float64,
    "predicted_mean": pl.Float64,
    "predicted_std": pl.Float64,
    "lower_68": pl.Float64,
    "upper_68": pl.Float64,
    "lower_95": pl.Float64,
    "upper_95": pl.Float64,
    "naive_mean": pl.Float64,
    "ridge_mean": pl.Float64,
    "trained_at": pl.Datetime("us", "UTC"),
    "chance_of_beating_spy": pl.Float64,
}


def backtest(
    panel: pl.DataFrame,
    excess_returns: pl.DataFrame,
    catalogue: pl.DataFrame,
    training_seeds: pl.DataFrame,
    settings: Settings,
    horizon_months: int,
    folds: int,
    warn: Callable[[str], None],
    trained_after: datetime | None = None,
) -> pl.DataFrame:
    """Forecasts of the last `folds` years of labelled sample dates, one model a year.

    Args:
        panel: columns ticker, date and the features.
        excess_returns: columns ticker, date and excess_return_ln_<horizon>m.
        catalogue: the feature catalogue; see `FeatureSet.from_catalogue`.
        training_seeds: column seed, to draw from when the settings name none.
        settings: what the build asked for; tickers held out are forecast, but not trained on.
        horizon_months: length of the label window.
        folds: number of years; those with too little history before them are left out.
        warn: takes a sentence that says how many were left out.
        trained_after: when the newest backtest was made; this one counts as newer.

    Returns:
        One row per fold and labelled row of its year, with the columns of `SCHEMA`.
    """
    training_date = datetime.now(UTC).date()
    trained_at = now_after(trained_after)
    label = f"excess_return_ln_{horizon_months}m"
    features = FeatureSet.from_catalogue(catalogue)
    labelled = labelled_rows(panel, excess_returns, label)
    seed = settings.seed_of(training_date, training_seeds["seed"].to_list())
    learner = Learner(features, horizon_months, settings.steps, seed, settings.threads)
    seen = ~labelled.panel["ticker"].is_in(settings.holdout_tickers).to_numpy()

    forecasts = [pl.DataFrame(schema=SCHEMA)]
    for closed, of_year in labelled.folds(YearByYear(horizon_months, folds)):
        known, year = labelled.take(closed[seen[closed]]), labelled.take(of_year)
        rows = forecast_year(learner, known, year).with_columns(
            backtest_id=pl.lit(model_id(horizon_months, training_date, settings)),
            pred_col=pl.lit(label),
            horizon_months=pl.lit(horizon_months),
            fold=pl.lit(len(forecasts)),
            fold_from=pl.col("date").min(),
            fold_to=pl.col("date").max(),
            trained_at=pl.lit(trained_at),
        )
        forecasts.append(rows.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()))
    found = len(forecasts) - 1
    if found < folds:
        warn(
            f"backtest of {horizon_months} months: {found} of {folds} years; before the others "
            f"fewer than {FEWEST_LABELS} labels were known"
        )
    return pl.concat(forecasts)
