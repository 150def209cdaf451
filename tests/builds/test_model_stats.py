"""The statistics that SQL computes of each model's test block, beside Python's."""

import shutil

import duckdb
import numpy as np
import polars as pl
import pytest
from conftest import TINY

from ml.learning import statistics
from ml.learning.splits import sample_quarters
from tests import oracles

# Of tickers, but for the last, whose sample date is late: it belongs to the same cross-section.
TEN_YEARS = """
    insert into test_predictions by name
    select
        model_id, pred_col, trained_at, 'T' || number as ticker,
        (anchor + to_days(case number when 11 then 30 else 0 end))::date as date,
        label as actual, label / 2 + noise as predicted_mean, 0.1 + number / 50 as predicted_std,
        train_mean as naive_mean, label / 9 + noise / 2 as ridge_mean
    from (
        select
            *, hash(number, anchor, model_id) % 1009 / 1009 - 0.5 as label,
            hash(anchor, number, model_id) % 1013 / 1013 - 0.5 as noise
        from model_stats, range(12) as tickers(number),
            generate_series(date '2005-02-17', date '2014-11-17', interval 3 months) as q(anchor)
    )
"""


def models_of(project) -> list[dict]:
    """Statistics and forecasts of each model."""
    with duckdb.connect(str(project.warehouse), read_only=True) as con:
        stats = con.sql("select * exclude (error_quantiles) from model_stats").pl()
        facts = con.sql("select model_id, columns('.*error_quantiles') from trained_models").pl()
        predictions = con.sql("from test_predictions").pl()
    rows = stats.join(facts, on="model_id").to_dicts()
    return [
        {**row, "rows": predictions.filter(model_id=row["model_id"]).sort("date", "ticker")}
        for row in rows
    ]


@pytest.fixture(scope="module")
def models(tiny, tmp_path_factory) -> dict[str, list[dict]]:
    """Models of the tiny market, and with test blocks of ten years, by name of the market."""
    folder = tmp_path_factory.mktemp("ten_years")
    shutil.copy(tiny.warehouse, folder)
    project = type(tiny)(folder)
    with duckdb.connect(str(project.warehouse)) as con:
        con.execute(f"delete from test_predictions; {TEN_YEARS}; delete from model_stats")
    project.run("--select", "model_stats", **TINY)
    return {"tiny": models_of(tiny), "ten years": models_of(project)}


@pytest.mark.parametrize("market", ["tiny", "ten years"])
@pytest.mark.parametrize("forecast", ["predicted", "naive", "ridge"])
def test_statistics_in_sql_are_those_of_python(models, market, forecast):
    assert len(models[market]) == 3
    prefix = "" if forecast == "predicted" else f"{forecast}_"
    for model in models[market]:
        rows: pl.DataFrame = model["rows"]
        actual, mean = rows["actual"].to_numpy(), rows[f"{forecast}_mean"].to_numpy()
        std = rows["predicted_std"].to_numpy() if prefix == "" else np.ones(len(actual))
        quantiles = np.array(model[f"{prefix}error_quantiles"])
        calibration = statistics.Calibration(1.0, quantiles)
        expected = {
            "rmse": statistics.rmse(actual, mean),
            "mape": oracles.mape_of_gross(actual, mean),
            "r2": statistics.r2_against(actual, mean, model["train_mean"]),
            "r2_zero": statistics.r2_against(actual, mean, 0),
            "coverage_68": oracles.coverage(actual, mean, std, calibration.interval(0.68)),
            "coverage_95": oracles.coverage(actual, mean, std, calibration.interval(0.95)),
        }
        if forecast != "naive":
            quarters = sample_quarters(rows["date"])
            overlap = model["horizon_months"] // 3 - 1
            for name, rule in (
                ("rank_ic", statistics.rank_ic),
                ("decile_spread", oracles.decile_spread),
            ):
                found = rule(quarters, actual, mean, overlap)
                expected |= {name: found.mean, f"{name}_t": found.t, f"{name}_p": found.p}
            assert market == "tiny" or None not in expected.values()
        for name, value in expected.items():
            # P-values are interpolated in SQL, and exact in Python.
            tolerance = 0.01 if name.endswith("_p") else 1e-9
            assert model[f"{prefix}test_{name}"] == pytest.approx(value, abs=tolerance), name


def test_naive_coverage_is_that_of_errors_before_the_test_block(models):
    for model in models["tiny"]:
        errors = np.array(model["naive_error_quantiles"])
        assert (np.diff(errors) >= 0).all()
        assert errors[0] < 0 < errors[-1]
