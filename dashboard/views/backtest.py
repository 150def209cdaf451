"""Backtest: what it would have earned to follow forecasts that knew only the past."""

import polars as pl
import streamlit as st

from dashboard import model_charts
from dashboard.formats import PERCENT_COLUMN, day, in_percent, percent
from dashboard.horizon_choice import horizon_buttons
from dashboard.publication import Publication, shown_publication

STATS = "select * from backtest_stats where pred_col = ? order by backtest_id desc"
PORTFOLIOS = """
select
    portfolio,
    end_date as date,
    wealth,
    drawdown,
    try_cast(replace(portfolio, 'decile_', '') as integer) as decile
from backtest_portfolios
where backtest_id = ? and weighting = ?
order by portfolio, date
"""
DECILE_RETURNS = """
select
    try_cast(replace(portfolio, 'decile_', '') as integer) as decile,
    max_by(wealth, sample_anchor) ^ (4 / count(*)) - 1 as annual_return
from backtest_portfolios
where backtest_id = ? and weighting = ? and portfolio <> 'top_minus_bottom'
group by portfolio
order by decile
"""
QUARTERS = """
unpivot (
    select sample_anchor as quarter, rank_ic as model, ridge_rank_ic as ridge
    from backtest_rank_ic
    where backtest_id = ?
)
on model, ridge
into name forecaster value value
order by quarter, forecaster
"""
YEARS = """
with returns as (
    pivot (
        select
            year(end_date) as year, portfolio, product(1 + portfolio_return) - 1 as growth
        from backtest_portfolios
        where backtest_id = ? and weighting = ?
        group by all
    )
    on portfolio in ('decile_10', 'decile_1', 'top_minus_bottom', 'SPY')
    using any_value(growth)
    group by year
),
quarters as (
    select
        year(sample_anchor) as year,
        avg(rank_ic) as rank_ic,
        avg(spread) as spread,
        avg(hit_rate) as hit_rate
    from backtest_rank_ic
    where backtest_id = ?
    group by all
)
select * from returns full join quarters using (year) order by year
"""
COMMAND = "dbt build --vars '{backtest_folds: 5}'"
NAMES = {"decile_10": "top decile", "SPY": "SPY"}


def show_summary(stats: dict[str, float], weighting: str) -> None:
    """The numbers that matter most."""
    t = stats["rank_ic_t"]
    values = {
        "Rank IC": f"{stats['rank_ic']:+.3f}",
        "t statistic": "-" if t is None else f"{t:.1f}",
        "Rank IC of ridge": f"{stats['ridge_rank_ic']:+.3f}",
        "Top decile a year": percent(stats[f"{weighting}_top_return"]),
        "SPY a year": percent(stats[f"{weighting}_spy_return"]),
        "Worst drawdown": percent(stats[f"{weighting}_top_drawdown"]),
        "Turnover a quarter": f"{stats[f'{weighting}_top_turnover']:.0%}",
    }
    for column, (label, value) in zip(st.columns(len(values)), values.items(), strict=True):
        column.metric(label, value)


def show_years(publication: Publication, backtest_id: str, weighting: str) -> None:
    """Returns and forecasts of each calendar year."""
    shares = ["decile_10", "decile_1", "top_minus_bottom", "SPY", "hit_rate"]
    years = publication.query(YEARS, backtest_id, weighting, backtest_id)
    returns = st.column_config.NumberColumn
    st.dataframe(
        years.with_columns(in_percent(*shares)),
        hide_index=True,
        column_config={
            "year": st.column_config.NumberColumn("Year", format="%d"),
            "decile_10": returns("Top decile", format=PERCENT_COLUMN),
            "decile_1": returns("Bottom decile", format=PERCENT_COLUMN),
            "top_minus_bottom": returns("Top less bottom", format=PERCENT_COLUMN),
            "SPY": returns("SPY", format=PERCENT_COLUMN),
            "rank_ic": returns("Rank IC", format="%+.3f"),
            "spread": returns("Decile spread (log)", format="%+.3f"),
            "hit_rate": returns("Top decile beats SPY", format="%.0f %%"),
        },
    )
    st.caption(
        "Returns by the year in which they were earned, partly over a part of it; rank IC, spread "
        "and hit rate by the year of the forecast."
    )


publication = shown_publication()
st.title("Backtest")
with st.container(horizontal=True, vertical_alignment="bottom"):
    horizon = horizon_buttons()
    weighting = st.segmented_control(
        "Weights",
        ["equal", "value"],
        default="equal",
        required=True,
        format_func=str.capitalize,
        key="weighting",
        bind="query-params",
    )
    backtests = publication.query(STATS, horizon)
    if not backtests.is_empty():
        backtest_id = st.selectbox(
            "Backtest",
            backtests["backtest_id"].to_list(),
            key="backtest",
            bind="query-params",
            width=300,
        )
if backtests.is_empty():
    st.info("No backtest of this horizon has been run. This command runs one over five years:")
    st.code(COMMAND, language="bash")
    st.stop()
stats = backtests.row(by_predicate=pl.col("backtest_id") == backtest_id, named=True)
portfolios = publication.query(PORTFOLIOS, backtest_id, weighting)
if portfolios.is_empty():
    st.info("Too few stocks for deciles: there are no portfolios, only the rank IC below.")
else:
    show_summary(stats, weighting)
    st.caption(
        f"{stats['forecasts']:,} forecasts from {day(stats['forecast_from'])} to "
        f"{day(stats['forecast_to'])} by {stats['folds']} models, each trained on what was known "
        "before its year. No costs are taken off. Nothing here is investment advice."
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Deciles, and SPY (dashed)")
        curves = portfolios.filter(pl.col("portfolio") != "top_minus_bottom")
        st.altair_chart(model_charts.wealth(curves), height=340)
    with right:
        st.subheader("Return a year by decile")
        returns = publication.query(DECILE_RETURNS, backtest_id, weighting)
        st.altair_chart(model_charts.decile_returns(returns), height=340)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Top less bottom decile")
        spread = portfolios.filter(pl.col("portfolio") == "top_minus_bottom").select(
            "date",
            pl.lit("top less bottom").alias("portfolio"),
            (pl.col("wealth") - 1).alias("growth"),
        )
        st.altair_chart(
            model_charts.lines(spread, "growth", "Return since the start", "+.0%"), height=260
        )
    with right:
        st.subheader("Drawdown")
        drawdowns = portfolios.filter(pl.col("portfolio").is_in(list(NAMES))).with_columns(
            pl.col("portfolio").replace_strict(NAMES)
        )
        st.altair_chart(
            model_charts.lines(drawdowns, "drawdown", "Below its highest", ".0%"), height=260
        )
st.subheader("Rank IC by quarter of the forecast")
quarters = publication.query(QUARTERS, backtest_id)
st.altair_chart(model_charts.values_by_quarter(quarters, "Rank IC", "+.2f"), height=240)
st.subheader("Year by year")
show_years(publication, backtest_id, weighting)
