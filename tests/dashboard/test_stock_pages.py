import math
import shutil
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from dashboard import stock_charts, stock_queries
from dashboard.formats import readable
from ml.warehouse.publishing import published_file
from tests.dashboard.conftest import HORIZON, VIEWS, run_page


@pytest.fixture
def open_page(published, monkeypatch):
    """Runs a page with these parameters in its address; it must show no exception."""
    monkeypatch.setenv("PUBLISHED", str(published))

    def run(name: str, **parameters: str | list[str]) -> AppTest:
        app = run_page(name, **parameters)
        assert not app.error
        return app

    return run


def shown(app: AppTest, column: str) -> pl.DataFrame:
    """The table with that column."""
    [table] = [frame for frame in app.dataframe if column in frame.value.columns]
    return pl.from_pandas(table.value)


def test_compare_starts_with_the_best_forecasts(open_page, listed):
    app = open_page("compare")
    assert app.multiselect(key="tickers").value == listed["ticker"].to_list()[:3]


def test_compare_of_a_market_whose_prices_end_years_ago(published, monkeypatch, tmp_path):
    old = tmp_path / "old.duckdb"
    shutil.copy(published_file(published.parent), old)
    with duckdb.connect(str(old)) as con:
        con.execute("update weekly_prices set date = date - interval 9 years")
    monkeypatch.setenv("PUBLISHED", str(old))
    app = AppTest.from_file(VIEWS / "compare.py", default_timeout=60).run()
    assert not app.exception
    assert not app.error


def test_compare_takes_its_choices_from_the_address(open_page, listed):
    tickers = listed["ticker"].to_list()[-2:]
    app = open_page("compare", tickers=tickers, since="2022-01-03")
    assert app.multiselect(key="tickers").value == tickers
    assert app.date_input(key="since").value == date(2022, 1, 3)


def test_compare_says_where_forecasts_lie_outside_the_days_shown(open_page):
    said = "where that lies outside the days shown"
    assert not any(said in info.value for info in open_page("compare").info)
    app = open_page("compare", since="2022-01-03", until="2024-01-05")
    assert any(said in info.value for info in app.info)


def test_compare_leaves_out_what_the_address_misspells(open_page, listed):
    app = open_page("compare", tickers=["NONE", listed["ticker"][1]], as_of="yesterday")
    assert app.multiselect(key="tickers").value == [listed["ticker"][1]]


def test_compare_without_tickers_asks_for_some(open_page):
    app = open_page("compare", tickers="")
    assert app.info[0].value == "Pick one ticker or more."


def test_time_travel_shows_what_was_forecast_then(open_page, publication, listed):
    dates = stock_queries.training_dates(publication)
    assert dates[-1] == date(2025, 9, 30)
    then = stock_queries.forecasts_as_of(publication, listed["ticker"].to_list(), dates[-1])
    assert then["date"].max() <= dates[-1]
    assert then.height > 0
    app = open_page("compare")
    app.selectbox(key="as_of").select(dates[-1]).run()
    assert not app.exception


def test_forecasts_as_of_today_are_the_latest(publication, listed):
    newest = stock_queries.training_dates(publication)[0]
    forecasts = stock_queries.forecasts_as_of(publication, listed["ticker"].to_list(), newest)
    both = forecasts.join(listed, left_on=["ticker", "pred_col"], right_on=["ticker", "pred_col"])
    assert both.height == listed.height
    for column in ("lower_68", "upper_68", "lower_95", "upper_95"):
        assert both[column].to_list() == pytest.approx(both[f"{column}_right"].to_list())
    assert both["beats_spy"].to_list() == both["chance_of_beating_spy"].to_list()


