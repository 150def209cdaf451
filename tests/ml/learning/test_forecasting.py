from datetime import date

import numpy as np
import polars as pl
import pytest

from ml.learning import boosting, forecasting, prior
from ml.learning.boosting import to_pool
from ml.learning.forecasting import Sample
from ml.learning.matrix import FeatureSet
from ml.learning.splits import WalkForward
from ml.warehouse.progress import Progress

FEATURES = FeatureSet(("value_score", "momentum_score", "signal", "sector"), frozenset({"sector"}))


def sample(effect: float, years: int = 12, tickers: int = 30, seed: int = 4) -> Sample:
    """Labels that hold the effect of `signal`, a level of each quarter, and noise."""
    days = pl.date_range(date(2000, 2, 17), date(2000 + years, 2, 17), "3mo", eager=True)
    random = np.random.default_rng(seed)
    panel = pl.DataFrame({"date": days}).join(
        pl.DataFrame({"ticker": [f"T{number:02d}" for number in range(tickers)]}), how="cross"
    )
    n = panel.height
    panel = panel.with_columns(
        value_score=pl.Series(random.uniform(-0.5, 0.5, n)),
        momentum_score=pl.Series(random.uniform(-0.5, 0.5, n)),
        signal=pl.Series(random.normal(size=n)),
        sector=pl.Series(random.choice(["a", "b"], n)),
    )
    level = np.repeat(random.normal(0, 0.2, len(days)), tickers)
    noise = random.normal(0, 0.3, n)
    return Sample(panel, level + effect * panel["signal"].to_numpy() + noise)


def fit(rows: Sample, *, folds=None, **options) -> forecasting.Forecaster:
    learner = forecasting.Learner(FEATURES, 12, **{"steps": 50, "seed": 1, "threads": 2, **options})
    return forecasting.fit(learner, rows, folds)


def test_deviations_are_in_standard_deviations_of_the_quarter():
    days = [date(2010, 2, 17)] * 100 + [date(2010, 5, 17)] * 100
    labels = np.concatenate([np.tile([1.0, 3.0], 50), np.tile([5.0, 9.0], 50)])
    deviations = Sample(pl.DataFrame({"date": days}), labels).deviations
    # Variances 1 and 4, each as if five of its rows had that of all, 2.5.
    assert deviations[:2] == pytest.approx(np.array([-1, 1]) / np.sqrt((100 + 5 * 2.5) / 105))
    assert deviations[-2:] == pytest.approx(np.array([-2, 2]) / np.sqrt((400 + 5 * 2.5) / 105))


def test_a_quarter_of_one_row_has_no_deviation():
    days = [date(2010, 2, 17), date(2010, 3, 1), date(2010, 5, 17)]
    rows = Sample(pl.DataFrame({"date": days}), np.array([1.0, 3.0, 5.0]))
    assert rows.deviations[-1] == 0


def test_rows_of_one_quarter_share_what_happened():
    days = [date(2010, 2, 17)] * 21 + [date(2010, 5, 17)]
    weights = Sample(pl.DataFrame({"date": days}), np.zeros(22)).weights
    # 21 rows, each of which weighs half as much as one alone: 1 / (1 + 20 x 0.05).
    assert weights[0] == pytest.approx(weights[-1] / 2)
    assert weights.mean() == pytest.approx(1)


def test_trees_learn_what_the_score_leaves_and_weigh_rows_as_told():
    # The first quarter has thirty rows, the last of them one.
    rows = sample(effect=0.3)
    rows = rows.take(np.arange(rows.panel.height) < rows.panel.height - 29)
    learner = forecasting.Learner(FEATURES, 12, steps=1, seed=1, threads=1)
    score = prior.FactorScore.of(rows.panel, learner.scores)
    pool = learner.unexplained(rows, score, 0.25)
    assert learner.scores == ("value_score", "momentum_score")
    assert pool.get_feature_names() == list(FEATURES.names)
    assert np.allclose(pool.get_weight(), rows.weights)
    assert rows.weights[-1] > 2 * rows.weights[0]
    assert np.allclose(
        np.array(pool.get_label(), dtype=float), rows.deviations - 0.25 * score(rows.panel)
    )


def test_a_quarter_of_stragglers_has_no_say_in_level_and_volatility():
    days = [date(2010, 2, 17)] * 6 + [date(2010, 5, 17)] * 4 + [date(2010, 8, 17)] * 5
    labels = np.array([1.0, 3.0] * 3 + [99.0] * 4 + [4.0] * 5)
    means, variances = Sample(pl.DataFrame({"date": days}), labels).by_quarter
    assert (means.tolist(), variances.tolist()) == ([2, 4], [1, 0])
    few = Sample(pl.DataFrame({"date": days[6:10]}), labels[6:10])
    assert [each.tolist() for each in few.by_quarter] == [[99], [0]]


def test_the_number_of_trees_is_the_mean_of_what_did_best_in_each_block(monkeypatch):
    rows = sample(effect=0.3)
    folds = rows.folds(WalkForward(12))
    best = []
    fit_trees = boosting.fit

    def noted(*pools, **options):
        model = fit_trees(*pools, **options)
        assert (options["seed"], options["threads"]) == (1, 2)
        if options["validation"] is not None:
            best.append(model.tree_count_)
        return model

    monkeypatch.setattr(boosting, "fit", noted)
    said: list[str] = []
    progress = Progress("trees", 0, said.append, is_watched=False)
    forecaster = fit(rows, steps=400, folds=folds, progress=progress)
    # A refit is to follow, of as many.
    assert progress.total - progress.done == forecaster.trees
    assert len(best) == len(folds)
    assert max(best) > min(best)
    assert forecaster.trees == round(sum(best) / len(best))
    assert fit(rows, steps=400, folds=[]).trees == forecasting.DEFAULT_TREES
    assert fit(rows, steps=7, folds=[]).trees == 7


