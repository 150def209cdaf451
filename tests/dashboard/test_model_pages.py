import json
import shutil

import duckdb
import polars as pl
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from dashboard.examples import example_queries
from dashboard.safe_sql import run
from tests.dashboard.conftest import ROOT, VIEWS, run_page

HORIZONS = {f"excess_return_ln_{months}m": f"{months} months" for months in (12, 24, 36)}


@pytest.fixture
def tables(publication) -> list[str]:
    return publication.query("select table_name from duckdb_tables()")["table_name"].to_list()


@pytest.fixture
def open_page(published, monkeypatch):
    """Runs a page with these parameters in its address; it must show no exception."""
    monkeypatch.setenv("PUBLISHED", str(published))
    return run_page


@pytest.fixture
def ask(open_page):
    """Opens the page SQL by a link that holds a query, and runs it."""

    def run_query(query: str) -> AppTest:
        app = open_page("sql", query=query)
        app.button[0].click().run()
        assert not app.exception
        return app

    return run_query


def result(app: AppTest) -> pl.DataFrame:
    return pl.from_pandas(app.dataframe[-1].value)


def test_each_example_query_runs(publication, tables):
    examples = example_queries(tables)
    assert len(examples) == len(list(ROOT.glob("analyses/*.sql")))
    for question, sql in examples.items():
        assert question.endswith("?")
        run(publication.file, sql)


def test_an_example_that_needs_an_unpublished_table_is_left_out(tables):
    examples = example_queries(set(tables) - {"backtest_stats"})
    assert not any("backtest" in question for question in examples)


def test_sql_says_what_a_table_and_its_columns_mean(open_page):
    app = open_page("sql", table="model_stats")
    assert app.caption[1].value.startswith("One row per model: ")
    [columns] = (frame.value for frame in app.dataframe if "Meaning" in frame.value)
    assert len(columns) > 50
    assert columns["Meaning"].all()


def test_sql_runs_the_query_of_a_link_when_asked_to(open_page):
    app = open_page("sql", query="select count(*) as models from model_stats")
    assert "came with the link" in app.info[0].value
    assert all("models" not in frame.value for frame in app.dataframe)
    app.button[0].click().run()
    assert not app.info
    assert not app.error
    assert result(app)["models"].item() > 3


def test_sql_says_why_a_query_is_refused(ask):
    app = ask("drop table model_stats")
    assert "cannot be changed" in app.error[0].value


def test_sql_shows_where_a_query_is_wrong(ask):
    app = ask("select nothing from model_stats")
    assert "does not understand" in app.error[0].value
    assert "nothing" in app.code[0].value


def test_sql_takes_an_example_into_the_editor(open_page):
    app = open_page("sql")
    example = app.selectbox(key="example")
    example.select(example.options[0]).run()
    assert not app.exception
    assert not app.error
    assert app.text_area(key="query").value.startswith("-- ")


@pytest.mark.parametrize("mark", ["Bars", "Line", "Points", "Area"])
def test_sql_draws_what_was_chosen(open_page, mark):
    app = open_page("sql", view="Chart", x="ticker", y="predicted_mean", mark=mark)
    [chart] = app.get("arrow_vega_lite_chart") or app.get("vega_lite_chart")
    assert '"ticker"' in json.dumps(json.loads(chart.proto.spec))


def test_sql_shows_types_that_a_table_cannot(ask):
    app = ask("select model, features, test_predictions from trained_12m")
    assert not app.error
    assert result(app)["model"][0].endswith(" bytes")
    assert not ask("from test_all_types()").error


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("select 1, 1", ["1", "1_2"]),
        ("select 1 as a, 2 as a, 3 as a_2", ["a", "a_3", "a_2"]),
        ("select * from (select 1 as a) as x, (select 2 as a) as y", ["a", "a_2"]),
    ],
)
def test_sql_shows_columns_of_the_same_name(ask, sql, names):
    assert result(ask(sql)).columns == names


