from pathlib import Path

import catboost
import duckdb
import numpy as np
import pytest
from conftest import TINY, Project

from ml.learning.boosting import to_pool
from ml.learning.matrix import FeatureSet
from ml.warehouse.publishing import publications_folder, published_file

LARGE = {"simulated_tickers": 900, "simulated_years": 20, "steps": 2}
SHAP = "select * exclude (trained_at) from ticker_shap order by all"


def test_a_build_publishes_every_mart(tiny):
    file = published_file(publications_folder(tiny.warehouse))
    [(recorded, tables)] = tiny.query("select file, tables from published")
    assert (Path(recorded).name, Path(recorded).is_file()) == (file.name, True)
    with duckdb.connect(str(file), read_only=True) as con:
        for table in tables:
            [rows] = con.sql(f'select count(*) from "{table["name"]}"').fetchone()
            assert rows == table["rows"]
        assert con.sql("select count(*) from latest_forecasts").fetchone()[0] > 60


def test_the_stored_model_gives_the_stored_forecasts(tiny):
    with duckdb.connect(str(tiny.warehouse), read_only=True) as con:
        for months in (12, 24, 36):
            row = con.sql(f"from trained_{months}m").pl().row(0, named=True)
            explained = con.sql(
                "select distinct ticker, date, predicted_mean, predicted_std from ticker_shap "
                f"where model_id = '{row['model_id']}' order by ticker"
            ).pl()
            panel = explained.select("ticker", "date").join(
                con.sql("from features").pl(), on=["ticker", "date"], maintain_order="left"
            )
            model = catboost.CatBoostRegressor().load_model(blob=row["model"])
            features = FeatureSet(tuple(row["features"]), frozenset(row["categorical_features"]))
            pool = to_pool(panel, features)
            mean, variance = model.predict(pool, prediction_type="RMSEWithUncertainty").T
            assert np.array_equal(mean, explained["predicted_mean"])
            assert np.allclose(np.sqrt(variance), explained["predicted_std"], rtol=1e-12)


def test_the_same_build_twice_gives_identical_explanations(tiny):
    before = tiny.query(SHAP)
    tiny.run(**TINY)
    after = tiny.query(SHAP)
    [(contributions,)] = tiny.query(
        "select sum(num_cols) * (select count(distinct ticker) from features) from model_stats"
    )
    assert len(before) == contributions
    assert before == after
    leftovers = "select table_name from duckdb_tables() where contains(table_name, '__dbt_tmp')"
    assert tiny.query(leftovers) == []


def test_parts_of_a_score_add_up_to_it(tiny):
    [(forecasts, unlike)] = tiny.query(
        """
        with opened as (
            select model_id, ticker, date, score, sum(part) as part
            from score_contributions
            group by all
        )

        select
            count(opened.ticker),
            count(*) filter (
                abs(coalesce(part, 0) - coalesce(feature_value, 0)) > 1e-12
                or (part is null) <> (feature_value is null)
            )
        from ticker_shap as shap
        left join opened
            on (shap.model_id, shap.ticker, shap.date, shap.feature)
            = (opened.model_id, opened.ticker, opened.date, opened.score)
        where feature in (
            select feature from feature_catalogue where family = 'factor score'
        )
        """
    )
    assert forecasts == tiny.query("select 4 * 3 * count(distinct ticker) from features")[0][0]
    assert unlike == 0


def test_no_feature_of_the_models_is_a_clock(tiny):
    """What rises with every quarter, whatever the stock does, only tells the models the year."""
    with duckdb.connect(str(tiny.warehouse), read_only=True) as con:
        [names] = con.sql(
            "select list(feature) from feature_catalogue where in_model and kind = 'numeric'"
        ).fetchone()
        columns = ", ".join(
            f"if(count({name}) >= 12, abs(corr({name}, epoch(date))), null) as {name}"
            for name in names
        )
        by_stock = con.sql(f"select {columns} from features group by ticker").pl()
    steadiest = by_stock.fill_nan(None).mean().row(0, named=True)
    known = {name: r for name, r in steadiest.items() if r is not None}
    assert len(known) > 50
    assert {name: r for name, r in known.items() if r > 0.9} == {}


