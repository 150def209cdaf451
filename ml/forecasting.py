"""A forecaster: what the literature expects, corrected as far as the data are credible.

mean = mean label of the rows fitted on + forecast of the factor scores (`ml.prior`)
       + credibility x what boosted trees learn of the labels beyond it

Labels are taken against the mean of their sample quarter: how all stocks did against SPY in a year
says nothing of the next, and a model that may learn it does so from half a dozen observations.
All of it is one CatBoost model, calibrated, so that a stored model needs nothing beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from catboost import CatBoostRegressor, Pool
from numpy.typing import NDArray

from ml import boosting, statistics
from ml.matrix import FeatureSet, to_pool
from ml.prior import FACTOR_SCORES, PRIOR_IC, credibility, factor_score
from ml.splits import DAYS_PER_MONTH, sample_quarters

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """Labelled rows, ordered by date and ticker.

    Attributes:
        panel: n rows with the columns ticker, date and the features.
        actual: (n,) labels (log excess return).
    """

    panel: pl.DataFrame
    actual: Floats

    def take(self, rows: NDArray[np.bool_]) -> "Sample":
        """Some of the rows."""
        return Sample(self.panel.filter(rows), self.actual[rows])

    @property
    def quarters(self) -> pl.Series:
        """Sample quarter of each row."""
        return sample_quarters(self.panel["date"])

    @property
    def deviations(self) -> Floats:
        """Label less the mean label of its sample quarter, (n,)."""
        frame = pl.DataFrame({"quarter": self.quarters, "actual": self.actual})
        deviation = pl.col("actual") - pl.col("actual").mean().over("quarter")
        return frame.select(deviation).to_series().to_numpy()

    @property
    def weights(self) -> Floats:
        """Weight of each row, (n,): every sample quarter the same, one on average."""
        frame = pl.DataFrame({"quarter": self.quarters})
        weight = frame.select(1 / pl.len().over("quarter")).to_series().to_numpy()
        return np.asarray(weight / weight.mean())


@dataclass(frozen=True)
class Forecaster:
    """A fitted model and its intervals.

    Attributes:
        booster: its prediction is the calibrated mean and variance.
        features: what it takes.
        trees: trees that learned from the labels.
        data_weight: credibility of what they learned, between 0 and 1.
        mean: mean label of the rows fitted on.
        intervals: multiples of the standard deviation that hold 68 % and 95 %.
    """

    booster: CatBoostRegressor
    features: FeatureSet
    trees: int
    data_weight: float
    mean: float
    intervals: statistics.Intervals

    def forecast(self, panel: pl.DataFrame, *, threads: int = -1) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the log excess return of each row, each (n,)."""
        mean, variance = boosting.predict(
            self.booster, to_pool(panel, self.features), threads=threads
        )
        return mean, np.sqrt(variance)

    def with_intervals(self, intervals: statistics.Intervals) -> "Forecaster":
        """The forecaster with its variance scaled, and its intervals set."""
        booster = boosting.with_variance_times(self.booster, intervals.variance_factor)
        return replace(self, booster=booster, intervals=intervals)


def fit(
    train: Sample,
    features: FeatureSet,
    horizon_months: int,
    *,
    trees: int,
    seed: int,
    threads: int,
    validation: Sample | None = None,
) -> Forecaster:
    """Fit at most `trees` trees; with `validation`, keep as many as did best there.

    The forecaster is not calibrated: see `calibrate`.
    """
    deviations = train.deviations
    scores = [name for name in FACTOR_SCORES if name in features.names]
    score = factor_score(train.panel, scores)
    expected = PRIOR_IC * deviations.std() * score

    def pool(sample: Sample, label: Floats) -> Pool:
        filled = to_pool(sample.panel, features, label)
        filled.set_weight(sample.weights)
        return filled

    known = None
    if np.ptp(expected) > 0:
        known = boosting.fit_exactly(
            pool(train, np.column_stack([expected, expected])),
            tuple(scores),
            seed=seed,
            threads=threads,
        )

    def unexplained(sample: Sample) -> Pool:
        explained = 0.0
        if known is not None:
            explained = known.predict(to_pool(sample.panel, features), thread_count=threads)[:, 0]
        return pool(sample, sample.deviations - explained)

    learned = boosting.fit(
        unexplained(train),
        trees=trees,
        seed=seed,
        threads=threads,
        validation=None if validation is None else unexplained(validation),
    )
    dates = train.panel["date"]
    windows = (dates[-1] - dates[0]).days / (DAYS_PER_MONTH * horizon_months)
    weight = credibility(statistics.rank_ic_by_date(train.quarters, train.actual, score), windows)
    mean = float(train.actual.mean())
    return Forecaster(
        booster=boosting.combine(known, learned, weight, mean),
        features=features,
        trees=learned.tree_count_,
        data_weight=weight,
        mean=mean,
        intervals=statistics.Intervals(1.0, statistics.Z_68, statistics.Z_95),
    )


def calibrate(forecaster: Forecaster, blocks: Sequence[Sample], *, threads: int) -> Forecaster:
    """The forecaster with intervals that hold the outcomes of some blocks, each weighing the same.

    The training block is one of them: the validation block alone, one or two windows long, says
    too little of how far outcomes scatter, and so shrunk a mean hardly fits its own rows.
    """
    errors = []
    for block in blocks:
        mean, std = forecaster.forecast(block.panel, threads=threads)
        errors.append((block.actual - mean) / std)
    return forecaster.with_intervals(statistics.calibrate(errors))
