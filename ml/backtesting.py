"""Walk-forward backtest: year after year, a model trained only on what was known then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml import forecasting
from ml.baselines import ridge_on_all
from ml.clock import now_after
from ml.matrix import FeatureSet
from ml.splits import FEWEST_LABELS, sample_quarters
from ml.training import SAMPLES_PER_YEAR, Settings, draw_seed, labelled_rows, model_id

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


@dataclass(frozen=True)
class Fold:
    """A year of sample dates, and the rows that were known before its first.

    Attributes:
        number: 1 for the earliest.
        train: (n,) rows whose label window closed before `first`.
        test: (n,) rows of the year.
        first: first sample date of the year.
        last: last sample date of the year.
    """

    number: int
    train: NDArray[np.bool_]
    test: NDArray[np.bool_]
    first: date
    last: date


def walk_forward(dates: pl.Series, horizon_months: int, folds: int) -> Iterator[Fold]:
    """The last years of labelled sample dates, each with what was known before it.

    A year without `FEWEST_LABELS` rows before it is left out.

    Args:
        dates: (n,) sample date of each labelled row, ordered.
        horizon_months: length of the label window in calendar months.
        folds: number of years.
    """
    quarters = sample_quarters(dates)
    window_ends = dates.dt.offset_by(f"{horizon_months}mo")
    distinct = quarters.unique().sort()
    number = 0
    for years_before_last in range(folds - 1, -1, -1):
        end = len(distinct) - years_before_last * SAMPLES_PER_YEAR
        year = distinct[max(0, end - SAMPLES_PER_YEAR) : max(0, end)]
        test = quarters.is_in(year.implode())
        if not test.any():
            continue
        first, last = dates.filter(test).min(), dates.filter(test).max()
        train = window_ends < first
        if train.sum() >= FEWEST_LABELS:
            number += 1
            yield Fold(number, train.to_numpy(), test.to_numpy(), first, last)  # type: ignore[arg-type]


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
    seed = settings.seed
    if seed is None:
        seed = draw_seed(training_seeds["seed"].to_list(), training_date)
    learner = forecasting.Learner(features, horizon_months, settings.steps, seed, settings.threads)
    seen = ~labelled.panel["ticker"].is_in(settings.holdout_tickers).to_numpy()

    forecasts = [pl.DataFrame(schema=SCHEMA)]
    for fold in walk_forward(labelled.panel["date"], horizon_months, folds):
        known, year = labelled.take(fold.train & seen), labelled.take(fold.test)
        forecaster = forecasting.fit(learner, known)
        ridge_forecast = ridge_on_all(known, features, horizon_months)
        mean, std = forecaster.forecast(year.panel)
        lower_68, upper_68 = forecaster.calibration.interval(0.68)
        lower_95, upper_95 = forecaster.calibration.interval(0.95)
        rows = year.panel.select("ticker", "date").with_columns(
            backtest_id=pl.lit(model_id(horizon_months, training_date, settings)),
            pred_col=pl.lit(label),
            horizon_months=pl.lit(horizon_months),
            fold=pl.lit(fold.number),
            fold_from=pl.lit(fold.first),
            fold_to=pl.lit(fold.last),
            train_from=pl.lit(known.panel["date"].min()),
            train_to=pl.lit(known.panel["date"].max()),
            train_rows=pl.lit(known.panel.height),
            trees=pl.lit(forecaster.trees),
            actual=pl.Series(year.actual),
            predicted_mean=pl.Series(mean),
            predicted_std=pl.Series(std),
            lower_68=pl.Series(mean + lower_68 * std),
            upper_68=pl.Series(mean + upper_68 * std),
            lower_95=pl.Series(mean + lower_95 * std),
            upper_95=pl.Series(mean + upper_95 * std),
            naive_mean=pl.lit(forecaster.mean),
            ridge_mean=pl.Series(ridge_forecast(year.panel)),
            trained_at=pl.lit(trained_at),
            chance_of_beating_spy=pl.Series(forecaster.calibration.chance_above_zero(mean, std)),
        )
        forecasts.append(rows.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items()))
    found = len(forecasts) - 1
    if found < folds:
        warn(
            f"backtest of {horizon_months} months: {found} of {folds} years; before the others "
            f"fewer than {FEWEST_LABELS} labels were known"
        )
    return pl.concat(forecasts)