def test_identities_of_the_statements_hold(tiny):
    assert (
        tiny.query(
            """
        with wide as (
            pivot (select * from stg_fundamentals_statements)
            on data_code in (
                'totalAssets', 'totalLiabilities', 'equity', 'revenue', 'costRev', 'grossProfit',
                'opex', 'opinc', 'debt', 'debtCurrent', 'debtNonCurrent', 'ncf', 'ncfo', 'ncfi',
                'ncff', 'ncfx'
            )
            using max(value)
            group by ticker, period_end, fiscal_quarter
        )
        select * from wide
        where totalAssets <> totalLiabilities + equity
            or grossProfit <> revenue - costRev
            or opinc <> grossProfit - opex
            or debt <> debtCurrent + debtNonCurrent
            or ncf <> ncfo + ncfi + ncff + ncfx
        """
        )
        == []
    )
    [(codes,)] = tiny.query("select count(distinct data_code) from stg_fundamentals_statements")
    assert codes >= 60


def test_a_label_worked_out_from_prices(tiny):
    [(ticker, day, label)] = tiny.query(
        """
        select ticker, date, excess_return_ln_12m from excess_returns
        where excess_return_ln_12m is not null and not delisted_in_window_12m
        order by ticker, date limit 1
        """
    )
    last = f"date '{day}' + interval 12 months"

    def price(symbol: str, until: str) -> float:
        return tiny.query(
            f"select max_by(adj_close, date) from stg_daily_adjusted "
            f"where ticker = '{symbol}' and date <= {until}"
        )[0][0]

    own = price(ticker, last) / price(ticker, f"date '{day}'")
    spy = price("SPY", last) / price("SPY", f"date '{day}'")
    assert np.isclose(label, np.log(own / spy), atol=1e-12)


def test_delisted_stocks_keep_their_labels(tiny):
    [(kept,)] = tiny.query(
        "select count(*) from excess_returns where delisted_in_window_36m "
        "and excess_return_ln_36m is not null"
    )
    assert kept > 0
    assert (
        tiny.query(
            "select * from excess_returns where delisted_in_window_36m "
            "and excess_return_ln_36m is null"
        )
        == []
    )


@pytest.mark.slow
def test_the_docs_are_generated(tiny):
    result = tiny.dbt("docs", "generate", **TINY)
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Project:
    """A market with more than a million prices, without tests."""
    project = Project(tmp_path_factory.mktemp("large"))
    project.build("--exclude-resource-type", "test", "unit_test", **LARGE)
    return project


@pytest.mark.slow
def test_a_panel_of_less_than_two_groups_of_rows_fits_in_memory(large):
    # 48,000 rows: two threads hold a group each, and neither is full, so neither is written early.
    [[rows]] = large.query("select count(*) from features")
    assert 30_720 < rows < 61_440


@pytest.mark.slow
def test_a_large_table_that_comes_out_the_same_on_another_day_is_not_new(large):
    selected = ["base_fundamentals_daily", "stg_fundamentals_daily", "int_valuations"]
    outcomes = (
        "select status from run_history where node like 'model.%' "
        "and invoked_at = (select max(invoked_at) from run_history) order by node"
    )
    another_day = (
        "update build_fingerprints set fingerprint = 'of another day' "
        "where node like '%.base_fundamentals_daily'"
    )
    with duckdb.connect(str(large.warehouse)) as con:
        con.execute(another_day)
    large.run("--select", *selected, **LARGE)
    # base_fundamentals_daily, int_valuations, stg_fundamentals_daily
    assert large.query(outcomes) == [("success",), ("kept",), ("kept",)]
    with duckdb.connect(str(large.warehouse)) as con:
        con.execute("update base_fundamentals_daily set market_cap = 1")
        con.execute(another_day)
    large.run("--select", *selected, **LARGE)
    assert large.query(outcomes) == [("success",), ("success",), ("success",)]
