"""The page Ticker as a tear sheet, and its what-if."""

import math
import shutil
import sys
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import stock_queries, tear_sheet_queries, what_if
from dashboard.publication import open_publication
from dashboard.reasons import in_words
from dashboard.verdict import past_in_words
from dashboard.what_if import WhatIfError
from ml.warehouse.publishing import published_file
from tests.dashboard.conftest import HORIZON, run_page


@pytest.fixture
def copied(published, tmp_path):
    """A published file of one's own, to change."""
    return shutil.copy(published_file(published.parent), tmp_path / "copied.duckdb")


def open_page(published, monkeypatch, **parameters: str | list[str]) -> AppTest:
    monkeypatch.setenv("PUBLISHED", str(published))
    return run_page("ticker", **parameters)


@pytest.mark.parametrize("months", [12, 24, 36])
def test_the_model_is_asked_as_forecasts_are_made(publication, months):
    pred_col = f"excess_return_ln_{months}m"
    rows = publication.query("from latest_forecasts where pred_col = $1 limit 3", pred_col)
    for row in rows.iter_rows(named=True):
        asked = what_if.what_if(publication, row["ticker"], pred_col)
        mean, std = asked.forecast(asked.moved({}))
        assert mean[0] == pytest.approx(row["predicted_mean"], abs=1e-12)
        assert std[0] == pytest.approx(row["predicted_std"], abs=1e-12)
        [[median, low, high]] = asked.returns({}).rows()
        assert median == pytest.approx(row["predicted_median_return"])
        assert (low, high) == (pytest.approx(row["lower_68"]), pytest.approx(row["upper_68"]))


def test_a_rank_that_moves_moves_its_factor_score(publication, listed):
    ticker = listed["ticker"][0]
    asked = what_if.what_if(publication, ticker, HORIZON)
    opened = stock_queries.opened_scores(publication, ticker, HORIZON)
    for score, ratios in asked.scores.items():
        known = opened.filter(pl.col("score") == score).drop_nulls("part")
        for ratio, sign in ratios.items():
            rank = asked.rank(ratio)
            if rank is None:
                continue
            same, up = asked.moved({ratio: [rank, rank + 0.3]})[score]
            assert same == pytest.approx(asked.known[score][0])
            # A score is a mean: 0.3 of one of its ranks is 0.3 / n of it.
            assert up - same == pytest.approx(sign * 0.3 / known.height)
    moved = asked.moved({"book_to_market": [0.1]})
    others = [name for name in moved.columns if name not in ("book_to_market_rank", "value_score")]
    assert moved.select(others).equals(asked.known.select(others))


def test_a_damaged_model_is_never_read(copied):
    with duckdb.connect(str(copied)) as con:
        con.execute("update trained_12m set model = 'no model'::blob")
    publication = open_publication(copied)
    [ticker] = publication.query("select min(ticker) from latest_forecasts").row(0)
    with pytest.raises(WhatIfError, match=r"the stored model 12m_.* is damaged"):
        what_if.what_if(publication, ticker, HORIZON)


def test_without_catboost_the_page_says_what_is_missing(published, monkeypatch, copied, listed):
    monkeypatch.setitem(sys.modules, "ml.warehouse.explaining", None)
    app = open_page(copied, monkeypatch, ticker=listed["ticker"][0], moved="book_to_market")
    assert any("CatBoost must be installed" in info.value for info in app.info)
    assert app.header[-1].value == "Statements"


def test_sliders_begin_at_today_and_move_the_forecast(published, monkeypatch, listed):
    row = listed.row(0, named=True)
    app = open_page(published, monkeypatch, ticker=row["ticker"], moved="book_to_market")
    [metric] = [metric for metric in app.metric if metric.delta]
    assert metric.value == f"{row['predicted_median_return']:+.2%}"
    assert metric.delta == "+0.00 points"
    slider = app.slider[0]
    slider.set_value(100 if slider.value < 50 else 0).run()
    assert not app.exception
    [metric] = [metric for metric in app.metric if metric.delta]
    assert metric.delta != "+0.00 points"


def test_peers_are_the_nearest_in_the_ranks_of_the_models(publication, listed):
    ticker, sample_date = listed.select("ticker", "date").row(0)
    peers = tear_sheet_queries.peers(publication, ticker, HORIZON, most=5)
    names = publication.query(
        "select feature from feature_catalogue where in_model and feature like '%_rank'"
    )["feature"].to_list()
    assert len(names) > 30
    panel = publication.query(
        f"select ticker, {', '.join(names)} from features where date = $1", sample_date
    ).filter(pl.col("ticker").is_in(listed["ticker"].to_list()))
    ranks = dict(zip(panel["ticker"], panel.drop("ticker").to_numpy(), strict=True))
    distances = {
        other: math.sqrt(np.nanmean((values - ranks[ticker]) ** 2))
        for other, values in ranks.items()
        if other != ticker
    }
    nearest = sorted(distances, key=distances.__getitem__)[:5]
    assert peers["ticker"].to_list() == nearest
    assert peers["distance"].to_list() == pytest.approx([distances[peer] for peer in nearest])


