"""Forecasts to be beaten: the training mean, and a ridge regression on the same rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.learning import statistics
from ml.learning.forecasting import Sample
from ml.learning.matrix import FeatureSet
from ml.learning.splits import Fold

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Floats = NDArray[np.float64]
Forecast = Callable[[pl.DataFrame], Floats]

PENALTIES = (1e1, 1e2, 1e3, 1e4, 1e5)
MEDIAN = 0.5


def naive(train: Sample) -> Forecast:
    """The mean label of the training rows, whatever the stock."""
    mean = float(train.actual.mean())
    return lambda panel: np.full(panel.height, mean)


@dataclass(frozen=True)
class RidgeForecast:
    """A fitted ridge regression.

    Attributes:
        features: its numeric features.
        pipeline: its steps.
        penalty: its penalty.
    """

    features: FeatureSet
    pipeline: "Pipeline"
    penalty: float

    def __call__(self, panel: pl.DataFrame) -> Floats:
        """Forecast of each row, (n,)."""
        return np.asarray(self.pipeline.predict(_numbers(panel, self.features)), dtype=np.float64)


def ridge(
    train: Sample,
    features: FeatureSet,
    *,
    validation: Sample | None = None,
    penalty: float = PENALTIES[-1],
) -> RidgeForecast:
    """Ridge regression of the label on the numeric features.

    Features enter as quantiles of the training rows, so that no outlier leads; what is missing
    counts as the median. A feature without a value in the training rows does not enter.

    Args:
        train: rows to fit on.
        features: what the model takes; categories are left out.
        validation: rows on which the best of `PENALTIES` is chosen.
        penalty: the penalty without `validation`.
    """
    # Takes a second, in which other models are fitted.
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer
    from threadpoolctl import threadpool_limits

    # Another number of threads adds up in another order. It is left at one: another thread of this
    # process may fit a ridge meanwhile.
    threadpool_limits(1, "blas")
    with_values = [name for name in features.numeric if train.panel[name].count() > 0]
    features = FeatureSet(tuple(with_values), frozenset())
    scale = make_pipeline(
        QuantileTransformer(n_quantiles=min(100, len(train.actual)), random_state=0, copy=False),
        SimpleImputer(strategy="constant", fill_value=MEDIAN, keep_empty_features=True, copy=False),
    )
    scaled = scale.fit_transform(_numbers(train.panel, features))
    if validation is not None:
        # One fit of as many equal labels solves for all penalties.
        labels = np.column_stack([train.actual] * len(PENALTIES))
        candidates = Ridge(alpha=PENALTIES).fit(scaled, labels)
        held_out = scale.transform(_numbers(validation.panel, features))
        errors = [statistics.rmse(validation.actual, f) for f in candidates.predict(held_out).T]
        penalty = PENALTIES[int(np.argmin(errors))]
    best = Ridge(alpha=penalty).fit(scaled, train.actual)
    return RidgeForecast(features, make_pipeline(*scale, best), penalty)


def ridge_on_all(known: Sample, features: FeatureSet, folds: Sequence[Fold]) -> RidgeForecast:
    """A ridge regression fitted on all rows, with the penalty that did best on later ones of them.

    Args:
        known: the rows.
        features: what the model takes; categories are left out.
        folds: splits of the rows. The rows that the first fits on choose the penalty by those that
            all of them forecast; without any fold it is the highest.
    """
    if not folds:
        return ridge(known, features)
    train = known.take(folds[0][0])
    validation = known.take(np.concatenate([later for _, later in folds]))
    penalty = ridge(train, features, validation=validation).penalty
    return ridge(known, features, penalty=penalty)


def _numbers(panel: pl.DataFrame, features: FeatureSet) -> NDArray[np.float32]:
    return (
        panel.select(pl.col(features.numeric).cast(pl.Float32))
        .fill_null(np.nan)
        .to_numpy(writable=True)
    )
