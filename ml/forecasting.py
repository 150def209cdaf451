"""A forecaster: what the literature expects, corrected as far as the data are credible.

mean = mean label of the rows fitted on + forecast of the factor scores (`ml.prior`)
       + credibility x slope in validation x what boosted trees learn of the labels beyond it

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
from ml.progress import Progress
from ml.splits import DAYS_PER_MONTH, sample_quarters

Floats = NDArray[np.float64]

# Correlation of two stocks' deviations in one quarter, beyond what their factors explain.
INTRACLASS_CORRELATION = 0.05
# Rows that show a function without noise well enough.
ROWS_OF_A_FUNCTION = 20_000


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
        """Weight of each row, (n,), one on average: rows of one quarter share what happened.

        n rows of a quarter are worth n / (1 + (n - 1) r) rows that share nothing, r being
        `INTRACLASS_CORRELATION` (the design effect of Kish, Survey sampling, 1965, ch. 5): large
        quarters weigh nearly the same, and one of two stragglers hardly anything.
        """
        frame = pl.DataFrame({"quarter": self.quarters})
        others = pl.len().over("quarter") - 1
        weight = frame.select(1 / (1 + INTRACLASS_CORRELATION * others)).to_series().to_numpy()
        return np.asarray(weight / weight.mean())

    def windows(self, horizon_months: int) -> float:
        """Label windows that do not overlap in the time which the rows' windows span."""
        dates = self.panel["date"]
        days: int = (dates[-1] - dates[0]).days
        return 1 + days / (DAYS_PER_MONTH * horizon_months)


@dataclass(frozen=True)
class Forecaster:
    """A fitted model and its intervals.

    Attributes:
        booster: its prediction is the calibrated mean and variance.
        features: what it takes.
        scorer: trees that give the factor score, standardised over the rows that it was first
            fitted on; None where that is the same for all.
        trees: trees that learned from the labels.
        slope: share of what they learned that held on validation rows, between 0 and 1.
        data_weight: weight of what they learned: its credibility times `slope`.
        mean: mean label of the rows fitted on.
        intervals: multiples of the standard deviation that hold 68 % and 95 %.
    """

    booster: CatBoostRegressor
    features: FeatureSet
    scorer: CatBoostRegressor | None
    trees: int
    slope: float
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
    progress: Progress | None = None,
) -> Forecaster:
    """Fit at most `trees` trees; with `validation`, keep as many as did best there.

    The forecaster is not calibrated: see `calibrate`.

    Args:
        train: rows to fit on.
        features: what the trees may use.
        horizon_months: length of the label window in calendar months.
        trees: upper bound on trees; their number without `validation`.
        seed: seed of the fit.
        threads: threads of the fit.
        validation: rows that choose the number of trees and the slope. Without them the slope is 0:
            what no held-out row has confirmed is not believed.
        progress: is told of each tree.
    """
    score = factor_score(train.panel, _scores(features))
    scorer = None
    if np.ptp(score) > 0:
        step = -(-len(score) // ROWS_OF_A_FUNCTION)
        some = train.panel.gather_every(step)
        label = np.column_stack([score[::step]] * 2)
        pool = to_pool(some, features, label)
        scorer = boosting.fit_exactly(pool, tuple(_scores(features)), seed=seed)
    return _fit(
        train,
        features,
        horizon_months,
        scorer=scorer,
        trees=trees,
        slope=0.0,
        seed=seed,
        threads=threads,
        validation=validation,
        progress=progress,
    )


def refit(
    chosen: Forecaster,
    rows: Sample,
    horizon_months: int,
    *,
    seed: int,
    threads: int,
    progress: Progress | None = None,
) -> Forecaster:
    """Fit again, on more rows, with the trees, slope and factor score that another fit chose.

    The forecaster is not calibrated: see `calibrate`.

    Args:
        chosen: a forecaster fitted with `validation`.
        rows: rows to fit on.
        horizon_months: length of the label window in calendar months.
        seed: seed of the fit.
        threads: threads of the fit.
        progress: is told of each tree.
    """
    return _fit(
        rows,
        chosen.features,
        horizon_months,
        scorer=chosen.scorer,
        trees=chosen.trees,
        slope=chosen.slope,
        seed=seed,
        threads=threads,
        validation=None,
        progress=progress,
    )


def _scores(features: FeatureSet) -> list[str]:
    return [name for name in FACTOR_SCORES if name in features.names]


def _fit(
    train: Sample,
    features: FeatureSet,
    horizon_months: int,
    *,
    scorer: CatBoostRegressor | None,
    trees: int,
    slope: float,
    seed: int,
    threads: int,
    validation: Sample | None,
    progress: Progress | None,
) -> Forecaster:
    expected_of_score = PRIOR_IC * float(train.deviations.std())

    def unexplained(sample: Sample) -> Pool:
        label = sample.deviations
        if scorer is not None:
            score = scorer.predict(to_pool(sample.panel, features), thread_count=threads)[:, 0]
            label = label - expected_of_score * score
        pool = to_pool(sample.panel, features, label)
        pool.set_weight(sample.weights)
        return pool

    held_out = None if validation is None else unexplained(validation)
    learned = boosting.fit(
        unexplained(train),
        trees=trees,
        seed=seed,
        threads=threads,
        validation=held_out,
        progress=progress,
    )
    if held_out is not None:
        slope = _slope(learned, held_out, threads)
    score = factor_score(train.panel, _scores(features))
    ics = statistics.rank_ic_by_date(train.quarters, train.actual, score)
    weight = credibility(ics, train.windows(horizon_months)) * slope
    mean = float(train.actual.mean())
    return Forecaster(
        booster=boosting.combine(scorer, expected_of_score, learned, weight, mean),
        features=features,
        scorer=scorer,
        trees=learned.tree_count_,
        slope=slope,
        data_weight=weight,
        mean=mean,
        intervals=statistics.Intervals(1.0, statistics.Z_68, statistics.Z_95),
    )


def _slope(learned: CatBoostRegressor, held_out: Pool, threads: int) -> float:
    """Slope of outcome on forecast (Mincer and Zarnowitz, 1969), cut to 0 to 1."""
    forecast, _ = boosting.predict(learned, held_out, threads=threads)
    covariance = np.cov(forecast, held_out.get_label(), aweights=held_out.get_weight())
    slope = covariance[0, 1] / covariance[0, 0] if covariance[0, 0] > 0 else 0.0
    return float(np.clip(slope, 0.0, 1.0))


def calibrate(
    forecaster: Forecaster, blocks: Sequence[Sample], horizon_months: int, *, threads: int
) -> Forecaster:
    """The forecaster with intervals that hold the outcomes of some blocks.

    A block weighs as much as it spans label windows, however many stocks it has. The training
    block is one of them: the validation block alone, one or two windows long, says too little of
    how far outcomes scatter, and so shrunk a mean hardly fits its own rows.
    """
    errors = []
    for block in blocks:
        mean, std = forecaster.forecast(block.panel, threads=threads)
        errors.append((block.actual - mean) / std)
    windows = [block.windows(horizon_months) for block in blocks]
    return forecaster.with_intervals(statistics.calibrate(errors, windows))
