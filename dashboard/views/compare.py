"""Stocks beside each other: price relative to SPY, and what is forecast for them."""

from datetime import date, timedelta

import polars as pl
import streamlit as st

from dashboard import addresses, stock_charts, stock_queries
from dashboard.accessibility import folded_on_phones
from dashboard.charts import show_chart
from dashboard.commands import dbt_command
from dashboard.downloads import show_downloads
from dashboard.formats import (
    DATE_COLUMN,
    INTERVAL_COLUMNS,
    PERCENT_COLUMN,
    STOCK_COLUMNS,
    day,
    in_percent,
)
from dashboard.glossary import TERMS
from dashboard.horizon_choice import horizons
from dashboard.quote_pages import QUOTE_COLUMN, quote_pages
from dashboard.safe_text import escaped
from dashboard.sidebar import shown_publication

YEARS_SHOWN = 3
SHOWN_AT_FIRST = 3
MOST = 8

publication = shown_publication()
st.title("Compare")

stocks = stock_queries.listed_stocks(publication)
tickers = stock_queries.known_tickers(publication)
trained = horizons(publication)
best = stock_queries.picked_stocks(publication, next(iter(trained)))["ticker"].to_list()
as_of_dates = stock_queries.training_dates(publication)
first_week, last_week = stock_queries.first_and_last_week(publication)

addresses.seed("tickers", {ticker: ticker for ticker in tickers}, best[:SHOWN_AT_FIRST], most=MOST)
picked = st.multiselect(
    "Tickers",
    tickers,
    max_selections=MOST,
    key="tickers",
    bind="query-params",
    on_change=addresses.forget,
    args=("tickers",),
)
if missing := addresses.unknown("tickers"):
    st.warning(f"No tickers of this market: {escaped(', '.join(missing))}.")
with folded_on_phones():
    as_of_column, since_column, until_column, interval_column, _ = st.columns([2, 2, 2, 2, 1])
as_of = as_of_column.selectbox(
    "Trained as of",
    as_of_dates,
    format_func=day,
    help="Time travel: an earlier day shows what was forecast then, beside what came of it. "
    f"`{dbt_command(publication, cutoff_date=date(2024, 6, 30))}` adds a day.",
    key="as_of",
    bind="query-params",
)
since = since_column.date_input(
    "Prices since",
    max(first_week, min(as_of, last_week) - timedelta(days=365 * YEARS_SHOWN)),
    min_value=first_week,
    max_value=last_week,
    key="since",
    bind="query-params",
)
until = until_column.date_input(
    "Prices until",
    last_week,
    min_value=first_week,
    max_value=last_week,
    key="until",
    bind="query-params",
)
levels = interval_column.pills(
    "Intervals",
    [68, 95],
    selection_mode="multi",
    default=[68, 95],
    format_func=lambda level: f"{level} %",
    key="levels",
    bind="query-params",
    help=f"68 %: {TERMS['68 %']}  \n95 %: {TERMS['95 %']}",
)
if not picked:
    st.info("Pick one ticker or more.")
    st.stop()

history = stock_queries.relative_prices(publication, picked, since, until)
forecasts = stock_queries.forecasts_as_of(publication, picked, as_of)
if history.is_empty():
    st.info(
        f"None of these had a price beside SPY's from {day(since)} to {day(until)}: pick other "
        "days."
    )
    st.stop()

RETURNS = ["median_return", *INTERVAL_COLUMNS]
# Growth since the start at the forecast's sample date, from where the forecast goes on.
anchors = (
    forecasts.select("ticker", "date")
    .unique()
    .filter(pl.col("date") <= until)
    .sort("date")
    .join_asof(history.sort("date"), on="date", by="ticker", check_sortedness=False)
    .drop_nulls("excess_return")
    .select("ticker", "date", growth=1 + pl.col("excess_return"))
)
starts = anchors.select("ticker", "date", *[(pl.col("growth") - 1).alias(c) for c in RETURNS])
ends = forecasts.join(anchors, on=["ticker", "date"]).select(
    "ticker",
    pl.col("target_date").alias("date"),
    *[((1 + pl.col(c)) * pl.col("growth") - 1).alias(c) for c in RETURNS],
)
fans = pl.concat([starts, ends]).sort("ticker", "date")
show_chart(
    stock_charts.relative_prices(history, fans, levels),
    f"Excess return over SPY since {day(since)} of {', '.join(picked)}, then the median forecasts "
    f"of {day(as_of)} with their intervals",
    width="stretch",
    key="relative_prices",
)
st.caption(
    "Solid: price over SPY's since the start. Dashed: median forecast at each horizon from "
    "the sample date it was made for, by the models trained as of the day chosen; shaded: its "
    "intervals."
)

