"""A forecaster: what the literature expects, and what trees learn as far as it was confirmed.

mean = level + volatility x (IC x factor score + confirmed share x what trees learn beyond it)

Labels are taken against the mean of their sample quarter, in its standard deviations: how all
stocks did against SPY in a year, or how far apart they moved, says nothing of the next, and a model
that may learn it does so from half a dozen observations. Trees forecast how far each stock
scatters; their mean counts only as far as forecasts of later quarters bear it out
(`ml.learning.out_of_time`). All of it is one model of trees, calibrated, so that a stored model
needs nothing beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.learning import boosting, prior, statistics
from ml.learning.boosting import Booster, Count, Pool, to_pool
from ml.learning.matrix import FeatureSet
from ml.learning.out_of_time import Record
from ml.learning.splits import (
    CrossValidator,
    Fold,
    Positions,
    WalkForward,
    label_windows,
    sample_quarters,
)

Floats = NDArray[np.float64]

# Correlation of two stocks' deviations in one quarter, beyond what their factors explain.
INTRACLASS_CORRELATION = 0.05
# Rows that show a function without noise well enough.
ROWS_OF_A_FUNCTION = 20_000
# Trees where the history is too short to choose them on later rows.
DEFAULT_TREES = 100


@dataclass(frozen=True)
class Sample:
    """Labelled rows, ordered by date and ticker.

    Attributes:
        panel: n rows with the columns ticker, date and the features.
        actual: (n,) labels (log excess return).
    """

    panel: pl.DataFrame
    actual: Floats

    def take(self, rows: Positions | NDArray[np.bool_]) -> "Sample":
        """Some of the rows, by their positions or by a flag for each."""
        positions = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Sample(self.panel[positions], self.actual[positions])

    def folds(self, splitter: CrossValidator) -> list[Fold]:
        """Positions of the rows to fit on and of those to forecast, in order of time."""
        return list(splitter.split(self.panel, self.actual, self.panel["date"]))

    @cached_property
    def quarters(self) -> pl.Series:
        """Sample quarter of each row."""
        return sample_quarters(self.panel["date"])

    @property
    def deviations(self) -> Floats:
        """Labels against the mean of their sample quarter, in its standard deviations, (n,).

        The variance of a quarter counts as if `FEWEST_TICKERS_PER_DATE` of its rows had the
        variance of all rows: a quarter of few rows shows too little of its own.
        """
        frame = pl.DataFrame({"quarter": self.quarters, "actual": self.actual})
        deviation = frame.select(pl.col("actual") - pl.col("actual").mean().over("quarter"))
        frame = frame.with_columns(deviation=deviation.to_series())
        few = statistics.FEWEST_TICKERS_PER_DATE
        square = pl.col("deviation") ** 2
        variance = (square.sum().over("quarter") + few * square.mean()) / (
            pl.len().over("quarter") + few
        )
        std = frame.select(variance.sqrt()).to_series().to_numpy()
        deviations = frame["deviation"].to_numpy()
        return np.asarray(
            np.divide(deviations, std, out=np.zeros(len(std)), where=std > 0), dtype=np.float64
        )

    @property
    def by_quarter(self) -> tuple[Floats, Floats]:
        """Mean and variance of the labels of each sample quarter, in order.

        Quarters with fewer than `FEWEST_TICKERS_PER_DATE` rows are left out, unless all are.
        """
        frame = pl.DataFrame({"quarter": self.quarters, "actual": self.actual})
        quarters = (
            frame.group_by("quarter")
            .agg(
                pl.col("actual").mean().alias("mean"),
                pl.col("actual").var(ddof=0).alias("variance"),
                pl.len().alias("rows"),
            )
            .sort("quarter")
        )
        large = quarters.filter(pl.col("rows") >= statistics.FEWEST_TICKERS_PER_DATE)
        if large.is_empty():
            large = quarters
        return large["mean"].to_numpy(), large["variance"].to_numpy()

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
        return label_windows(dates[0], dates[-1], horizon_months)


@dataclass(frozen=True)
class Learner:
    """What decides a fit beside its rows.

    Attributes:
        features: what the trees may use.
        horizon_months: length of the label window in calendar months.
        steps: upper bound on trees.
        seed: seed of the fits.
        threads: threads of the fits.
        progress: is told of each tree.
    """

    features: FeatureSet
    horizon_months: int
    steps: int
    seed: int
    threads: int
    progress: Count | None = None

    @property
    def scores(self) -> tuple[str, ...]:
        """Names of the factor scores among the features."""
        return tuple(name for name in prior.FACTOR_SCORES if name in self.features.names)

    def unexplained(self, rows: Sample, score: prior.FactorScore, score_ic: float) -> Pool:
        """The rows with what the factor score leaves of their deviations, weighted."""
        outcome = rows.deviations - score_ic * score(rows.panel)
        return to_pool(rows.panel, self.features, outcome, rows.weights)

    def learn(self, pool: Pool, trees: int, validation: Pool | None = None) -> Booster:
        """At most `trees` trees; with `validation`, as many as did best there."""
        return boosting.fit(
            pool,
            trees=trees,
            seed=self.seed,
            threads=self.threads,
            validation=validation,
            progress=self.progress,
        )

    def score_ic(self, rows: Sample, score: prior.FactorScore) -> float:
        """Correlation of factor score and outcome to expect after some rows have been seen."""
        ics = statistics.rank_ic_by_date(rows.quarters, rows.actual, score(rows.panel))
        return prior.expected_ic(ics, rows.windows(self.horizon_months))


@dataclass(frozen=True)
class Forecaster:
    """A fitted model, calibrated.

    Attributes:
        booster: its prediction is the mean and the calibrated variance.
        learner: what fitted it.
        learned: the trees that learned from the labels, in standard deviations of a quarter.
        score: the factor score.
        scorer: trees that give it; None where it is the same for all.
        score_ic: correlation of factor score and outcome that is expected.
        record: out-of-time forecasts of earlier trees.
        data_weight: share of what the trees learned that the record confirms, from 0 to 1.
        level: mean log excess return that is expected of all stocks.
        mean: mean label of the rows fitted on.
        calibration: how outcomes scatter about the forecast.
    """

    booster: Booster
    learner: Learner
    learned: Booster
    score: prior.FactorScore
    scorer: Booster | None
    score_ic: float
    record: Record
    data_weight: float
    level: float
    mean: float
    calibration: statistics.Calibration

    @property
    def trees(self) -> int:
        """Trees that learned from the labels."""
        return boosting.tree_count(self.learned)

    def forecast(self, panel: pl.DataFrame) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the log excess return of each row, each (n,)."""
        return _forecast(self.booster, panel, self.learner)


