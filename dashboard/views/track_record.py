"""Track record: what was forecast on each past date, and what came of it."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import streamlit as st

from dashboard import addresses, backtest_queries, trust_charts, trust_queries
from dashboard.charts import show_chart, span
from dashboard.commands import offer_backtest
from dashboard.formats import (
    DATE_COLUMN,
    PERCENT_COLUMN,
    STOCK_COLUMNS,
    cell,
    day,
    in_percent,
    percent,
    signed,
)
from dashboard.horizon_choice import horizon_buttons, horizons
from dashboard.publication import Publication
from dashboard.safe_text import escaped
from dashboard.sidebar import shown_publication

PICKS = 10
number = st.column_config.NumberColumn
FORECAST_COLUMNS: dict[str, Any] = {
    "forecast_rank": number("Rank", width=60, pinned=True),
    "place": number("Rank", width=60, pinned=True),
    **{name: STOCK_COLUMNS[name] for name in ("ticker", "name")},
    "date": st.column_config.DateColumn("Sample date", format=DATE_COLUMN),
    **{name: STOCK_COLUMNS[name] for name in ("predicted_median_return", "lower_68", "upper_68")},
    "chance_of_beating_spy": STOCK_COLUMNS["beats_spy"],
    "outcome": number("Came", format=PERCENT_COLUMN, help="Excess return since the sample date"),
    "outcome_since": number(
        "Since it could be bought",
        format=PERCENT_COLUMN,
        help="Excess return since the first trading day after the data that the forecast knew",
    ),
    "is_within_68": st.column_config.CheckboxColumn(
        "In the 68 %", help="While the window is open, in the interval of the time that is over"
    ),
    "status": "Window",
    "elapsed_share": number("Over", format="%.0f %%", help="How much of the window is over"),
    "window_end": st.column_config.DateColumn("Closes", format=DATE_COLUMN),
}
RETURNS = [
    *("predicted_median_return", "lower_68", "upper_68", "chance_of_beating_spy"),
    "outcome",
]


def show_summary(publication: Publication, pred_col: str, horizon: str) -> None:
    """How many forecasts are on record, and how good they proved so far."""
    [record] = trust_queries.record_summary(publication, pred_col).to_dicts()
    when = (
        f"on {day(record['first_day'])}"
        if record["first_day"] == record["last_day"]
        else f"from {day(record['first_day'])} to {day(record['last_day'])}"
    )
    st.markdown(
        f"**{record['forecasts']:,} forecasts were published {when}**, the newest of data to "
        f"{day(record['market_end'])}, and stand here as they were said. "
        f"{_windows(record, horizon)}"
    )
    rows = [
        {
            "Windows": "closed" if row["windows"] == "closed" else "open, so far",
            "Forecasts": f"{row['forecasts']:,}",
            "Over": f"{row['elapsed_share']:.0%}",
            "Rank IC": signed(row["rank_ic"], 3),
            "Rank IC since bought": signed(row["rank_ic_since"], 3),
            "Beat SPY": _share(row["beat_spy_share"]),
            "Chance of it, forecast": _share(row["mean_chance_of_beating_spy"]),
            "In the 68 % interval": _share(row["coverage_68"]),
            "In the 95 % interval": _share(row["coverage_95"]),
        }
        for row in trust_queries.record_stats(publication, pred_col).to_dicts()
    ]
    if rows:
        st.table(
            pl.DataFrame(rows).with_columns(pl.all().map_elements(cell, pl.String)),
            border="horizontal",
            hide_index=True,
        )
        st.caption(
            "Each stock counts once a quarter, by the forecast that was published first. A rank IC "
            "of so few quarters may be chance: Trust says how much it varies. Open windows compare "
            "what came so far with the part of the forecast whose time is over."
        )


def _windows(record: dict[str, Any], horizon: str) -> str:
    parts = []
    if record["next_close"] is not None:
        closed = f"{record['closed']:,}" if record["closed"] else "none"
        parts.append(
            f"Of their windows of {horizon} {closed} have closed; the "
            f"{'next' if record['closed'] else 'first'} closes on {day(record['next_close'])}"
        )
        if record["next_close"] < datetime.now(UTC).date():
            parts.append(", which is past: prices that reach it will score them")
        parts.append(". Until then they stand at the newest prices.")
    if record["unknown"]:
        parts.append(f" Of {record['unknown']:,} the prices are gone.")
    return "".join(parts)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def show_portfolios(publication: Publication, pred_col: str) -> None:
    """What the top tenth made since it could be bought, beside all stocks and SPY."""
    portfolios = trust_queries.record_portfolios(publication, pred_col)
    if portfolios.is_empty():
        st.info(
            "Nobody could act upon these forecasts yet: no trading day after the data that they "
            "knew has been loaded. The next build with newer prices begins the portfolios."
        )
        return
    names = {
        "top_net_return": "top tenth, after costs",
        "all_net_return": "all stocks, after costs",
        "all_spy_return": "SPY",
    }
    long = portfolios.unpivot(
        list(names), index="sample_anchor", variable_name="portfolio", value_name="value"
    ).select(
        "value",
        quarter="sample_anchor",
        portfolio=pl.col("portfolio").replace_strict(names),
    )
    show_chart(
        trust_charts.portfolio_bars(long.drop_nulls("value"), "Return since bought"),
        "Return since bought of the top tenth, of all stocks and of SPY, by quarter, "
        f"{span(long['value'])}",
        height=280,
    )
    shares = [
        *("top_return", "top_net_return", "top_spy_return"),
        *("all_return", "all_net_return", "all_spy_return", "elapsed_share"),
    ]
    st.dataframe(
        portfolios.with_columns(
            in_percent(*shares),
            lead=100 * (pl.col("top_net_return") - pl.col("all_net_return")),
        ),
        hide_index=True,
        placeholder="-",
        column_order=[
            *("sample_anchor", "bought_from", "closes_to", "elapsed_share", "stocks"),
            *("top_stocks", "top_net_return", "all_net_return", "lead", "top_spy_return"),
        ],
        column_config={
            "sample_anchor": st.column_config.DateColumn("Quarter of", format=DATE_COLUMN),
            "bought_from": st.column_config.DateColumn("Bought from", format=DATE_COLUMN),
            "closes_to": st.column_config.DateColumn("Closes by", format=DATE_COLUMN),
            "elapsed_share": number("Over", format="%.0f %%"),
            "stocks": number("Stocks", format="localized"),
            "top_stocks": number("In the top tenth", format="localized"),
            "top_net_return": number("Top tenth", format=PERCENT_COLUMN),
            "all_net_return": number("All stocks", format=PERCENT_COLUMN),
            "lead": number("Top less all", format=PERCENT_COLUMN),
            "top_spy_return": number("SPY", format=PERCENT_COLUMN),
        },
    )
    st.caption(
        "Equal weights, bought on the first trading day after the data that the forecast knew and "
        "held until the window closes, after the costs of trading (`trading_cost_bps`); open ones "
        "at the newest prices. SPY over the same days, without costs."
    )


def choose_date(label: str, key: str, dates: list[date]) -> date | None:
    """One of some dates, newest first; the address has it, and what is not there is said."""
    if st.session_state.get(key) not in dates:  # of another horizon
        st.session_state.pop(key, None)
    addresses.seed(key, {f"{each:%Y-%m-%d}": each for each in dates}, dates[0])
    for text in addresses.unknown(key):
        st.warning(f"There is nothing of {escaped(text)} here: this is {day(dates[0])}.")
    return st.selectbox(
        label,
        dates,
        index=None,
        format_func=day,
        placeholder="Choose a date",
        key=key,
        bind="query-params",
        on_change=addresses.forget,
        args=(key,),
        width=260,
    )


def show_day(publication: Publication, pred_col: str) -> None:
    """What was forecast on a day, stock by stock, and what came of it."""
    published_on = choose_date(
        "First published on", "day", trust_queries.record_days(publication, pred_col)
    )
    if published_on is None:
        return
    picks = trust_queries.record_of_day(publication, pred_col, published_on)
    st.dataframe(
        picks.with_columns(in_percent(*RETURNS, "outcome_since", "elapsed_share")),
        hide_index=True,
        placeholder="-",
        height=min(420, 40 + 35 * picks.height),
        column_order=[name for name in FORECAST_COLUMNS if name != "place"],
        column_config=FORECAST_COLUMNS,
    )


def show_backtest(publication: Publication, pred_col: str, horizon: str) -> None:
    """What models that knew no better would have picked, and what came of it."""
    backtest = backtest_queries.newest_backtest(publication, pred_col)
    if backtest is None:
        offer_backtest(publication)
        return
    backtest_id = backtest["backtest_id"]
    quarters = trust_queries.backtest_quarters(publication, backtest_id)
    won = (quarters["best"] > quarters["every"]).sum()
    earned = {
        row["portfolio"]: row
        for row in trust_queries.backtest_portfolios(publication, backtest_id).to_dicts()
    }
    st.markdown(
        f"**Backtest, not a record**: models trained on what was known before each year, asked "
        f"afterwards. Their ten best beat all stocks in {won} of {quarters.height} quarters."
        + (
            f" A portfolio of the top decile, renewed each quarter, made "
            f"{percent(earned['decile_10']['net_annual_return'])} a year after costs; all stocks "
            f"{percent(earned['all_stocks']['net_annual_return'])}, SPY "
            f"{percent(earned['SPY']['annual_return'])}."
            if earned.keys() >= {"decile_10", "all_stocks", "SPY"}
            else ""
        )
    )
    names = {"best": "ten best", "every": "all stocks"}
    long = quarters.sort("quarter").unpivot(
        list(names), index="quarter", variable_name="portfolio", value_name="value"
    )
    show_chart(
        trust_charts.portfolio_bars(
            long.with_columns(pl.col("portfolio").replace_strict(names)),
            f"Excess over SPY in {horizon}",
        ),
        f"Excess over SPY in {horizon} of the ten best and of all stocks, by quarter, "
        f"{span(long['value'])}",
        height=280,
    )
    quarter = choose_date("Quarter of", "quarter", quarters["quarter"].to_list())
    if quarter is not None:
        picks = trust_queries.backtest_picks(publication, backtest_id, quarter, PICKS)
        st.dataframe(
            picks.with_columns(in_percent(*RETURNS)),
            hide_index=True,
            placeholder="-",
            column_order=[name for name in FORECAST_COLUMNS if name in picks.columns],
            column_config=FORECAST_COLUMNS,
        )
    page = addresses.link("backtest", publication, horizon=horizon)
    st.caption(
        "Excess returns over SPY, before costs. Names are those of stocks that are forecast today. "
        f"[Portfolios, drawdowns and costs]({page})"
    )


publication = shown_publication()
st.title("Track record")
pred_col = horizon_buttons(publication)
horizon = horizons(publication)[pred_col]
if trust_queries.record_days(publication, pred_col):
    show_summary(publication, pred_col, horizon)
    st.subheader("As portfolios, after costs")
    show_portfolios(publication, pred_col)
    st.subheader("Stock by stock")
    show_day(publication, pred_col)
else:
    st.info("No forecast of this horizon has been published before: the record begins with it.")
st.subheader("What models that knew no better would have picked")
show_backtest(publication, pred_col, horizon)
