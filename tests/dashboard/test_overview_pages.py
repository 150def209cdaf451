"""Start, Trust and Track record on a small market."""

import re
import shutil
from datetime import timedelta

import duckdb
import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import backtest_queries, start_queries, stock_queries, trust_queries
from ml.warehouse.publishing import published_file
from tests.dashboard.conftest import HORIZON, run_page

HORIZONS = {f"excess_return_ln_{months}m": f"{months} months" for months in (12, 24, 36)}
# As if the models of today were new, and those before had forecast twice as much.
CHANGES = """
insert into forecast_changes by name
select
    ticker, pred_col, driver, model_id, training_date, date, predicted_mean,
    model_id || '-91' as earlier_model_id, training_date - 91 as earlier_training_date,
    date as earlier_date, 2 * predicted_mean as earlier_predicted_mean,
    0 as contribution, predicted_mean * share as earlier_contribution,
    -predicted_mean * share as difference, 0.4 as ratio_rank, 0.75 as earlier_ratio_rank
from latest_forecasts
cross join (values ('bias', 0.25), ('earnings_yield', 0.75)) as parts (driver, share)
"""
# A stock whose model never saw it, and how such models did.
UNSEEN = """
insert into unseen_forecasts by name
select
    pred_col, 12 as horizon_months, ticker, date, '1 of 10' as holdout_group, 36 as train_tickers,
    ln(1.02) as predicted_mean, 0.1 as predicted_std, model_id as seen_model_id,
    ln(1.05) as seen_predicted_mean, 0.1 as seen_predicted_std
from latest_forecasts
where pred_col = 'excess_return_ln_12m' and forecast_rank = 1;
insert into unseen_stats by name
select
    'excess_return_ln_12m' as pred_col, 12 as horizon_months, forecaster, 800 as forecasts,
    40 as tickers, date '2016-02-17' as forecast_from, date '2024-11-18' as forecast_to,
    20 as quarters, rank_ic, -0.1 as rank_ic_lower_95, 0.4 as rank_ic_upper_95, 0.25 as rank_ic_p
from (values ('unseen', 0.125), ('seen', 0.5)) as stats (forecaster, rank_ic);
"""


@pytest.fixture
def open_page(published, monkeypatch):
    """Runs a page of a publication, of the fixture's unless another is given."""

    def run(name: str, file=published, **parameters: str) -> AppTest:
        monkeypatch.setenv("PUBLISHED", str(file))
        app = run_page(name, **parameters)
        assert not app.error
        return app

    return run


@pytest.fixture
def changed(published, tmp_path):
    """A copy of the publication after some SQL."""

    def copy(sql: str):
        file = tmp_path / "changed.duckdb"
        shutil.copy(published_file(published.parent), file)
        with duckdb.connect(str(file)) as con:
            con.execute(sql)
        return file

    return copy


def texts(app: AppTest) -> str:
    return "\n".join(
        each.value for kind in ("markdown", "caption", "info") for each in app.get(kind)
    )


@pytest.mark.parametrize(("column", "horizon"), HORIZONS.items())
def test_start_says_how_often_the_better_half_was_better(open_page, publication, column, horizon):
    app = open_page("start", horizon=horizon)
    [[won, years]] = publication.query(
        "select count(*) filter (difference > 0), count(*) from backtest_years where pred_col = ?",
        column,
    ).rows()
    said = texts(app)
    assert app.markdown[0].value.startswith("**Treat ranks as ")
    assert (
        f"Of the last {years} years' forecasts the better half beat the worse half in {won}" in said
    )
    assert "prices to " in said


