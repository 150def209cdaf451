import shutil

import duckdb
import numpy as np
import pytest
from conftest import TINY

PUBLIC = "select * from latest_forecasts order by all"


@pytest.fixture(scope="module")
def study(tiny, tmp_path_factory):
    """The tiny market's warehouse, after a study with a cutoff and one stock left out."""
    folder = tmp_path_factory.mktemp("study")
    shutil.copy(tiny.warehouse, folder)
    project = type(tiny)(folder)
    [(stock,)] = project.query("select min(ticker) from latest_forecasts")
    with duckdb.connect(str(project.warehouse)) as con:
        con.execute(f"delete from published_forecasts where ticker = '{stock}'")
    project.run(
        **TINY,
        cutoff_date="2024-06-30",
        shap_since="2024-01-01",
        holdout_tickers=[stock],
    )
    project.stock = stock
    return project


def test_a_study_never_changes_what_is_listed(study, tiny):
    assert study.query(PUBLIC) == tiny.query(PUBLIC)


def test_a_study_adds_nothing_to_the_record_and_judges_none_of_it(study, tiny):
    rows = f"from published_forecasts where ticker <> '{study.stock}' order by all"
    assert study.query("from published_forecasts order by all") == tiny.query(rows)
    record = "from track_record order by all"
    assert study.query(record) == tiny.query(record)
    assert len(tiny.query(record)) > 50


def test_a_cutoff_hides_all_that_came_later(study):
    for table, column in (
        ("stg_daily_adjusted", "date"),
        ("stg_fundamentals_daily", "date"),
        ("stg_fundamentals_statements", "greatest(period_end, filing_date)"),
        ("features", "date"),
    ):
        [(last,)] = study.query(f"select max({column})::varchar from {table}")
        assert "2024-05-01" < last <= "2024-06-30"


def test_the_panel_of_a_cutoff_is_the_one_known_on_that_day(study, tiny):
    features = "from features where date <= '2024-06-30' order by all"
    assert study.query(features) == tiny.query(features)
    for months in (6, 12, 24, 36):
        is_closed = f"date + interval {months} months <= '2024-06-28'"
        label = f"select ticker, date, excess_return_ln_{months}m from excess_returns where "
        closed = label + f"{is_closed} order by all"
        assert study.query(closed) == tiny.query(closed)
        assert len(tiny.query(closed)) > 500
        still_open = label + f"not {is_closed} and excess_return_ln_{months}m is not null"
        assert study.query(still_open) == []


def test_a_stock_left_out_is_still_forecast(study):
    [(rows, models)] = study.query(
        "select count(*), count(distinct model_id) from ticker_shap "
        f"where ticker = '{study.stock}' and contains(model_id, 'without')"
    )
    assert models == 3
    assert rows > 3 * 100
    assert (
        study.query(
            f"from test_predictions where ticker = '{study.stock}' "
            "and contains(model_id, 'without')"
        )
        == []
    )


def test_history_since_a_day_is_explained(study):
    dates = study.query(
        "select distinct date::varchar from ticker_shap "
        "where contains(model_id, 'cutoff') order by 1"
    )
    assert [day for (day,) in dates] == ["2024-02-20", "2024-05-17"]  # the 19th was a holiday


def test_the_held_out_stock_is_compared_with_a_model_that_had_seen_it(study):
    [(rows,)] = study.query(f"select count(*) from features where ticker = '{study.stock}'")
    compared = study.query(
        "select pred_col, count(*), count(distinct date), count(actual), any_value(seen_model_id), "
        "min(abs(predicted_mean - seen_predicted_mean)) from holdout_forecasts "
        f"where ticker = '{study.stock}' group by pred_col order by pred_col"
    )
    assert [row[1:3] for row in compared] == [(rows, rows)] * 3
    for pred_col, _, _, outcomes, seen, difference in compared:
        known = f"select count({pred_col}) from excess_returns where ticker = '{study.stock}'"
        assert study.query(known) == [(outcomes,)]
        assert seen.endswith("_cutoff-2024-06-30")
        assert difference > 0
    assert study.query("select distinct ticker from holdout_forecasts") == [(study.stock,)]


def test_the_study_s_forecasts_are_those_that_it_explains(study):
    forecasts = "select model_id, ticker, date, predicted_mean, predicted_std, actual from {} "
    explained = study.query(
        f"select distinct * from ({forecasts.format('ticker_shap')}) "
        f"where ticker = '{study.stock}' and contains(model_id, 'without') order by all"
    )
    compared = forecasts.format("holdout_forecasts") + "where date >= '2024-01-01' order by all"
    assert explained == study.query(compared)
    assert len(explained) == 3 * 2


def test_the_analysis_compares_both_models(study, compiled_analyses):
    rows = study.query(compiled_analyses["holdout_study"])
    assert [row[0] for row in rows] == [study.stock] * 3
    [(outcomes, correlation, rmse, seen_rmse)] = study.query(
        "select count(actual), corr(predicted_mean, actual), "
        "sqrt(avg(pow(predicted_mean - actual, 2))), "
        "sqrt(avg(pow(seen_predicted_mean - actual, 2))) "
        "from holdout_forecasts where pred_col = 'excess_return_ln_12m'"
    )
    assert rows[0][2:4] == (outcomes, 1)
    assert np.allclose([rows[0][4], rows[0][6], rows[0][7]], [correlation, rmse, seen_rmse])


def test_a_ticker_that_the_panel_does_not_have_stops_the_study_before_it_trains(study):
    models = "select count(*) from trained_12m"
    before = study.query(models)
    unknown = study.stock + "X"
    result = study.dbt("run", "--select", "trained_12m", holdout_tickers=[unknown.lower()])
    assert result.returncode != 0
    sentence = (
        f"names '{unknown}', which table features does not have: did you mean '{study.stock}'"
    )
    assert sentence in " ".join(result.stdout.split())
    assert study.query(models) == before
