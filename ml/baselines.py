"""Forecasts to be beaten: the training mean, and a ridge regression on the same rows."""

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer

from ml import statistics
from ml.forecasting import Sample
from ml.matrix import FeatureSet

Floats = NDArray[np.float64]
Forecast = Callable[[pl.DataFrame], Floats]

PENALTIES = (1e1, 1e2, 1e3, 1e4, 1e5)


def naive(train: Sample) -> Forecast:
    """The mean label of the training rows, whatever the stock."""
    mean = float(train.actual.mean())
    return lambda panel: np.full(panel.height, mean)


def ridge(train: Sample, validation: Sample, features: FeatureSet) -> Forecast:
    """Ridge regression of the label on the numeric features, with the penalty best in validation.

    Features enter as quantiles of the training rows, so that no outlier leads; what is missing
    counts as the median.
    """

    def numbers(panel: pl.DataFrame) -> NDArray[np.float32]:
        return panel.select(pl.col(features.numeric).cast(pl.Float32)).fill_null(np.nan).to_numpy()

    def fitted(penalty: float) -> Pipeline:
        return make_pipeline(
            SimpleImputer(strategy="median", keep_empty_features=True),
            QuantileTransformer(n_quantiles=min(100, len(train.actual)), random_state=0),
            Ridge(alpha=penalty),
        ).fit(numbers(train.panel), train.actual)

    def validation_error(model: Pipeline) -> float:
        return statistics.rmse(validation.actual, model.predict(numbers(validation.panel)))

    best = min((fitted(penalty) for penalty in PENALTIES), key=validation_error)
    return lambda panel: np.asarray(best.predict(numbers(panel)), dtype=np.float64)