def test_start_lists_the_ten_best_with_reasons_that_are_their_contributions(open_page, publication):
    best = open_page("start").table[0].value
    listed = publication.query(
        "select ticker from latest_forecasts where pred_col = ? order by forecast_rank, ticker "
        "limit 10",
        HORIZON,
    )["ticker"].to_list()
    assert [re.search(r"\[(\w+)\]", stock)[1] for stock in best["Stock"]] == listed
    families = start_queries.strongest_families(publication, HORIZON, listed, 2)
    for ticker, why in zip(listed, best["Why, in points"], strict=True):
        drivers = stock_queries.opened_drivers(publication, ticker, HORIZON)
        sums = dict(drivers.group_by("family").agg(pl.col("shap_value").sum()).iter_rows())
        own = families.filter(pl.col("ticker") == ticker)
        for family, amount in own.select("family", "amount").iter_rows():
            assert amount == pytest.approx(sums[family])
        strongest = max(own["amount"], default=0)
        if strongest >= 0.05:
            assert f" {strongest:+.1f} (" in why


def test_start_says_when_there_is_nothing_to_compare_with(open_page):
    assert any("trained before" in each.value for each in open_page("start").info)


def test_start_says_what_changed_and_why(open_page, changed):
    app = open_page("start", changed(CHANGES))
    assert not any("trained before" in each.value for each in app.info)
    said = texts(app)
    assert "the new model alone made the difference" in said
    changes = app.table[1].value
    assert len(changes) == 5
    assert all("earnings yield (place 75% to 40%)" in why for why in changes.iloc[:, -1])
    assert all("what holds for all stocks" in why for why in changes.iloc[:, -1])


def test_sectors_hold_every_stock_once(publication):
    frame = start_queries.sectors(publication)
    listed = publication.query(
        "select pred_col, count(*) as stocks from latest_forecasts group by all"
    )
    counted = frame.group_by("pred_col").agg(pl.col("stocks").sum())
    assert counted.sort("pred_col").equals(listed.sort("pred_col"))


@pytest.mark.parametrize("horizon", HORIZONS.values())
def test_trust_answers_a_sceptic(open_page, horizon):
    app = open_page("trust", horizon=horizon)
    assert [each.value for each in app.subheader] == [
        "Do the ranks mean anything?",
        "Rank IC by year, size and sector",
        "Do the intervals hold?",
        "Do chances come as often as said?",
        "What the deciles made",
        "Do the models of different years go by the same things?",
        "What the deciles hold",
        "Importance in the stored models",
        "Do the models know stocks that they never saw?",
        "What this does not show",
    ]
    ranks = app.table[0].value
    assert ranks["Over"].to_list() == list(HORIZONS.values())
    assert all(f"({110})" in each or each == r"\-" for each in ranks["p, variants tried"])
    coverage, exposures, importances = (pl.from_pandas(frame.value) for frame in app.dataframe)
    assert coverage["group_name"][0] == "All forecasts"
    assert coverage["group_name"].to_list()[-3:] == ["Calm third", "Middle third", "Volatile third"]
    assert exposures["decile"].to_list() == list(range(1, 11))
    assert importances["feature"].n_unique() == importances.height
    assert "110 variants" in texts(app)


def test_forecasts_of_unseen_stocks_stand_where_a_sceptic_looks(open_page, changed, listed):
    ticker = listed["ticker"][0]
    assert any("holdout_groups: 10" in each.value for each in open_page("trust").code)
    assert any("holdout_groups: 10" in each.value for each in open_page("ticker").code)
    file = changed(UNSEEN)
    trust = open_page("trust", file=file)
    assert not any("holdout_groups" in each.value for each in trust.code)
    [table] = [each.value for each in trust.table if "Model" in each.value]
    assert table[["Over", "Model", "Rank IC", "95 % interval", "p by chance"]].values.tolist() == [
        ["12 months", "never saw the stock", "+0.125", "-0.10 to +0.40", "0.25"],
        ["12 months", "trained on it too", "+0.500", "-0.10 to +0.40", "0.25"],
    ]
    page = open_page("ticker", file=file, ticker=ticker)
    assert not any("holdout_groups" in each.value for each in page.code)
    said = f"A model that never saw {ticker}, trained on 36 other stocks, says +2.00% (68 %: "
    assert said in texts(page)
    assert "one that was trained on it too says +5.00%" in texts(page)