def test_valuation_stands_beside_own_past_and_sector(publication, listed):
    row = listed.row(0, named=True)
    found = tear_sheet_queries.valuation(publication, row["ticker"])
    own = publication.query(
        "select date, earnings_yield as value from features where ticker = $1 order by date",
        row["ticker"],
    ).drop_nulls()
    [measured] = found.filter(pl.col("measure") == "earnings_yield").rows(named=True)
    now = own["value"][-1]
    assert measured["now"] == now
    assert measured["past"] == own["value"].to_list()
    assert measured["own_median"] == pytest.approx(own["value"].median())
    assert measured["own_place"] == pytest.approx((own["value"] < now).mean())
    sector = publication.query(
        "select earnings_yield as value from features"
        " inner join latest_forecasts using (ticker, date)"
        " where pred_col = $1 and latest_forecasts.sector = $2 and ticker <> $3",
        HORIZON,
        row["sector"],
        row["ticker"],
    )["value"].drop_nulls()
    assert measured["sector_stocks"] == len(sector)
    assert measured["sector_median"] == pytest.approx(sector.median())
    assert measured["sector_place"] == pytest.approx((sector < now).mean())


def test_returns_are_between_the_newest_week_and_the_one_before_the_period(publication, listed):
    ticker = listed["ticker"][0]
    weeks = publication.query(
        "select date, adj_close, price_to_spy from weekly_prices where ticker = $1 order by date",
        ticker,
    )
    end = weeks.row(-1, named=True)
    found = {row["months"]: row for row in tear_sheet_queries.trailing_returns(
        publication, ticker
    ).iter_rows(named=True)}  # fmt: skip
    year_before = end["date"].replace(year=end["date"].year - 1)
    start = weeks.filter(pl.col("date") <= year_before).row(-1, named=True)
    assert found[12]["price_return"] == pytest.approx(end["adj_close"] / start["adj_close"] - 1)
    assert found[12]["excess_return"] == pytest.approx(
        end["price_to_spy"] / start["price_to_spy"] - 1
    )


def test_prices_are_shown_between_two_days(published, monkeypatch, publication):
    [ticker] = publication.query(
        "select arg_min(ticker, date) from weekly_prices where ticker <> 'SPY'"
    ).row(0)
    since, until = date(2020, 1, 6), date(2020, 12, 31)
    history = tear_sheet_queries.weekly_history(publication, ticker, since, until)
    assert history["date"].is_between(since, until).all()
    first = history.filter(pl.col("date") == history["date"].min())
    assert first["growth"].to_list() == [1, 1]
    app = open_page(published, monkeypatch, ticker=ticker, until="2020-12-31")
    assert app.date_input(key="until").value == until
    assert any("choose others" in info.value for info in app.info)


def test_drivers_are_said_in_words():
    drivers = pl.DataFrame(
        {
            "driver": ["book_to_market", "momentum_1m", "sector", "volatility_12m"],
            "shap_value": [0.4, -0.2, 0.0, 0.001],
            "risk_shap_value": [0.0, 0.0, 1.5, -2.5],
            "place": [0.92, 0.1, None, 0.05],
            "value": ["1.2", None, "Energy", None],
        }
    )
    assert in_words(drivers).splitlines() == [
        "- **For it:** Book to market, above 92% of stocks (+0.40 points).",
        "- **Against it:** Momentum 1 month, above 10% of stocks (-0.20 points).",
        "- **Riskier:** Sector Energy (+1.50 % of the spread).",
        "- **Calmer:** Volatility 12 months, above 5% of stocks (-2.50 % of the spread).",
    ]


def test_what_came_of_past_forecasts_is_counted():
    past = pl.DataFrame(
        {
            "median_return": [0.1, 0.1, -0.1, 0.1],
            "lower_68": [-0.1] * 4,
            "upper_68": [0.3] * 4,
            "outcome": [0.2, 0.5, 0.1, None],
        }
    )
    assert past_in_words(past).startswith(
        "Of 3 forecasts whose windows have ended, 2 had their outcome within the 68 % interval "
        "(67%), and 2 were on the right side of SPY."
    )
    assert past_in_words(past.tail(1)) == "No window of these forecasts has ended."