@pytest.mark.parametrize("section", ["Accuracy", "Features", "Data", "Parameters", "Notebook"])
@pytest.mark.parametrize(("column", "horizon"), HORIZONS.items())
def test_models_shows_each_section_of_each_horizon(open_page, column, horizon, section):
    app = open_page("models", horizon=horizon, section=section, studies="true")
    assert app.segmented_control[0].value == column
    assert not app.error


def test_models_lists_studies_on_demand(open_page, publication):
    models = publication.query("from model_stats where pred_col = ?", next(iter(HORIZONS)))
    assert len(open_page("models").selectbox(key="model").options) < models.height
    app = open_page("models", studies="true")
    assert len(app.selectbox(key="model").options) == models.height


def test_models_shows_every_build(open_page):
    app = open_page("models")
    builds = app.selectbox(key="build")
    assert len(builds.options) == 4
    assert all(option.endswith(" passed") for option in builds.options)
    # The newest is as of an earlier day; the oldest made every table.
    assert "cutoff_date" in app.code[-1].value
    builds.select(builds.options[-2]).run()
    assert not app.exception
    assert "backtest_folds" in app.code[-1].value
    app.selectbox(key="build").select(builds.options[-1]).run()
    assert not app.exception
    assert "backtest_folds" not in app.code[-1].value
    facts = {metric.label: metric.value for metric in app.metric}
    assert int(facts["Tables built"]) > 60
    assert facts["Tables kept"] == "0"
    assert result(app)["seconds"].is_sorted(descending=True)


def test_a_published_file_alone_has_the_builds_before_it(publication, monkeypatch, tmp_path):
    shutil.copy(publication.file, tmp_path / "alone.duckdb")
    monkeypatch.setenv("PUBLISHED", str(tmp_path / "alone.duckdb"))
    app = AppTest.from_file(VIEWS / "models.py", default_timeout=60).run()
    assert not app.exception
    assert len(app.selectbox(key="build").options) == 3


@pytest.mark.parametrize("weighting", ["equal", "value"])
def test_backtest_shows_what_was_run(open_page, publication, weighting):
    # The address has what the buttons say.
    app = open_page("backtest", weighting=weighting.capitalize())
    assert not app.info
    assert len(app.metric) == 7
    shown = {metric.label: metric.value for metric in app.metric}
    [share] = publication.query(
        f"select {weighting}_all_return from backtest_stats where pred_col = ?",
        next(iter(HORIZONS)),
    ).row(0)
    assert shown["All stocks a year"] == f"{share:+.1%}"


def test_backtest_shows_costs(open_page):
    portfolios, _ = (pl.from_pandas(frame.value) for frame in open_page("backtest").dataframe)
    assert portfolios["portfolio"].to_list() == [
        "top decile",
        "all stocks",
        "SPY",
        "bottom decile",
        "top less bottom decile",
        "top decile less all stocks",
    ]
    assert (portfolios["net_annual_return"] <= portfolios["annual_return"]).all()


def test_holdout_study_compares_both_models(open_page):
    app = open_page("holdout_study")
    assert result(app)["model"].to_list() == ["never saw the ticker", "had seen the ticker"]


@pytest.mark.parametrize(
    ("page", "emptied", "var"),
    [
        ("backtest", "backtest_stats", "backtest_folds"),
        ("start", "backtest_stats", "backtest_folds"),
        ("track_record", "backtest_stats", "backtest_folds"),
        ("trust", "backtest_stats", "backtest_folds"),
        ("holdout_study", "holdout_forecasts", "holdout_tickers"),
    ],
)
def test_where_nothing_was_run_stands_the_command_that_runs_it(
    open_page, publication, monkeypatch, tmp_path, page, emptied, var
):
    copy = tmp_path / "without.duckdb"
    shutil.copy(publication.file, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute(f"delete from {emptied}")
    monkeypatch.setenv("PUBLISHED", str(copy))
    app = AppTest.from_file(VIEWS / f"{page}.py", default_timeout=60).run()
    assert not app.exception
    command = app.code[0].value
    assert command.startswith("dbt build --vars ")
    assert yaml.safe_load(command.split("'")[1]).keys() >= {var}