def test_relative_prices_start_at_zero(publication, listed):
    prices = stock_queries.relative_prices(
        publication, listed["ticker"].to_list()[:2], date(2022, 1, 1), date(2024, 1, 1)
    )
    assert prices["date"].max() <= date(2024, 1, 1)
    first = prices.group_by("ticker").agg(pl.col("excess_return").sort_by("date").first())
    assert first["excess_return"].to_list() == [0, 0]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, pl.lit(True)),
        ({"least_forecast": 0.01}, pl.col("predicted_median_return") >= 0.01),
        ({"least_low_end": -0.3}, pl.col("lower_68") >= -0.3),
        ({"least_chance": 0.5}, pl.col("chance_of_beating_spy") >= 0.5),
        ({"worst_rank": 5}, pl.col("forecast_rank") <= 5),
        ({"widest": 0.6}, pl.col("upper_68") - pl.col("lower_68") <= 0.6),
        ({"sectors": ["Energy", "Materials"]}, pl.col("sector").is_in(["Energy", "Materials"])),
        ({"text": "HOLDINGS"}, pl.col("name").str.contains("Holdings")),
        ({"sectors": ["'; drop table x"]}, pl.lit(False)),
    ],
)
def test_each_filter_keeps_what_it_says(publication, listed, filters, kept):
    picked = stock_queries.picked_stocks(publication, HORIZON, **filters)
    assert picked["ticker"].to_list() == listed.filter(kept)["ticker"].to_list()


def test_the_picker_filters_and_says_how_many(open_page, listed):
    app = open_page("stock_picker", rank="5")
    assert app.metric[0].value == f"5 of {listed.height}"
    assert shown(app, "forecast_rank")["ticker"].to_list() == listed["ticker"].to_list()[:5]


@pytest.mark.parametrize("number", ["rank", "forecast", "low_end", "chance", "spread"])
def test_the_picker_takes_any_number_of_a_link(open_page, number):
    for value in ("1e400", "-1e400", "nan", "9" * 400):
        assert open_page("stock_picker", **{number: value}).metric


def test_the_picker_with_no_stock_left(open_page):
    app = open_page("stock_picker", text="no such name")
    assert app.info[0].value == "No stock passes every filter: loosen one."


def test_the_picker_explains_what_is_chosen(open_page, publication, listed):
    tickers = listed["ticker"].to_list()[:2]
    app = open_page("stock_picker", selected=tickers)
    table = shown(app, "formula")
    for ticker in tickers:
        assert table[f"place {ticker}"].drop_nulls().is_between(0, 1).all()
    app.toggle(key="families").set_value(True).run()
    assert not app.exception
    families = shown(app, "strength")
    mean = listed["predicted_mean"][0]
    bias = stock_queries.explanations(publication, HORIZON, tickers[:1])["bias"][0]
    assert families[tickers[0]].sum() / 100 + bias == pytest.approx(mean)


def test_places_are_ranks_within_the_sample_date(publication, listed):
    ticker = listed["ticker"][0]
    explained = stock_queries.explanations(publication, HORIZON, [ticker])
    feature = explained.drop_nulls("place")["feature"][0]
    values = publication.query(
        f"select ticker, {feature} as value from features where date = $1", listed["date"][0]
    ).drop_nulls("value")
    own = values.filter(pl.col("ticker") == ticker)["value"][0]
    below = values.filter(pl.col("value") < own).height
    place = explained.filter(pl.col("feature") == feature)["place"][0]
    assert place == pytest.approx(below / (values.height - 1))


def test_a_waterfall_of_the_ratios_ends_at_the_forecast_and_has_no_bar_of_zero(publication, listed):
    explained = stock_queries.opened_explanations(publication, HORIZON, [listed["ticker"][0]])
    assert "value_score" not in explained["driver"]
    assert (explained["shap_value"] != 0).all()
    for by_family, most in ((False, 5), (True, 2)):
        steps = stock_charts.waterfall_steps(explained, by_family, most)
        assert steps["label"].n_unique() == steps.height == most + 3
        assert steps["end"][-2] == pytest.approx(steps["end"][-1])
        assert steps["end"][-1] == pytest.approx(100 * listed["predicted_mean"][0])
        assert steps["start"][0] == 0


def test_families_count_what_they_hold(publication, listed):
    explained = stock_queries.opened_explanations(publication, HORIZON, [listed["ticker"][0]])
    labels = stock_charts.waterfall_steps(explained, by_family=True, most=9)["label"]
    for family, drivers in explained.group_by("family"):
        assert f"{family[0]} ({drivers.height})" in labels


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("book_to_market", "Book to market"),
        ("momentum_12_1m", "Momentum 12 to 1 months"),
        ("momentum_1m", "Momentum 1 month"),
        ("volatility_36m", "Volatility 36 months"),
        ("pe_ratio", "P/E ratio"),
        ("ev_to_ebitda", "EV to EBITDA"),
    ],
)
def test_features_have_names_that_people_use(identifier, name):
    assert readable(identifier) == name


