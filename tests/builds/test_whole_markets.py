"""Markets whose prices are wrong as a whole: what stops the build, and what it says."""

import duckdb
import pytest
from conftest import REAL_MARKET, Project, needs_real_market
from corruptions import full_history_stocks, read_market, write_market

pytestmark = needs_real_market


def built(folder, *select, sql) -> str:
    """What a build of twelve stocks and SPY says that fails, in one line."""
    stocks = full_history_stocks(REAL_MARKET, 12)
    project = Project(folder)
    with duckdb.connect() as con:
        read_market(con, REAL_MARKET, stocks)
        con.execute("create table stocks as select unnest($1) as ticker", [stocks])
        for statement in sql:
            con.execute(statement)
        market = write_market(con, folder / "market")
    result = project.dbt("build", "--select", *select, market=market)
    assert result.returncode != 0
    assert "Traceback" not in result.stdout
    return " ".join(result.stdout.split())


@pytest.fixture(scope="module")
def no_benchmark(tmp_path_factory) -> str:
    """SPY halved, standing still until 2007, without 2010; stocks weekly, most of them at 10."""
    return built(
        tmp_path_factory.mktemp("no_benchmark"),
        "+int_relative_prices",
        "+int_price_histories",
        "+int_companies",
        "+stg_exchange_rates",
        "assert_statements_are_filed_after_their_period",
        sql=[
            "update daily_adjusted set adjClose = adjClose::double / 2"
            " where ticker = 'SPY' and date >= '2012-06-01'",
            "update daily_adjusted set adjClose = '120' where ticker = 'SPY' and date < '2007'",
            "delete from daily_adjusted where ticker = 'SPY' and date like '2010%'",
            "delete from daily_adjusted where ticker <> 'SPY' and isodow(date::date) <> 3",
            "update daily_adjusted set adjClose = '10'"
            " where ticker in (select ticker from stocks limit 7)",
            "update fundamentals_statements set filing_date = date",
            "update fundamentals_meta set ticker = ticker || '.US', reportingCurrency = 'TWD'"
            " where ticker in (select ticker from stocks offset 9)",
            "update fundamentals_meta set reportingCurrency = 'TWD'"
            " where ticker in (select ticker from stocks limit 1)",
        ],
    )


@pytest.fixture(scope="module")
def stale(tmp_path_factory) -> str:
    """Of 12 stocks 6 end a year before SPY, 5 in May 2013, and one has a stray row of 2025.

    Market values end in 2013, as do the statements of four; those of others outlast the prices.
    """
    return built(
        tmp_path_factory.mktemp("stale"),
        "+excess_returns",
        "assert_stocks_are_whole",
        "+assert_fundamentals_reach_as_far_as_prices",
        sql=[
            "delete from fundamentals_daily where date > '2014'",
            "delete from fundamentals_statements where date > '2014'"
            " and ticker in (select ticker from stocks limit 4)",
            "update daily_adjusted set adjVolume = '0'"
            " where ticker = (select ticker from stocks limit 1)",
            "delete from daily_adjusted where ticker = 'SPY' and date like '2010-0_-04'",
            "delete from daily_adjusted where date > '2016-11-10'"
            " and ticker in (select ticker from stocks limit 6)",
            "delete from daily_adjusted where date > '2013-05-17'"
            " and ticker in (select ticker from stocks limit 5 offset 6)",
            "insert into daily_adjusted select * replace ('2025-11-20' as date)"
            " from daily_adjusted where date = '2017-11-10' and ticker <> 'SPY'",
            "update daily_adjusted set adjClose = other.price from ("
            "select date as day, adjClose as price from daily_adjusted"
            " where ticker = (select ticker from stocks limit 1)) as other"
            " where date = day and ticker = (select ticker from stocks limit 1 offset 1)",
        ],
    )


@pytest.mark.parametrize(
    "words",
    [
        "adjClose of SPY becomes 0.487 times what it was on 2012-06-01 and stays there",
        "SPY has the price of the day before on 16 % of its days",
        "SPY has no price on days of which 8 % of the stocks' prices are",
        "half of the stocks have at most 52 prices a year",
        "adjClose never changes for 7 of 12 stocks",
        "SKIP relation main.int_relative_prices",
    ],
)
def test_prices_that_are_no_market_stop_the_build_before_the_panel(words, no_benchmark):
    assert words in no_benchmark


@pytest.mark.parametrize(
    "words",
    [
        "SPY has no price on days on which stocks have (2010-01-06 to 2010-12-29)",
        "SPY has the same price day after day (2005-02-25 to 2006-12-29)",
        "is taken as unknown there: correct it, or leave it empty where it is not known",
    ],
)
def test_gaps_and_filing_dates_that_are_none_are_said(words, no_benchmark):
    assert words in no_benchmark


def test_prices_that_end_at_different_times_stop_the_build_before_the_labels(stale):
    assert (
        "the last price of SPY is of 2017-11-10, those of most stocks of 2016-11-10,"
        " 365 days before: bring the newer prices of the stocks,"
        " or delete those of SPY after 2016-11-10"
    ) in stale
    assert "SKIP relation main.excess_returns" in stale


@pytest.mark.parametrize(
    "words",
    [
        "the prices of 5 of 12 stocks end in May 2013",
        "is of 2025-11-20, those of the market of 2017-11-10: delete what is later",
        "stocks have the same prices as others (",
        "SPY has no price on 6 scattered days on which most stocks have, the first 2010-01-04",
        "adjVolume is zero on all days of 1 stock (",
        "table fundamentals_daily has no marketCap of the 30 days before for 7 of 7 stocks with"
        " prices until 2016-11-10",
        "has no period of the 486 days before for 4 of 7 stocks with prices until 2016-11-10",
        "has periods that ended more than 30 days later for 3 of 7 stocks with prices until",
    ],
)
def test_stocks_that_lack_a_part_are_said(words, stale):
    assert words in stale