def fit(learner: Learner, rows: Sample, folds: Sequence[Fold] | None = None) -> Forecaster:
    """Fit on some rows, with as many trees, and as much of their mean, as later rows bear out.

    Args:
        learner: what decides the fit beside its rows.
        rows: the rows.
        folds: which of them are forecast out of time, and by trees that know which; None takes
            those of `WalkForward`. Without any, `DEFAULT_TREES` trees are fitted, and their mean is
            not believed.
    """
    if folds is None:
        folds = rows.folds(WalkForward(learner.horizon_months))
    if learner.progress:
        learner.progress.total = learner.progress.done + (len(folds) + 2) * learner.steps
    fits = []
    for fitted_on, forecast in folds:
        known, later = rows.take(fitted_on), rows.take(forecast)
        score = prior.FactorScore.of(known.panel, learner.scores)
        score_ic = learner.score_ic(known, score)
        held_out = learner.unexplained(later, score, score_ic)
        learned = learner.learn(
            learner.unexplained(known, score, score_ic), learner.steps, held_out
        )
        fits.append((learned, later.quarters, held_out))
    trees = min(learner.steps, DEFAULT_TREES)
    if fits:
        trees = max(1, round(np.mean([boosting.tree_count(learned) for learned, _, _ in fits])))
    if learner.progress:
        learner.progress.total = learner.progress.done + 2 * trees
    record = Record.join([_recorded(*fitted, learner, trees) for fitted in fits])
    score = prior.FactorScore.of(rows.panel, learner.scores)
    return _fit(learner, rows, trees, record, score, _scorer(learner, rows, score))


def refit(chosen: Forecaster, rows: Sample, unseen: Sample) -> Forecaster:
    """Fit again, on more rows, with as many trees, the score and the quantiles of another fit.

    Args:
        chosen: the other forecaster.
        rows: rows to fit on.
        unseen: those of them that `chosen` forecasts out of time, which its record then holds too.
    """
    held_out = chosen.learner.unexplained(unseen, chosen.score, chosen.score_ic)
    seen = _recorded(chosen.learned, unseen.quarters, held_out, chosen.learner, chosen.trees)
    record = Record.join([chosen.record, seen])
    refitted = _fit(chosen.learner, rows, chosen.trees, record, chosen.score, chosen.scorer)
    return replace(refitted, calibration=chosen.calibration)


def _recorded(
    learned: Booster, quarters: pl.Series, held_out: Pool, learner: Learner, trees: int
) -> Record:
    forecast, _ = boosting.predict(learned, held_out, threads=learner.threads, trees=trees)
    return Record(quarters, boosting.labels(held_out), forecast)


def _scorer(learner: Learner, rows: Sample, score: prior.FactorScore) -> Booster | None:
    if score.std == 0:
        return None
    some = rows.panel.gather_every(-(-rows.panel.height // ROWS_OF_A_FUNCTION))
    pool = to_pool(some, learner.features, np.column_stack([score(some)] * 2))
    return boosting.fit_exactly(pool, learner.scores, seed=learner.seed)


def _fit(
    learner: Learner,
    rows: Sample,
    trees: int,
    record: Record,
    score: prior.FactorScore,
    scorer: Booster | None,
) -> Forecaster:
    score_ic = learner.score_ic(rows, score)
    learned = learner.learn(learner.unexplained(rows, score, score_ic), trees)
    weight = record.confirmed(learner.horizon_months)
    means, variances = rows.by_quarter
    volatility = float(np.sqrt(variances.mean()))
    # Outcomes scatter about the level that they had, not about the one to expect.
    raw = boosting.combine(scorer, score_ic * volatility, learned, weight * volatility, 0.0)
    mean, std = _forecast(raw, rows.panel, learner)
    errors = (rows.actual - means.mean() - mean) / std
    calibration = statistics.calibrate(errors, rows.quarters)
    median = float(np.median(rows.actual) - means.mean())
    level = prior.expected_level(
        means, median, rows.windows(learner.horizon_months), learner.horizon_months
    )
    return Forecaster(
        booster=boosting.calibrated(raw, level, calibration.variance_factor),
        learner=learner,
        learned=learned,
        score=score,
        scorer=scorer,
        score_ic=score_ic,
        record=record,
        data_weight=weight,
        level=level,
        mean=float(rows.actual.mean()),
        calibration=calibration,
    )


def _forecast(booster: Booster, panel: pl.DataFrame, learner: Learner) -> tuple[Floats, Floats]:
    mean, variance = boosting.predict(
        booster, to_pool(panel, learner.features), threads=learner.threads
    )
    return mean, np.sqrt(variance)