def test_where_the_trees_have_no_weight_the_page_says_so(
    open_page, published, tmp_path, monkeypatch
):
    for weight in (0.0, 0.5):
        # A published file is not changed while it is open.
        file = tmp_path / f"{weight}.duckdb"
        shutil.copy(published_file(published.parent), file)
        with duckdb.connect(str(file)) as con:
            con.execute("update model_stats set data_weight = ?", [weight])
        monkeypatch.setenv("PUBLISHED", str(file))
        app = AppTest.from_file(VIEWS / "ticker.py", default_timeout=60).run()
        assert ("it has no weight" in " ".join(info.value for info in app.info)) is (weight == 0)


def test_risk_stands_beside_return(open_page, listed):
    app = open_page("ticker", ticker=listed["ticker"][0])
    titles = [title.value for title in app.subheader]
    assert titles == ["What makes it high or low", "What makes it risky or calm"]


def test_drivers_with_opened_scores_add_up_to_the_forecast_and_its_risk(publication, listed):
    ticker = listed["ticker"][0]
    drivers = stock_queries.opened_drivers(publication, ticker, HORIZON)
    assert drivers["driver"].n_unique() == drivers.height
    assert "book_to_market" in drivers["driver"]
    assert "value_score" not in drivers["driver"]
    assert drivers["place"].drop_nulls().is_between(0, 1).all()
    bias, risk_bias = publication.query(
        "select distinct bias, risk_bias from ticker_shap as shap"
        " where (ticker, model_id, date) in (select (ticker, model_id, date)"
        " from latest_forecasts where ticker = $1 and pred_col = $2)",
        ticker,
        HORIZON,
    ).row(0)
    mean, std = listed.select("predicted_mean", "predicted_std").row(0)
    assert drivers["shap_value"].sum() / 100 + bias == pytest.approx(mean, abs=1e-9)
    log_std = drivers["risk_shap_value"].sum() / 100 + risk_bias
    assert log_std == pytest.approx(math.log(std), abs=1e-9)


def test_ticker_opens_the_scores_and_shows_what_each_ratio_adds(open_page, publication, listed):
    app = open_page("ticker", ticker=listed["ticker"][0])
    assert shown(app, "driver").height > 10
    explained = stock_queries.explanations(publication, HORIZON, [listed["ticker"][0]])
    labels = [expander.label for expander in app.expander if " score " in expander.label]
    assert len(labels) == 4
    for label in labels:
        name, adds = label.split(" score ", 1)
        score = f"{name.lower()}_score"
        own = explained.row(by_predicate=pl.col("feature") == score, named=True)
        value, contribution = own["feature_value"], 100 * own["shap_value"]
        assert adds.startswith(f"{value:+.2f}: return {contribution:+.2f}, risk ")


def test_ticker_shows_the_backtest_and_the_statements(open_page, publication, listed):
    past = publication.query(
        "select ticker, count(*) as n from backtest_forecasts where pred_col = $1"
        " group by ticker order by n desc, ticker",
        HORIZON,
    )
    app = open_page("ticker", ticker=past["ticker"][0])
    assert app.selectbox(key="ticker").value == past["ticker"][0]
    assert shown(app, "meaning").height > 50
    assert not any("backtest_folds" in each.value for each in app.code)


def test_ticker_no_longer_traded(open_page, publication):
    gone = publication.query(
        "select min(ticker) as t from features"
        " where ticker not in (select ticker from latest_forecasts)"
    ).item()
    app = open_page("ticker", ticker=gone)
    assert app.info[0].value.startswith(f"{gone} is no longer forecast")


def test_pages_list_forecasts_as_long_as_latest_forecasts_does():
    project = yaml.safe_load((Path(__file__).parents[2] / "dbt_project.yml").read_text())
    assert project["vars"]["forecast_max_age"] == stock_queries.FORECAST_MAX_AGE
