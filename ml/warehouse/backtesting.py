"""Rows of `backtest_forecasts`: year after year, as a model said that knew what was known then."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from ml.learning.backtesting import forecast_year
from ml.learning.forecasting import Learner, Sample
from ml.learning.matrix import FeatureSet
from ml.learning.splits import FEWEST_LABELS, CrossValidator, YearByYear
from ml.learning.training import labelled_rows
from ml.warehouse.clock import now_after
from ml.warehouse.jobs import HERE, Job, Workplace
from ml.warehouse.progress import Progress
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
    horizons: Sequence[int],
    folds: int,
    warn: Callable[[str], None],
    trained_after: datetime | None = None,
    place: Workplace = HERE,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Forecasts of the last `folds` years of labelled sample dates, one model a year and horizon.

    Args:
        panel: columns ticker, date and the features.
        excess_returns: columns ticker, date and excess_return_ln_<months>m of each horizon.
        catalogue: the feature catalogue; see `FeatureSet.from_catalogue`.
        training_seeds: column seed, to draw from when the settings name none.
        settings: what the build asked for; tickers held out are forecast, but not trained on.
        horizons: lengths of the label windows in months.
        folds: number of years; those with too little history before them are left out.
        warn: takes a sentence that says how many were left out.
        trained_after: when the newest backtest was made; this one counts as newer.
        place: where the models are trained.
        progress: is told of each year that is forecast.

    Returns:
        One row per horizon, fold and labelled row of its year, with the columns of `SCHEMA`.
    """
    training_date = datetime.now(UTC).date()
    trained_at = now_after(trained_after)
    features = FeatureSet.from_catalogue(catalogue)
    seed = settings.seed_of(training_date, training_seeds["seed"].to_list())
    threads = place.threads(settings)

    def jobs() -> Iterator[tuple[str, Job]]:
        for months in horizons:
            label = f"excess_return_ln_{months}m"
            labelled = labelled_rows(panel, excess_returns, label)
            years = YearByYear(months, folds)
            found = years.get_n_splits(groups=labelled.panel["date"])
            if found < folds:
                warn(
                    f"backtest of {months} months: {found} of {folds} years; before the others "
                    f"fewer than {FEWEST_LABELS} labels were known"
                )
            facts = {
                "backtest_id": model_id(months, training_date, settings),
                "pred_col": label,
                "horizon_months": months,
                "trained_at": trained_at,
            }
            learner = Learner(features, months, settings.steps, seed, threads)
            shared = place.share(labelled)
            for number in range(1, found + 1):
                arguments = (shared, learner, years, settings.holdout_tickers, facts, number)
                yield f"backtest of {months} months, year {number}", Job(fold_rows, arguments)

    forecasts: list[pl.DataFrame] = place.run(jobs(), progress)
    return pl.concat([pl.DataFrame(schema=SCHEMA), *forecasts])


def fold_rows(
    labelled: Sample,
    learner: Learner,
    years: CrossValidator,
    holdout_tickers: tuple[str, ...],
    facts: Mapping[str, Any],
    number: int,
) -> pl.DataFrame:
    """Forecasts of one year.

    Args:
        labelled: all labelled rows.
        learner: what decides the fit beside its rows.
        years: splits them into years and what was known before each.
        holdout_tickers: tickers that are forecast, but not trained on.
        facts: what the rows say of their backtest.
        number: which of the years, from 1.

    Returns:
        One row per labelled row of the year, with the columns of `SCHEMA`.
    """
    closed, of_year = labelled.folds(years)[number - 1]
    seen = ~labelled.panel["ticker"].is_in(holdout_tickers).to_numpy()
    known, year = labelled.take(closed[seen[closed]]), labelled.take(of_year)
    rows = forecast_year(learner, known, year).with_columns(
        *(pl.lit(value).alias(name) for name, value in facts.items()),
        fold=pl.lit(number),
        fold_from=pl.col("date").min(),
        fold_to=pl.col("date").max(),
    )
    return rows.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
