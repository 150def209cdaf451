"""Backtest: what it would have earned to follow forecasts that knew only the past."""

import polars as pl
import streamlit as st

from dashboard import addresses, model_charts
from dashboard.charts import show_chart, span
from dashboard.commands import offer_backtest
from dashboard.downloads import show_downloads
from dashboard.formats import PERCENT_COLUMN, day, in_percent, percent
from dashboard.glossary import TERMS
from dashboard.horizon_choice import horizon_buttons, horizons
from dashboard.publication import Publication
from dashboard.sidebar import shown_publication

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
where
    backtest_id = ? and weighting = ? and (portfolio like 'decile_%' or portfolio = 'SPY')
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
    on portfolio in ('decile_10', 'decile_1', 'top_minus_bottom', 'all_stocks', 'SPY')
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
SUMMARIES = """
select
    portfolio,
    annual_return,
    net_annual_return,
    sharpe_ratio,
    net_sharpe_ratio,
    information_ratio_spy,
    information_ratio_all,
    max_drawdown,
    turnover
from backtest_portfolio_stats
where backtest_id = ? and weighting = ? and list_contains(?, portfolio)
order by list_position(?, portfolio)
"""
NAMES = {"decile_10": "top decile", "all_stocks": "all stocks", "SPY": "SPY"}
DIFFERENCES = {
    "top_minus_bottom": "top less bottom decile",
    "top_minus_all": "top decile less all stocks",
}
PORTFOLIO_NAMES = {**NAMES, "decile_1": "bottom decile", **DIFFERENCES}


def show_summary(stats: dict[str, float], weighting: str) -> None:
    """The numbers that matter most."""
    p = stats["rank_ic_p"]
    values = {
        "Rank IC": f"{stats['rank_ic']:+.3f}",
        "p by chance": "-" if p is None else f"{p:.2f}",
        "Rank IC of ridge": f"{stats['ridge_rank_ic']:+.3f}",
        "Top decile a year": percent(stats[f"{weighting}_top_return"]),
        "All stocks a year": percent(stats[f"{weighting}_all_return"]),
        "SPY a year": percent(stats[f"{weighting}_spy_return"]),
        "Worst drawdown": percent(stats[f"{weighting}_top_drawdown"]),
    }
    # Four in a row: more are cut on a narrow screen.
    places = [place for _ in range(0, len(values), 4) for place in st.columns(4)]
    for column, (label, value) in zip(places, values.items(), strict=False):
        column.metric(label, value, help=TERMS[label.removesuffix(" a year")])


def show_portfolios(publication: Publication, backtest_id: str, weighting: str) -> None:
    """What portfolios earned, before and after costs, and how evenly."""
    names = list(PORTFOLIO_NAMES)
    portfolios = publication.query(SUMMARIES, backtest_id, weighting, names, names)
    shares = ["annual_return", "net_annual_return", "max_drawdown", "turnover"]
    number = st.column_config.NumberColumn
    st.dataframe(
        portfolios.with_columns(
            pl.col("portfolio").replace_strict(PORTFOLIO_NAMES), *in_percent(*shares)
        ),
        hide_index=True,
        placeholder="-",
        column_config={
            "portfolio": "Portfolio",
            "annual_return": number("A year", format=PERCENT_COLUMN),
            "net_annual_return": number(
                "After costs", format=PERCENT_COLUMN, help=TERMS["After costs"]
            ),
            "sharpe_ratio": number("Sharpe ratio", format="%.2f", help=TERMS["Sharpe ratio"]),
            "net_sharpe_ratio": number(
                "Sharpe after costs", format="%.2f", help=TERMS["Sharpe ratio"]
            ),
            "information_ratio_spy": number(
                "IR, SPY", format="%.2f", help=TERMS["Information ratio"]
            ),
            "information_ratio_all": number(
                "IR, all stocks", format="%.2f", help=TERMS["Information ratio"]
            ),
            "max_drawdown": number(
                "Worst drawdown", format=PERCENT_COLUMN, help=TERMS["Worst drawdown"]
            ),
            "turnover": number("Turnover", format="%.0f %%", help=TERMS["Turnover"]),
        },
    )
    show_downloads(portfolios, "portfolios")
    st.caption(
        "Ratios of quarterly returns, a year; the riskless rate counts as zero. IR: information "
        "ratio, against SPY and against all stocks. Turnover is that of a quarter. Costs are those "
        "of buying and selling (`trading_cost_bps`)."
    )


