import shutil

import duckdb
import numpy as np
import pytest
from conftest import TINY

from ml.learning import statistics
from ml.learning.splits import sample_quarters


@pytest.fixture(scope="module")
def backtested(tiny, tmp_path_factory):
    """The tiny market's warehouse, after a backtest of four years."""
    folder = tmp_path_factory.mktemp("backtest")
    shutil.copy(tiny.warehouse, folder)
    project = type(tiny)(folder)
    project.build(
        *("--select", "backtest_forecasts+", "--exclude", "published"), backtest_folds=4, **TINY
    )
    return project


def test_without_folds_there_is_no_backtest(tiny):
    assert tiny.query("from backtest_forecasts") == []
    assert tiny.query("from backtest_stats") == []


def test_every_horizon_is_backtested(backtested):
    assert backtested.query(
        "select horizon_months, folds, quarters from backtest_stats order by 1"
    ) == [(12, 4, 16), (24, 4, 16), (36, 4, 16)]


def test_sql_and_python_agree_on_the_rank_ic(backtested):
    with duckdb.connect(str(backtested.warehouse), read_only=True) as con:
        for months, mean, t, p in con.sql(
            "select horizon_months, rank_ic, rank_ic_t, rank_ic_p from backtest_stats"
        ).fetchall():
            rows = con.sql(
                f"from backtest_forecasts where horizon_months = {months} order by date, ticker"
            ).pl()
            ic = statistics.rank_ic(
                sample_quarters(rows["date"]),
                rows["actual"].to_numpy(),
                rows["predicted_mean"].to_numpy(),
                months // 3 - 1,
            )
            assert np.isclose(mean, ic.mean, atol=1e-12)
            assert np.isclose(t, ic.t, atol=1e-9)
            # SQL interpolates a table of what Python calculates.
            assert np.isclose(p, ic.p, rtol=0.02)


def test_all_stocks_are_what_every_decile_holds(backtested):
    """Equal-weighted, their return of a first quarter is the mean outcome of all stocks bought."""
    assert backtested.query(
        """
        with firsts as (
            select *
            from backtest_portfolios
            where portfolio = 'all_stocks' and weighting = 'equal'
            qualify row_number() over (partition by backtest_id order by sample_anchor) = 1
        )

        select firsts.horizon_months
        from firsts
        inner join backtest_vintages as vintages using (backtest_id, sample_anchor)
        inner join backtest_prices as prices using (ticker, sample_anchor)
        group by all
        having
            abs(
                (1 + any_value(prices.spy_return))
                * avg(prices.end_relative_price / prices.start_relative_price)
                - 1 - any_value(firsts.portfolio_return)
            ) < 1e-12
            and any_value(firsts.stocks) = count(*)
        order by 1
        """
    ) == [(12,), (24,), (36,)]


def test_costs_take_off_what_is_traded(backtested):
    """20 basis points of each purchase and sale."""
    [[wrong, portfolios]] = backtested.query(
        """
        select
            count(*) filter (where abs(trading_cost - 0.004 * turnover) > 1e-12),
            count(distinct portfolio) filter (where net_wealth < wealth)
        from backtest_portfolios
        """
    )
    assert (wrong, portfolios) == (0, 13)


@pytest.mark.slow
def test_a_second_backtest_replaces_the_first_of_the_day(backtested):
    backtested.run("--select", "backtest_forecasts", backtest_folds=1, **TINY)
    assert backtested.query(
        "select horizon_months, count(distinct fold) from backtest_forecasts group by 1 order by 1"
    ) == [(12, 1), (24, 1), (36, 1)]


def test_portfolios_and_labels_have_one_rule_for_stocks_that_stop_trading(backtested):
    """Where both begin and end on the same days, they say the same of a stock.

    Of one that stopped trading, the ends may lie days apart: what is held then is SPY.
    """
    [[pairs, delisted, furthest]] = backtested.query(
        """
        select count(*), count(*) filter (where labels.delisted_in_window_12m),
            max(abs(
                exp(labels.excess_return_ln_12m)
                - ends.end_relative_price / starts.start_relative_price
            ))
        from excess_returns as labels
        inner join backtest_prices as starts
            on labels.ticker = starts.ticker and labels.date = starts.start_date
        inner join backtest_prices as ends
            on labels.ticker = ends.ticker
                and abs(datediff('day', labels.date + interval 12 months, ends.end_date))
                    <= case when labels.delisted_in_window_12m then 3 else 0 end
        """
    )
    assert pairs > 100
    assert delisted > 0
    assert furthest < 1e-12