if set(forecasts["ticker"]) - set(anchors["ticker"]):
    st.info(
        "Forecasts are drawn from the sample date they were made for: where that lies outside the "
        "days shown, the table alone has them."
    )
unknown = [ticker for ticker in picked if ticker not in set(forecasts["ticker"])]
if unknown:
    st.info(f"No forecast as of {day(as_of)}: {escaped(', '.join(unknown))}.")

table = (
    pl.DataFrame({"ticker": picked})
    .join(stocks, on="ticker", how="left")
    .join(
        stock_queries.sparklines(publication, picked, since, until),
        on="ticker",
        how="left",
        maintain_order="left",
    )
    .join(
        history.group_by("ticker").agg(pl.col("excess_return").sort_by("date").last()),
        on="ticker",
        how="left",
        maintain_order="left",
    )
)
for pred_col, horizon in trained.items():
    one = forecasts.filter(pl.col("pred_col") == pred_col).select(
        "ticker", median_return=pl.col("median_return"), beats_spy="beats_spy"
    )
    table = table.join(one, on="ticker", how="left", maintain_order="left").rename(
        {"median_return": f"forecast {horizon}", "beats_spy": f"chance {horizon}"}
    )
shares = [c for c in table.columns if c.startswith(("forecast", "chance", "excess"))]
st.dataframe(
    table.with_columns(in_percent(*shares)).with_columns(quote_pages()),
    hide_index=True,
    column_order=[
        "ticker",
        "name",
        "sector",
        "relative_price",
        "excess_return",
        *[f"forecast {horizon}" for horizon in trained.values()],
        *[f"chance {horizon}" for horizon in trained.values()],
        "quote",
    ],
    column_config={
        "ticker": st.column_config.TextColumn("Ticker", pinned=True),
        "name": "Name",
        "sector": "Sector",
        "relative_price": st.column_config.LineChartColumn("Price over SPY's"),
        "excess_return": st.column_config.NumberColumn(
            "Since the start", format=PERCENT_COLUMN, help=TERMS["Excess return"]
        ),
        "quote": QUOTE_COLUMN,
        **{
            f"forecast {horizon}": st.column_config.NumberColumn(
                horizon, format=PERCENT_COLUMN, help=TERMS["Forecast"]
            )
            for horizon in trained.values()
        },
        **{
            f"chance {horizon}": st.column_config.NumberColumn(
                f"P {horizon}", format="%.0f %%", help=TERMS["Beats SPY"]
            )
            for horizon in trained.values()
        },
    },
    placeholder="-",
    key="stocks",
)
show_downloads(table.drop("relative_price"), "compared")
with st.expander("Forecasts in full"):
    st.dataframe(
        forecasts.with_columns(in_percent(*RETURNS, "beats_spy")),
        hide_index=True,
        column_order=[
            "ticker",
            "horizon_months",
            "date",
            "target_date",
            *RETURNS,
            "beats_spy",
        ],
        column_config={
            "ticker": "Ticker",
            "horizon_months": "Months",
            "date": st.column_config.DateColumn(
                "Sample date", format=DATE_COLUMN, help=TERMS["Sample date"]
            ),
            "target_date": st.column_config.DateColumn("Forecast for", format=DATE_COLUMN),
            "median_return": st.column_config.NumberColumn(
                "Median", format=PERCENT_COLUMN, help=TERMS["Median"]
            ),
            **INTERVAL_COLUMNS,
            "beats_spy": STOCK_COLUMNS["beats_spy"],
        },
        key="forecasts",
    )
    show_downloads(forecasts.drop("predicted_mean", "predicted_std"), "forecasts")