def test_the_forecast_follows_the_literature_where_data_show_nothing():
    rows = sample(effect=0)
    forecaster = fit(rows)
    mean, _ = forecaster.forecast(rows.panel)
    score = rows.panel["value_score"] + rows.panel["momentum_score"]
    assert np.corrcoef(mean, score)[0, 1] > 0.9
    assert 0.01 < forecaster.score_ic < 0.04
    # Grinold's forecast has a standard deviation of IC x volatility.
    assert mean.std() == pytest.approx(forecaster.score_ic * 0.3, rel=0.25)
    assert mean.mean() == pytest.approx(forecaster.level, abs=0.003)


def test_what_later_quarters_confirm_counts():
    rows = sample(effect=0.3)
    forecaster = fit(rows, steps=400)
    mean, _ = forecaster.forecast(rows.panel)
    slope = np.polyfit(rows.panel["signal"].to_numpy(), mean, 1)[0]
    assert 0.8 < forecaster.data_weight <= 1
    # The trees find most of the effect; the forecast takes over so much of that.
    assert 0.6 * 0.3 < slope / forecaster.data_weight <= 1.1 * 0.3


def test_what_later_quarters_do_not_confirm_is_not_believed():
    # The effect turns round when the last block begins.
    rows = sample(effect=0.3)
    last = rows.folds(WalkForward(12))[-1]
    turned = np.where(np.arange(rows.panel.height) < last[1][0], 1, -1)
    signal = rows.panel["signal"].to_numpy()
    changed = Sample(rows.panel, rows.actual + (turned - 1) * 0.3 * signal)
    refuted = fit(changed, steps=400, folds=[last])
    unconfirmed = fit(rows, folds=[])
    for forecaster in (refuted, unconfirmed):
        mean, _ = forecaster.forecast(rows.panel)
        assert forecaster.data_weight == 0
        assert abs(np.polyfit(signal, mean, 1)[0]) < 0.003


def test_a_later_label_changes_nothing_that_the_record_holds_of_earlier_quarters():
    rows = sample(effect=0.1)
    folds = rows.folds(WalkForward(12))
    is_last = np.arange(rows.panel.height) >= folds[-1][1][0]
    random = np.random.default_rng(9)
    changed = Sample(rows.panel, np.where(is_last, random.normal(size=len(is_last)), rows.actual))
    before, after = (fit(some, folds=folds[:-1]).record for some in (rows, changed))
    assert np.array_equal(before.learned, after.learned)
    assert np.array_equal(before.outcome, after.outcome)


def test_a_refit_records_what_it_had_not_seen():
    rows = sample(effect=0.3)
    later = (rows.panel["date"] >= date(2010, 2, 17)).to_numpy()
    known = rows.take((rows.panel["date"] < date(2009, 2, 17)).to_numpy())
    forecaster = fit(known, steps=400)
    refitted = forecasting.refit(forecaster, rows, rows.take(later))
    assert len(refitted.record.learned) == len(forecaster.record.learned) + later.sum()
    assert refitted.trees == forecaster.trees < 400


def test_windows_follow_from_the_time_that_rows_span():
    # Sample dates over twelve years, and a window of one year that begins on the last of them.
    assert sample(effect=0).windows(12) == pytest.approx(13, abs=0.01)
    assert sample(effect=0).windows(36) == pytest.approx(5, abs=0.01)


def test_a_level_that_all_stocks_share_is_hardly_believed():
    rows = sample(effect=0)
    shifted = Sample(rows.panel, rows.actual + 1.0)
    before, after = fit(rows), fit(shifted)
    weight = (after.level - before.level) / 1.0
    assert 0 < weight < 0.1
    mean, std = before.forecast(rows.panel)
    shifted_mean, shifted_std = after.forecast(rows.panel)
    assert shifted_mean - mean == pytest.approx(np.full(len(mean), weight), abs=1e-6)
    assert shifted_std == pytest.approx(std, rel=1e-4)


def test_the_stored_model_is_calibrated_and_explains_itself():
    rows = sample(effect=0.1)
    forecaster = fit(rows)
    mean, std = forecaster.forecast(rows.panel)
    errors = (rows.actual - rows.actual.mean() - (mean - forecaster.level)) / std
    assert np.mean(errors**2) == pytest.approx(1, abs=1e-3)
    for level in (0.68, 0.95):
        lower, upper = forecaster.calibration.interval(level)
        assert np.mean((lower <= errors) & (errors <= upper)) == pytest.approx(level, abs=0.01)
    chances = forecaster.calibration.chance_above_zero(mean, std)
    assert chances.mean() == pytest.approx(0.5, abs=0.02)

    stored = boosting.from_bytes(boosting.to_bytes(forecaster.booster))
    pool = to_pool(rows.panel, FEATURES)
    stored_mean, stored_variance = boosting.predict(stored, pool)
    assert np.array_equal(stored_mean, mean)
    assert np.array_equal(np.sqrt(stored_variance), std)
    shap_values = stored.get_feature_importance(pool, type="ShapValues")[:, 0, :]
    assert np.allclose(shap_values.sum(axis=1), mean, atol=1e-12)


def test_without_scores_and_spread_it_knows_nothing_and_says_the_level():
    rows = sample(effect=0.3)
    unknown = rows.panel.with_columns(value_score=pl.lit(0.0), momentum_score=pl.lit(0.0))
    forecaster = fit(Sample(unknown, rows.actual), folds=[])
    mean, _ = forecaster.forecast(unknown)
    assert forecaster.data_weight == 0
    assert mean == pytest.approx(np.full(len(mean), forecaster.level))