def show_years(publication: Publication, backtest_id: str, weighting: str) -> None:
    """Returns and forecasts of each calendar year."""
    shares = ["decile_10", "decile_1", "top_minus_bottom", "all_stocks", "SPY", "hit_rate"]
    years = publication.query(YEARS, backtest_id, weighting, backtest_id)
    returns = st.column_config.NumberColumn
    st.dataframe(
        years.with_columns(in_percent(*shares)),
        hide_index=True,
        placeholder="-",
        column_config={
            "year": st.column_config.NumberColumn("Year", format="%d"),
            "decile_10": returns("Top decile", format=PERCENT_COLUMN, help=TERMS["Top decile"]),
            "decile_1": returns(
                "Bottom decile", format=PERCENT_COLUMN, help=TERMS["Bottom decile"]
            ),
            "top_minus_bottom": returns("Top less bottom", format=PERCENT_COLUMN),
            "all_stocks": returns("All stocks", format=PERCENT_COLUMN, help=TERMS["All stocks"]),
            "SPY": returns("SPY", format=PERCENT_COLUMN, help=TERMS["SPY"]),
            "rank_ic": returns("Rank IC", format="%+.3f", help=TERMS["Rank IC"]),
            "spread": returns("Decile spread (log)", format="%+.3f", help=TERMS["Decile spread"]),
            "hit_rate": returns("Top decile beats SPY", format="%.0f %%", help=TERMS["Hit rate"]),
        },
    )
    show_downloads(years, "years")
    st.caption(
        "Returns by the year in which they were earned, partly over a part of it; rank IC, spread "
        "and hit rate by the year of the forecast."
    )


publication = shown_publication()
st.title("Backtest")
with st.container(horizontal=True, vertical_alignment="bottom"):
    horizon = horizon_buttons(publication)
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
    offer_backtest(publication)
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
        "before its year. p is how often chance alone does as well, given how windows overlap"
        + (
            ""
            if stats["rank_ic_p"] is None
            else f"; for the best of all variants tried it is at most "
            f"{stats['rank_ic_p_deflated']:.2f}"
        )
        + ". Charts are before costs. Nothing here is investment advice."
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("Deciles, and SPY (dashed)", help=TERMS["Decile"])
        curves = portfolios.filter(pl.col("decile").is_not_null() | (pl.col("portfolio") == "SPY"))
        ends = curves.sort("date").group_by("decile").last()
        show_chart(
            model_charts.wealth(curves),
            "What 1 grew to in each decile of the forecast and in SPY: in the end "
            f"{span(ends['wealth'], '.2f')}",
            height=340,
        )
    with right:
        st.subheader("Return a year by decile")
        returns = publication.query(DECILE_RETURNS, backtest_id, weighting)
        show_chart(
            model_charts.decile_returns(returns),
            f"Return a year of each decile of the forecast, {span(returns['annual_return'])}, and "
            "of SPY",
            height=340,
        )
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Top decile less others")
        spread = portfolios.filter(pl.col("portfolio").is_in(list(DIFFERENCES))).select(
            "date",
            pl.col("portfolio").replace_strict(DIFFERENCES),
            (pl.col("wealth") - 1).alias("growth"),
        )
        show_chart(
            model_charts.lines(spread, "growth", "Return since the start", "+.0%"),
            "Return since the start of the top decile less that of others, "
            f"{span(spread['growth'])}",
            height=260,
        )
    with right:
        st.subheader("Drawdown", help=TERMS["Drawdown"])
        drawdowns = portfolios.filter(pl.col("portfolio").is_in(list(NAMES))).with_columns(
            pl.col("portfolio").replace_strict(NAMES)
        )
        show_chart(
            model_charts.lines(drawdowns, "drawdown", "Below its highest", ".0%"),
            f"How far portfolios lay below their highest, {span(drawdowns['drawdown'])}",
            height=260,
        )
    st.subheader("Portfolios")
    show_portfolios(publication, backtest_id, weighting)
st.subheader("Rank IC by quarter of the forecast", help=TERMS["Rank IC"])
quarters = publication.query(QUARTERS, backtest_id)
show_chart(
    model_charts.values_by_quarter(quarters, "Rank IC", "+.2f"),
    f"Rank IC of each quarter, by model and by ridge, {span(quarters['value'], '+.2f')}",
    height=240,
)
st.subheader("Year by year")
show_years(publication, backtest_id, weighting)
trust = addresses.link("trust", publication, horizon=horizons(publication)[horizon])
st.markdown(
    f"[Trust]({trust}) has the rest: rank IC by year, size and sector, chances and intervals "
    "against what came, deciles with intervals, what they hold, and how alike the models are."
)
