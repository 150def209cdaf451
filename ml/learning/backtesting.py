"""Walk-forward backtest: a year, forecast by a model trained only on what was known before it."""

import polars as pl

from ml.learning import forecasting
from ml.learning.baselines import ridge_on_all
from ml.learning.forecasting import Learner, Sample
from ml.learning.splits import WalkForward


def forecast_year(learner: Learner, known: Sample, year: Sample) -> pl.DataFrame:
    """Forecasts of a year's rows, and what they rest on.

    Args:
        learner: what decides the fit beside its rows.
        known: the rows to fit on.
        year: those to forecast.

    Returns:
        One row per row of the year: ticker, date, actual, mean and standard deviation of the log
        excess return, the ends of two intervals, the chance of beating SPY, what two baselines
        forecast, and of the rows fitted on their number, first and last date.
    """
    folds = known.folds(WalkForward(learner.horizon_months))
    forecaster = forecasting.fit(learner, known, folds)
    ridge = ridge_on_all(known, learner.features, folds)
    mean, std = forecaster.forecast(year.panel)
    lower_68, upper_68 = forecaster.calibration.interval(0.68)
    lower_95, upper_95 = forecaster.calibration.interval(0.95)
    return year.panel.select("ticker", "date").with_columns(
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
        ridge_mean=pl.Series(ridge(year.panel)),
        chance_of_beating_spy=pl.Series(forecaster.calibration.chance_above_zero(mean, std)),
    )
