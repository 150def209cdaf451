import dataclasses

import numpy as np
import polars as pl
import pytest
from test_forecasting import FEATURES, sample
from threadpoolctl import threadpool_limits

from ml.learning import baselines, statistics
from ml.learning.forecasting import Sample
from ml.learning.matrix import FeatureSet
from ml.learning.splits import WalkForward


def test_the_naive_forecast_is_the_training_mean():
    train, later = sample(effect=0.1), sample(effect=0.1, seed=5)
    forecast = baselines.naive(train)(later.panel)
    assert forecast == pytest.approx(np.full(len(later.actual), train.actual.mean()))
    assert statistics.r2_against(later.actual, forecast, train.actual.mean()) == 0


def test_ridge_finds_a_linear_effect_and_takes_the_penalty_best_in_validation():
    train, validation, later = (sample(effect=0.3, seed=seed) for seed in (4, 5, 6))
    chosen = baselines.ridge(train, FEATURES, validation=validation)
    errors = {
        penalty: statistics.rmse(
            validation.actual,
            baselines.ridge(train, FEATURES, penalty=penalty)(validation.panel),
        )
        for penalty in baselines.PENALTIES
    }
    assert chosen.penalty == min(errors, key=errors.__getitem__)
    assert np.corrcoef(chosen(later.panel), later.panel["signal"])[0, 1] > 0.9


def test_without_validation_ridge_hardly_leaves_the_mean():
    train = sample(effect=0.3)
    forecast = baselines.ridge(train, FEATURES)(train.panel)
    assert baselines.ridge(train, FEATURES).penalty == max(baselines.PENALTIES)
    assert forecast.mean() == pytest.approx(train.actual.mean())
    assert forecast.std() < 0.05 * train.actual.std()


def test_features_enter_as_quantiles_and_what_is_missing_as_the_median():
    train = sample(effect=0.3)
    stretched = pl.col("signal").exp()
    forecast = baselines.ridge(train, FEATURES, penalty=10)(train.panel)
    of_stretched = dataclasses.replace(train, panel=train.panel.with_columns(signal=stretched))
    # Outliers lead nowhere: only the order counts, up to what lies between two of 100 quantiles.
    assert baselines.ridge(of_stretched, FEATURES, penalty=10)(of_stretched.panel) == pytest.approx(
        forecast, abs=0.02
    )
    median = pl.lit(train.panel["signal"].median())
    missing = pl.lit(None, pl.Float64)
    ridge = baselines.ridge(train, FEATURES, penalty=10)
    known, unknown = (ridge(train.panel.with_columns(signal=value)) for value in (median, missing))
    assert unknown == pytest.approx(known, abs=0.005)
    assert unknown.std() < forecast.std() / 2


def test_a_panel_stays_as_it_was():
    train = sample(effect=0.3)
    one = FeatureSet(("signal",), frozenset())
    panel = train.panel.with_columns(pl.col("signal").cast(pl.Float32))
    before = panel["signal"].to_list()
    baselines.ridge(dataclasses.replace(train, panel=panel), one)(panel)
    assert panel["signal"].to_list() == before


def test_without_history_for_a_choice_ridge_on_all_has_the_highest_penalty():
    short, long = sample(effect=0.3, years=1), sample(effect=0.3)
    chosen = [
        baselines.ridge_on_all(rows, FEATURES, rows.folds(WalkForward(12)))
        for rows in (short, long)
    ]
    assert chosen[0].penalty == max(baselines.PENALTIES) > chosen[1].penalty
    assert chosen[0].features.names == ("value_score", "momentum_score", "signal")
    same = baselines.ridge(long, FEATURES, penalty=chosen[1].penalty)
    assert np.array_equal(chosen[1](long.panel), same(long.panel))


@pytest.mark.filterwarnings("error")
def test_a_feature_without_a_value_in_training_does_not_enter_ridge():
    train, later = sample(effect=0.3), sample(effect=0.3, seed=5)
    empty = pl.lit(None, pl.Float64).alias("value_score")
    train = dataclasses.replace(train, panel=train.panel.with_columns(empty))
    without = FeatureSet(("momentum_score", "signal"), frozenset())
    forecast = baselines.ridge(train, FEATURES)(later.panel)
    assert forecast == pytest.approx(baselines.ridge(train, without)(later.panel))


def test_ridge_is_the_same_to_the_last_bit_however_many_threads():
    random = np.random.default_rng(3)
    names = tuple(f"f{number}" for number in range(60))
    numbers = random.normal(size=(20_000, len(names)))
    panel = pl.DataFrame(numbers, schema=list(names))
    many = Sample(panel, numbers[:, 0] + random.normal(size=len(numbers)))
    features = FeatureSet(names, frozenset())
    forecasts = []
    for threads in (1, 2):
        threadpool_limits(threads, "blas")
        forecasts.append(baselines.ridge(many, features)(panel))
    assert (forecasts[0] == forecasts[1]).all()
