import shutil

import pytest

PUBLIC = "select * from latest_forecasts order by all"


@pytest.fixture(scope="module")
def study(tiny, tmp_path_factory):
    """The tiny market's warehouse, after a study with a cutoff and one stock left out."""
    folder = tmp_path_factory.mktemp("study")
    shutil.copy(tiny.warehouse, folder)
    project = type(tiny)(folder)
    [(stock,)] = project.query("select min(ticker) from latest_forecasts")
    project.run(
        steps=20,
        seed=1,
        simulated_tickers=40,
        simulated_years=13,
        cutoff_date="2024-06-30",
        shap_since="2024-01-01",
        holdout_tickers=[stock],
    )
    project.stock = stock
    return project


def test_a_study_never_changes_what_is_listed(study, tiny):
    assert study.query(PUBLIC) == tiny.query(PUBLIC)


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
