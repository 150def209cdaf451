from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from ml import boosting, forecasting
from ml.forecasting import Sample
from ml.matrix import FeatureSet, to_pool

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


def fit(rows: Sample, **options) -> forecasting.Forecaster:
    return forecasting.fit(rows, FEATURES, 12, **{"trees": 50, "seed": 1, "threads": 2, **options})


def test_deviations_are_against_the_quarter():
    days = [date(2010, 2, 17), date(2010, 3, 1), date(2010, 5, 17)]
    rows = Sample(pl.DataFrame({"date": days}), np.array([1.0, 3.0, 5.0]))
    assert rows.deviations.tolist() == [-1.0, 1.0, 0.0]


def test_rows_of_one_quarter_share_what_happened():
    days = [date(2010, 2, 17)] * 21 + [date(2010, 5, 17)]
    weights = Sample(pl.DataFrame({"date": days}), np.zeros(22)).weights
    # 21 rows, each of which weighs half as much as one alone: 1 / (1 + 20 x 0.05).
    assert weights[0] == pytest.approx(weights[-1] / 2)
    assert weights.mean() == pytest.approx(1)


def test_the_forecast_follows_the_literature_where_data_show_nothing():
    rows = sample(effect=0)
    mean, _ = fit(rows).forecast(rows.panel)
    score = rows.panel["value_score"] + rows.panel["momentum_score"]
    assert np.corrcoef(mean, score)[0, 1] > 0.9
    # Grinold's forecast has a standard deviation of IC x volatility: 0.05 x 0.3.
    assert mean.std() == pytest.approx(0.05 * 0.3, rel=0.25)
    assert mean.mean() == pytest.approx(rows.actual.mean(), abs=0.003)


def test_what_the_data_show_is_weighted_by_its_credibility():
    rows = sample(effect=0.3)
    chosen = replace(fit(rows, trees=400), slope=1.0)
    forecaster = forecasting.refit(chosen, rows, 12, seed=1, threads=2)
    mean, _ = forecaster.forecast(rows.panel)
    slope = np.polyfit(rows.panel["signal"].to_numpy(), mean, 1)[0]
    assert 0 < forecaster.data_weight < 1
    # The trees find most of the effect; the forecast takes over so much of that.
    assert 0.6 * 0.3 < slope / forecaster.data_weight <= 1.05 * 0.3


def test_what_held_out_rows_do_not_confirm_is_not_believed():
    rows = sample(effect=0.3)
    confirmed = fit(rows, trees=400, validation=sample(effect=0.3, seed=5))
    assert confirmed.slope > 0.9
    refuted = fit(rows, trees=400, validation=sample(effect=-0.3, seed=5))
    assert fit(rows).data_weight == 0
    for forecaster in (refuted, fit(rows)):
        mean, _ = forecaster.forecast(rows.panel)
        assert abs(np.polyfit(rows.panel["signal"].to_numpy(), mean, 1)[0]) < 0.003


def test_windows_follow_from_the_time_that_rows_span():
    # Sample dates over twelve years, and a window of one year that begins on the last of them.
    assert sample(effect=0).windows(12) == pytest.approx(13, abs=0.01)
    assert sample(effect=0).windows(36) == pytest.approx(5, abs=0.01)


def test_the_level_of_a_year_is_not_learned():
    rows = sample(effect=0)
    shifted = Sample(rows.panel, rows.actual + 1.0)
    mean, std = fit(rows).forecast(rows.panel)
    shifted_mean, shifted_std = fit(shifted).forecast(rows.panel)
    assert shifted_mean == pytest.approx(mean + 1.0, abs=1e-6)
    assert shifted_std == pytest.approx(std, rel=1e-4)


def test_the_stored_model_is_calibrated_and_explains_itself():
    rows = sample(effect=0.1)
    forecaster = forecasting.calibrate(fit(rows), [rows], 12, threads=2)
    mean, std = forecaster.forecast(rows.panel)
    errors = np.abs(rows.actual - mean) / std
    assert np.mean(errors**2) == pytest.approx(1, abs=1e-6)
    assert np.mean(errors <= forecaster.intervals.z_68) == pytest.approx(0.68, abs=0.005)
    assert np.mean(errors <= forecaster.intervals.z_95) == pytest.approx(0.95, abs=0.005)

    stored = boosting.from_bytes(boosting.to_bytes(forecaster.booster))
    pool = to_pool(rows.panel, FEATURES)
    stored_mean, stored_variance = boosting.predict(stored, pool)
    assert np.array_equal(stored_mean, mean)
    assert np.array_equal(np.sqrt(stored_variance), std)
    shap_values = stored.get_feature_importance(pool, type="ShapValues")[:, 0, :]
    assert np.allclose(shap_values.sum(axis=1), mean, atol=1e-12)


def test_without_scores_and_spread_it_knows_nothing_and_says_the_mean():
    rows = sample(effect=0.3)
    unknown = rows.panel.with_columns(value_score=pl.lit(0.0), momentum_score=pl.lit(0.0))
    forecaster = fit(Sample(unknown, rows.actual))
    mean, _ = forecaster.forecast(unknown)
    assert forecaster.data_weight == 0
    assert mean == pytest.approx(np.full(len(mean), rows.actual.mean()))
