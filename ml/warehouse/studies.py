"""Hold-out studies: how models forecast tickers that they never saw."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from ml.learning import training
from ml.learning.boosting import to_pool
from ml.learning.forecasting import Learner
from ml.learning.matrix import FeatureSet
from ml.warehouse.clock import now_after
from ml.warehouse.explaining import StoredModel
from ml.warehouse.jobs import HERE, Job, Workplace
from ml.warehouse.progress import Progress
from ml.warehouse.settings import Settings

EACH = "each"

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

UNSEEN_SCHEMA: dict[str, Any] = {
    "pred_col": pl.String,
    "horizon_months": pl.Int32,
    "ticker": pl.String,
    "date": pl.Date,
    "holdout_group": pl.String,
    "train_tickers": pl.Int32,
    "predicted_mean": pl.Float64,
    "predicted_std": pl.Float64,
    "seen_model_id": pl.String,
    "seen_predicted_mean": pl.Float64,
    "seen_predicted_std": pl.Float64,
    "actual": pl.Float64,
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


def unseen_forecasts(
    panel: pl.DataFrame,
    excess_returns: pl.DataFrame,
    catalogue: pl.DataFrame,
    training_seeds: pl.DataFrame,
    seen: Sequence[StoredModel],
    settings: Settings,
    groups: int | str,
    trained_after: datetime | None = None,
    place: Workplace = HERE,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Forecasts of every ticker by models that never saw it, nor the others of its group.

    Args:
        panel: columns ticker, date and the features.
        excess_returns: columns ticker, date and excess_return_ln_<months>m of each horizon.
        catalogue: the feature catalogue; see `FeatureSet.from_catalogue`.
        training_seeds: column seed, to draw from when the settings name none.
        seen: the model of each horizon that has seen all tickers.
        settings: what the build asks for, but for the tickers to leave out.
        groups: number of groups, or `EACH`.
        trained_after: when the newest study was made; this one counts as newer.
        place: where the models are trained: one of a group and horizon.
        progress: is told of each that is, and how many there are.

    Returns:
        One row per horizon and row of the panel, with the columns of `UNSEEN_SCHEMA`.

    Raises:
        TooLittleHistoryError: without a group the labels are too few.
    """
    training_date = datetime.now(UTC).date()
    trained_at = now_after(trained_after)
    features = FeatureSet.from_catalogue(catalogue)
    seed = settings.seed_of(training_date, training_seeds["seed"].to_list())
    dealt = deal(panel["ticker"].unique().to_list(), groups)
    if progress:
        progress.total = len(dealt) * len(seen)

    def jobs() -> Iterator[tuple[str, Job]]:
        for model in seen:
            months, label = model.row["horizon_months"], model.row["pred_col"]
            mean, std = model.forecast(to_pool(panel, model.features))
            rows = panel.with_columns(
                seen_predicted_mean=pl.Series(mean), seen_predicted_std=pl.Series(std)
            ).join(excess_returns.select("ticker", "date", label), on=["ticker", "date"])
            facts = {
                "pred_col": label,
                "horizon_months": months,
                "seen_model_id": model.row["model_id"],
                "training_date": training_date,
                "trained_at": trained_at,
            }
            learner = Learner(features, months, settings.steps, seed, place.threads(settings))
            shared = place.share(rows)
            for group, tickers in dealt.items():
                arguments = (shared, learner, group, tickers, facts)
                yield f"training for {months} months without {group}", Job(unseen_rows, arguments)

    forecasts: list[pl.DataFrame] = place.run(jobs(), progress)
    return pl.concat([pl.DataFrame(schema=UNSEEN_SCHEMA), *forecasts])


def deal(tickers: Sequence[str], groups: int | str) -> dict[str, list[str]]:
    """Groups of tickers, by name: by a hash of each, the same in every market and build.

    Args:
        tickers: the tickers.
        groups: number of groups, some of which may be empty and left out; `EACH` names each after
            its only ticker.
    """
    dealt: dict[str, list[str]] = {}
    for ticker in sorted(tickers):
        digest = int(hashlib.md5(ticker.encode()).hexdigest(), 16)
        name = ticker if groups == EACH else f"group {digest % int(groups) + 1} of {groups}"
        dealt.setdefault(name, []).append(ticker)
    return dealt


def unseen_rows(
    rows: pl.DataFrame,
    learner: Learner,
    group: str,
    tickers: Sequence[str],
    facts: Mapping[str, Any],
) -> pl.DataFrame:
    """Forecasts of a group of tickers by a model that was trained without them.

    Args:
        rows: the panel with the label, null where it is open, and what a model forecasts that has
            seen all tickers.
        learner: what decides the fits beside their rows.
        group: name of the group.
        tickers: its tickers.
        facts: what the rows say of their study; the label's name among it.

    Returns:
        One row per row of these tickers, with the columns of `UNSEEN_SCHEMA`.
    """
    label = facts["pred_col"]
    outcomes = rows.select("ticker", "date", label)
    known = training.labelled_rows(rows.drop(label), outcomes, label, tuple(tickers))
    unseen = rows.filter(pl.col("ticker").is_in(tickers)).sort("ticker", "date")
    mean, std = training.train(learner, known).final_model.forecast(unseen)
    forecasts = unseen.with_columns(
        *(pl.lit(value).alias(name) for name, value in facts.items()),
        holdout_group=pl.lit(group),
        train_tickers=pl.lit(known.panel["ticker"].n_unique()),
        predicted_mean=pl.Series(mean),
        predicted_std=pl.Series(std),
        actual=pl.col(label),
    )
    return forecasts.select(pl.col(name).cast(kind) for name, kind in UNSEEN_SCHEMA.items())