def test_a_chance_that_came_lies_in_its_interval(publication):
    backtests = backtest_queries.newest_backtests(publication)
    assert backtests["pred_col"].to_list() == list(HORIZONS)
    tenths = trust_queries.reliability(publication, backtests["backtest_id"][0])
    assert tenths["tenth"].to_list() == list(range(1, 11))
    assert tenths["chance"].is_sorted()
    assert tenths["lower_95"].null_count() == 0
    assert (tenths["came"].is_between(tenths["lower_95"], tenths["upper_95"])).all()


def test_a_fresh_record_says_when_the_first_window_closes(open_page, publication):
    app = open_page("track_record")
    [[first, count]] = publication.query(
        "select min(window_end), count(*) from track_record where pred_col = ?", HORIZON
    ).rows()
    said = texts(app)
    assert f"{count:,} forecasts were published" in said
    assert f"none have closed; the first closes on {first.day} {first:%b %Y}" in said
    assert any("Nobody could act upon" in each.value for each in app.info)
    assert "**Backtest, not a record**" in said
    [record, picks] = (pl.from_pandas(frame.value) for frame in app.dataframe)
    assert record.height == count
    assert record["forecast_rank"].is_sorted()
    assert picks["place"].to_list() == list(range(1, 11))
    assert picks["predicted_median_return"].is_sorted(descending=True)


def test_a_closed_window_is_scored_and_held_as_a_portfolio(open_page, changed):
    app = open_page(
        "track_record",
        changed(
            """
            update track_record set status = 'closed', elapsed_share = 1, actual = ln(1.5);
            insert into track_record_portfolios by name
            select
                'excess_return_ln_12m' as pred_col, 12 as horizon_months,
                date '2025-02-17' as sample_anchor, date '2025-02-18' as bought_from,
                date '2026-02-17' as held_to, date '2026-02-17' as closes_from,
                date '2026-02-17' as closes_to, true as is_closed, 1 as elapsed_share,
                40 as stocks, 4 as top_stocks, 0.3 as top_return, 0.25 as top_net_return,
                0.1 as top_spy_return, 0.2 as all_return, 0.15 as all_net_return,
                0.1 as all_spy_return
            """
        ),
    )
    assert "closes on" not in texts(app)
    portfolios, record, _ = (pl.from_pandas(frame.value) for frame in app.dataframe)
    assert portfolios["lead"].to_list() == pytest.approx([10])
    assert record["outcome"].to_list() == pytest.approx([50] * record.height)


def test_a_quarter_of_another_horizon_gives_way_to_the_newest(open_page, publication):
    quarters = {
        column: trust_queries.backtest_quarters(publication, backtest_id)["quarter"].to_list()
        for column, backtest_id in backtest_queries.newest_backtests(publication)
        .select("pred_col", "backtest_id")
        .iter_rows()
    }
    oldest = quarters[HORIZON][-1]
    app = open_page("track_record", quarter=str(oldest))
    assert app.selectbox(key="quarter").value == oldest
    assert not app.warning
    app.segmented_control[0].select("excess_return_ln_36m").run()
    assert not app.exception
    assert app.selectbox(key="quarter").value == quarters["excess_return_ln_36m"][0]
    assert len(app.dataframe[-1].value) == 10


def test_a_date_that_is_not_there_is_said(open_page):
    app = open_page("track_record", quarter="1999-02-17", day="then")
    said = [each.value.replace("\\", "") for each in app.warning]
    assert [text.split(" here")[0] for text in said] == [
        "There is nothing of then",
        "There is nothing of 1999-02-17",
    ]


def test_backtest_picks_are_those_of_the_quarter(publication):
    backtest_id = backtest_queries.newest_backtests(publication)["backtest_id"][0]
    quarters = trust_queries.backtest_quarters(publication, backtest_id)
    for quarter, best in quarters.select("quarter", "best").iter_rows():
        picks = trust_queries.backtest_picks(publication, backtest_id, quarter, 10)
        assert picks["date"].is_between(quarter, quarter + timedelta(days=10)).all()
        assert picks["outcome"].mean() == pytest.approx(best)
