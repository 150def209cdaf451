"""Training one model: split, fit, calibrate, test, refit on everything."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.learning import baselines, forecasting, statistics
from ml.learning.forecasting import Forecaster, Learner, Sample
from ml.learning.splits import (
    FEWEST_LABELS,
    CrossValidator,
    LatestBlock,
    TooLittleHistoryError,
    WalkForward,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """What training made of labelled rows.

    Attributes:
        split_model: the forecaster of the test block, fitted on what had closed before it.
        final_model: the one to keep, fitted on all rows.
        predictions: one row per row of the test block: ticker, date, actual, and what the split
            model and two baselines forecast.
        naive_quantiles: quantiles of the errors of the naive forecast where it was fitted.
        ridge_quantiles: those of the ridge regression.
        blocks: sample date of each row of the blocks train, validation and test, by name.
    """

    split_model: Forecaster
    final_model: Forecaster
    predictions: pl.DataFrame
    naive_quantiles: Floats
    ridge_quantiles: Floats
    blocks: dict[str, pl.Series]


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
    learner: Learner,
    labelled: Sample,
    test: CrossValidator | None = None,
    validation: CrossValidator | None = None,
) -> Trained:
    """Train one model.

    The test block is forecast by a model fitted on what had closed before it, of whose trees the
    validation block had confirmed so much. The model that is kept is fitted again on all
    labelled rows, with the same number of trees; the test block has its say in their weight.

    Args:
        learner: what decides the fits beside their rows.
        labelled: all labelled rows.
        test: its last split is the test block, and what is known before it; None takes
            `LatestBlock`.
        validation: splits what is known before the test block; None takes `WalkForward`.

    Raises:
        TooLittleHistoryError: the labels are too few, or their dates cannot hold the split.
    """
    if labelled.panel.height < FEWEST_LABELS:
        raise TooLittleHistoryError(
            f"excess_returns has {labelled.panel.height} labels for {learner.horizon_months} "
            f"months: a model needs {FEWEST_LABELS}; bring more stocks or a longer history of "
            "prices"
        )
    known, unseen = labelled.folds(test or LatestBlock(learner.horizon_months))[-1]
    known_rows, test_rows = labelled.take(known), labelled.take(unseen)
    folds = known_rows.folds(validation or WalkForward(learner.horizon_months))
    if not folds:
        raise TooLittleHistoryError(
            f"labels for {learner.horizon_months} months that were known before the test block "
            "leave none to validate on; bring a longer history of prices"
        )

    split_model = forecasting.fit(learner, known_rows, folds)
    mean, std = split_model.forecast(test_rows.panel)
    naive = baselines.naive(known_rows)
    ridge = baselines.ridge_on_all(known_rows, learner.features, folds)
    predictions = test_rows.panel.select("ticker", "date").with_columns(
        actual=pl.Series(test_rows.actual),
        predicted_mean=pl.Series(mean),
        predicted_std=pl.Series(std),
        naive_mean=pl.Series(naive(test_rows.panel)),
        ridge_mean=pl.Series(ridge(test_rows.panel)),
    )
    dates = known_rows.panel["date"]
    return Trained(
        split_model=split_model,
        final_model=forecasting.refit(split_model, labelled, test_rows),
        predictions=predictions,
        naive_quantiles=error_quantiles(naive, known_rows),
        ridge_quantiles=error_quantiles(ridge, known_rows),
        blocks={
            "train": dates[folds[0][0]],
            "validation": dates[np.concatenate([later for _, later in folds])],
            "test": test_rows.panel["date"],
        },
    )
